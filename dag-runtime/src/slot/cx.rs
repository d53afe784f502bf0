//! The context in which an executor runs a task.

#[cfg(feature = "mpi")]
use alloc::boxed::Box;
#[cfg(feature = "mpi")]
use core::any::Any;
use core::cell::Cell;
use core::fmt;
use core::ops::Range;
use core::sync::atomic::AtomicBool;

use super::attempts::ObservedCall;
use super::cell::EachCell;
use crate::error::Failure;
use crate::state::TaskState;

/// The right of one running task to use the slots of its graph, and the part of the task to run: see the rules of this
/// module.
#[derive(Clone, Copy, Debug)]
pub struct Cx<'run> {
    part: Part<'run>,
    position: Option<&'run Position<'run>>,
}

/// The part of a task to run. Only a task with `each` has parts, its *steps*, which share a cell.
#[derive(Clone, Copy)]
pub(crate) enum Part<'run> {
    /// The whole task in one call.
    Whole,
    /// Before the first element: finds the number of elements, and allocates their outputs.
    Open(&'run EachCell),
    /// As [`Part::Open`], but over these elements, a vector of elements that the task takes by value, instead of all
    /// elements of the output.
    #[cfg(feature = "mpi")]
    OpenOver(&'run EachCell, &'run Cell<Option<Box<dyn Any>>>),
    /// Some of the elements.
    Elements(&'run EachCell, Elements<'run>),
    /// After the last element: makes the output of the task.
    Close(&'run EachCell),
}

/// Some elements of an output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements<'run> {
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// If this is set, no further element starts.
    pub(crate) stop: Option<&'run AtomicBool>,
}

impl<'run> Elements<'run> {
    pub(crate) fn new(range: Range<usize>, stop: Option<&'run AtomicBool>) -> Self {
        Elements { first: range.start, end: range.end, stop }
    }
}

impl<'run> Cx<'run> {
    /// Promises that a task may run now. `position` receives the element at which it stops.
    ///
    /// # Safety
    ///
    /// The caller keeps the rules 1 and 5 of this module for the task that it hands this to.
    #[inline]
    pub(crate) unsafe fn new(position: &'run Position<'run>) -> Self {
        Cx { part: Part::Whole, position: Some(position) }
    }

    /// Promises that a part of a task may run now. `position` receives the element at which it stops.
    ///
    /// # Safety
    ///
    /// The caller keeps the rules 1, 5 and 6 of this module for the task that it hands this to.
    #[inline]
    pub(crate) unsafe fn step(part: Part<'run>, position: &'run Position<'run>) -> Self {
        Cx { part, position: Some(position) }
    }

    #[inline]
    pub(super) fn part(&self) -> Part<'run> {
        self.part
    }

    /// If this step opens the task: the most threads on which its steps run.
    #[inline]
    pub(super) fn opens(&self) -> Option<usize> {
        match self.part {
            Part::Open(cell) => Some(cell.threads()),
            #[cfg(feature = "mpi")]
            Part::OpenOver(cell, _) => Some(cell.threads()),
            _ => None,
        }
    }

    /// Records that the task ends without a call of its function, since it is not wanted.
    #[inline]
    pub(super) fn not_wanted(&self) {
        self.stopped_at(NOT_WANTED);
    }

    /// The same right, for a part of the same task.
    #[cfg(feature = "store")]
    pub(super) fn of_part<'part>(&self, part: Part<'part>) -> Cx<'part>
    where
        'run: 'part,
    {
        Cx { part, position: self.position }
    }

    /// Whether this is the whole task in one call.
    #[cfg(feature = "store")]
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.part, Part::Whole)
    }

    /// Whether this is the whole task, or its first step.
    #[cfg(feature = "store")]
    pub(crate) fn begins(&self) -> bool {
        matches!(self.part, Part::Whole) || self.opens().is_some()
    }

    /// Whether the step is one of elements that another rank has lent by value: here, they have other numbers than in the task,
    /// and the output that they come from is not there.
    #[cfg(feature = "store")]
    pub(crate) fn is_lent(&self) -> bool {
        match self.part {
            #[cfg(feature = "mpi")]
            Part::OpenOver(..) => true,
            #[cfg(feature = "mpi")]
            Part::Elements(cell, _) => cell.is_lent(),
            _ => false,
        }
    }

    /// Forgets how an earlier task of the same worker has ended.
    #[cfg(feature = "store")]
    pub(crate) fn forget_end(&self) {
        if let Some(position) = self.position {
            if matches!(position.end.get(), NOT_WANTED | HIT | NOT_NEEDED | CAUGHT) {
                position.reset();
            }
        }
    }

    /// Whether the task has recorded that it is not wanted.
    #[cfg(feature = "store")]
    pub(crate) fn is_not_wanted(&self) -> bool {
        self.position.is_some_and(|position| position.end.get() == NOT_WANTED)
    }

    /// Records that the output was found in a store.
    #[cfg(feature = "store")]
    pub(crate) fn hit(&self) {
        self.stopped_at(HIT);
    }

    /// Records that the output of the task is not needed.
    #[cfg(feature = "store")]
    pub(crate) fn not_needed(&self) {
        self.stopped_at(NOT_NEEDED);
    }

    /// Whether an `Err` was caught since this was asked last. Resets that.
    #[cfg(feature = "store")]
    pub(crate) fn take_caught(&self) -> bool {
        let Some(Position { end, .. }) = self.position.filter(|position| position.end.get() == CAUGHT) else {
            return false;
        };
        end.set(NOWHERE);
        true
    }

    /// Records that the task stops at this element.
    #[inline]
    pub(super) fn stopped_at(&self, element: usize) {
        if let Some(position) = self.position {
            position.end.set(element);
        }
    }

    /// Reports that an `Err` is an output, if somebody observes the run. Only then `failure` is called.
    #[cold]
    pub(super) fn caught(&self, failure: &mut dyn FnMut() -> Failure) {
        #[cfg(feature = "store")]
        self.stopped_at(CAUGHT);
        if let Some(call) = self.observed() {
            call.caught(&failure());
        }
    }

    /// Runs an element of a task that reports failures.
    #[inline]
    pub(crate) fn of_element<R>(&self, element: usize, run: impl FnOnce() -> R) -> R {
        match self.observed() {
            Some(call) => call.of_element(element, run),
            None => run(),
        }
    }

    /// Whether the task is not called again after this call, whatever its result.
    #[inline]
    pub(crate) fn is_last_attempt(&self) -> bool {
        self.position.is_none_or(|position| position.end.get() == LAST_ATTEMPT)
    }

    /// Whether the task is called again after an `Err`, if it may be so often.
    pub(super) fn is_retried(&self, retries: u32) -> bool {
        retries > 0 && self.position.is_some_and(Position::may_go_on) && !self.is_last_attempt()
    }

    #[inline]
    pub(super) fn position(&self) -> Option<&'run Position<'run>> {
        self.position
    }

    /// The observer of this call, if there is one.
    #[inline]
    fn observed(&self) -> Option<&'run ObservedCall<'run>> {
        self.position?.observed
    }
}

impl Cx<'static> {
    /// After a successful run, rule 1 holds as for a task that depends on all others.
    pub(super) const fn after_run() -> Self {
        Cx { part: Part::Whole, position: None }
    }
}

/// What a call and the thread that runs it tell each other, apart from the result.
pub(crate) struct Position<'run> {
    /// Before a call, whether it is the last attempt. Afterwards, how it has ended: the element at which the task has failed
    /// or was stopped, if any, or that the task was not wanted.
    end: Cell<usize>,
    observed: Option<&'run ObservedCall<'run>>,
}

const NOWHERE: usize = usize::MAX;
const NOT_WANTED: usize = usize::MAX - 1;
const LAST_ATTEMPT: usize = usize::MAX - 2;
#[cfg(feature = "store")]
const HIT: usize = usize::MAX - 3;
#[cfg(feature = "store")]
const NOT_NEEDED: usize = usize::MAX - 4;
/// An `Err` was caught.
#[cfg(feature = "store")]
const CAUGHT: usize = usize::MAX - 5;
/// From here on it is no element.
const NO_ELEMENT: usize = if cfg!(feature = "store") { usize::MAX - 5 } else { LAST_ATTEMPT };

impl<'run> Position<'run> {
    /// No element, for calls that nobody observes.
    #[inline]
    pub(crate) const fn new() -> Self {
        Position { end: Cell::new(NOWHERE), observed: None }
    }

    /// No element, for calls with this observer.
    pub(crate) const fn observed(call: Option<&'run ObservedCall<'run>>) -> Self {
        Position { end: Cell::new(NOWHERE), observed: call }
    }

    /// The element, if there is one.
    #[inline]
    pub(crate) fn element(&self) -> Option<usize> {
        let element = self.end.get();
        (element < NO_ELEMENT).then_some(element)
    }

    /// How the task has ended, which was successful. Resets it.
    #[inline]
    pub(crate) fn take_end(&self) -> TaskState {
        match self.end.replace(NOWHERE) {
            NOT_WANTED => TaskState::NotWanted,
            #[cfg(feature = "store")]
            HIT => TaskState::Hit,
            #[cfg(feature = "store")]
            NOT_NEEDED => TaskState::NotNeeded,
            _ => TaskState::Finished,
        }
    }

    /// Makes a call that is the last attempt.
    pub(super) fn last_attempt<R>(&self, call: impl FnOnce() -> R) -> R {
        /// Ends the attempt, also after a panic. What the call has said of its end remains, or else what an element before it
        /// has said.
        struct Reset<'end>(&'end Cell<usize>, usize);
        impl Drop for Reset<'_> {
            fn drop(&mut self) {
                if self.0.get() == LAST_ATTEMPT {
                    self.0.set(self.1);
                }
            }
        }
        let _reset = Reset(&self.end, self.end.replace(LAST_ATTEMPT));
        call()
    }

    /// Whether another attempt may start: the run is not stopped.
    pub(super) fn may_go_on(&self) -> bool {
        self.observed.is_none_or(ObservedCall::may_go_on)
    }

    /// Reports that an attempt has failed, and that another one follows.
    pub(super) fn retried(&self, attempt: u32, failure: &Failure) {
        if let Some(call) = self.observed {
            call.retried(attempt, failure);
        }
    }

    /// Resets it.
    #[inline]
    pub(crate) fn reset(&self) {
        self.end.set(NOWHERE);
    }
}

impl fmt::Debug for Position<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Position").field(&self.end.get()).finish()
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Whole => f.write_str("Whole"),
            Part::Open(_) => f.write_str("Open"),
            #[cfg(feature = "mpi")]
            Part::OpenOver(..) => f.write_str("OpenOver"),
            Part::Elements(_, Elements { first, end, .. }) => write!(f, "Elements({first}..{end})"),
            Part::Close(_) => f.write_str("Close"),
        }
    }
}
