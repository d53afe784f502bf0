//! Tasks that run once for each element of an output.
//!
//! [`each_borrowed`] and [`each_owned`], in `run`, take the place of the call of a plain task's function. For the whole
//! task, they run all elements in order. An executor can instead run such a task in *steps*, on several threads: it
//! makes the same call for each step, and an [`EachCell`] holds the state in between.
//!
//! The cell owns the outputs that exist and, if the task takes elements by value, the elements that were not taken. A
//! byte for each element says which. So however a run ends, each value is dropped once, by the cell or by the code that
//! took it.

#[cfg(feature = "store")]
mod kept;
#[cfg(feature = "mpi")]
mod lent;
mod list;
mod not_wanted;
mod run;
#[cfg(all(test, feature = "std"))]
mod tests;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::Cell;
use core::mem::{self, needs_drop};
use core::sync::atomic::Ordering;

#[cfg(feature = "mpi")]
use super::cell::Lent;
#[cfg(feature = "store")]
use super::cell::StoredElements;
use super::cell::{EachCell, Kept};
use super::cx::{Cx, Elements};
use super::sink::{Sink, Stored, Written};
use crate::error::Outcome;
use crate::unwind::ignore_all;

#[cfg(feature = "store")]
pub(crate) use kept::{ElementStep, in_steps};
pub(crate) use list::{
    release_of_list, release_of_list_member, release_of_optional_list, release_of_optional_list_member,
};
pub(super) use run::InSteps;
pub(crate) use run::{each_borrowed, each_by_number, each_owned, step};

/// The state of an element.
type Fate = u8;
/// Not taken, without output.
const LEFT: Fate = 0;
/// Taken or borrowed, without output.
const TAKEN: Fate = 1;
/// With output.
const DONE: Fate = 2;

/// A step of at least this many elements checks only after several of them whether the run is stopped.
const MANY: usize = 64;
const LOOK_EVERY: usize = 8;

impl EachCell {
    /// Opens the task.
    fn open<E: 'static, R: 'static>(&self, state: State<E, R>) {
        self.open_with(Box::new(state));
    }

    fn open_with(&self, state: Box<dyn Kept>) {
        // SAFETY: rule 6: no other step runs now.
        let kept = unsafe { &mut *self.state.get() };
        debug_assert!(kept.is_none(), "a task is opened once");
        *kept = Some(state);
    }

    /// The state of the open task.
    fn state<E: 'static, R: 'static>(&self) -> &State<E, R> {
        self.kept().as_any().downcast_ref().expect("all steps are of one call")
    }

    fn kept(&self) -> &dyn Kept {
        // SAFETY: rule 6: the task was opened before, and is closed after, this step.
        unsafe { &*self.state.get() }.as_deref().expect("a task is opened before its elements run")
    }

    /// Takes the state of a task that is to be closed.
    fn take(&self) -> Box<dyn Kept> {
        // SAFETY: rule 6: no other step runs now.
        unsafe { &mut *self.state.get() }.take().expect("a task is opened before it is closed")
    }

    /// Closes the task after all its elements have run.
    fn close<E: 'static, R: 'static>(&self) -> Vec<R> {
        let mut state: Box<State<E, R>> =
            self.take().into_any().downcast().expect("all steps are of one call");
        debug_assert!(state.fates.iter().all(|fate| fate.get() == DONE), "a task is closed when all is done");
        state.cleared = state.fates.len();
        let mut outputs = mem::take(&mut state.outputs);
        // SAFETY: rule 6: each of the `width` elements has run, and its output is in its place. All outputs count as
        // cleared, so `state` does not drop them.
        unsafe { outputs.set_len(state.width) };
        outputs
    }
}

/// The state of an open task, with elements of type `E`, if it owns them, and outputs of type `R`.
struct State<E, R> {
    width: usize,
    /// Length 0, with capacity for each output.
    outputs: Vec<R>,
    output: *mut R,
    /// Length 0, but contains the elements: frees their memory.
    _elements: Vec<E>,
    element: *mut E,
    owns_elements: bool,
    /// The fate of each element. Empty if nothing needs a drop.
    fates: Box<[Cell<Fate>]>,
    /// How many elements were cleared.
    cleared: usize,
}

impl<R> State<(), R> {
    /// For this many borrowed elements.
    fn borrowed(width: usize) -> Self {
        State::new(width, Vec::new(), false)
    }
}

impl<E, R> State<E, R> {
    /// For these owned elements.
    fn owned(mut elements: Vec<E>) -> Self {
        let width = elements.len();
        // SAFETY: the new length is 0. From here on `fates` says which elements are there.
        unsafe { elements.set_len(0) };
        State::new(width, elements, true)
    }

    fn new(width: usize, mut elements: Vec<E>, owns_elements: bool) -> Self {
        let mut outputs = Vec::with_capacity(width);
        let drops = needs_drop::<R>() || (owns_elements && needs_drop::<E>());
        let fates = (0..if drops { width } else { 0 }).map(|_| Cell::new(LEFT)).collect();
        let (output, element) = (outputs.as_mut_ptr(), elements.as_mut_ptr());
        State { width, outputs, output, _elements: elements, element, owns_elements, fates, cleared: 0 }
    }

    /// Calls `run` with the number of each of these elements.
    #[inline]
    fn run(
        &self,
        cx: &Cx<'_>,
        elements: Elements<'_>,
        run: impl Fn(usize, Sink<'_, R>) -> Outcome<Written>,
    ) -> Outcome<()> {
        let Elements { first, end, stop } = elements;
        assert!(first <= end && end <= self.width, "there are as many elements as the step says");
        let stored = Stored::not_yet();
        let mut ran = Ran { cx, fates: &self.fates, stored, first, done: first, taken: first, end };
        // Steps with many elements have short elements, for which the check would be noticeable.
        let stride = if end - first < MANY { 1 } else { LOOK_EVERY };
        while ran.done < end && !stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            for k in ran.done..end.min(ran.done + stride) {
                ran.taken = k + 1;
                // SAFETY: there are `width` places, and rule 6 gives this one to this step alone.
                run(k, unsafe { ran.stored.sink(self.output.add(k)) })?;
                ran.stored.take();
                ran.done = k + 1;
            }
        }
        Ok(())
    }

    /// Takes one of the elements.
    ///
    /// # Safety
    ///
    /// This owns its elements, and this one is taken for the first time, by the step that runs it.
    #[inline]
    unsafe fn take(&self, k: usize) -> E {
        // SAFETY: the caller's promise.
        unsafe { self.element.add(k).read() }
    }

    fn clear_rest(&mut self) {
        while let Some(fate) = self.fates.get(self.cleared) {
            let k = self.cleared;
            self.cleared += 1;
            match fate.get() {
                // SAFETY: the element is there, and counts as cleared before it is dropped.
                LEFT if self.owns_elements => unsafe { self.element.add(k).drop_in_place() },
                // SAFETY: the output is there, and counts as cleared before it is dropped.
                DONE => unsafe { self.output.add(k).drop_in_place() },
                _ => {}
            }
        }
    }
}

impl<E: 'static, R: 'static> Kept for State<E, R> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }

    fn width(&self) -> usize {
        self.width
    }

    fn clear(&mut self) {
        self.clear_rest();
    }

    #[cfg(feature = "mpi")]
    fn lent(&self) -> &dyn Lent {
        self
    }

    #[cfg(feature = "store")]
    fn elements(&self) -> &dyn StoredElements {
        self
    }
}

impl<E, R> Drop for State<E, R> {
    fn drop(&mut self) {
        if self.cleared < self.fates.len() {
            ignore_all(&mut || self.clear_rest());
        }
    }
}

/// Records the fates of a step's elements, even if one of them panics.
struct Ran<'step> {
    cx: &'step Cx<'step>,
    fates: &'step [Cell<Fate>],
    stored: Stored,
    first: usize,
    done: usize,
    taken: usize,
    end: usize,
}

impl Drop for Ran<'_> {
    #[inline]
    fn drop(&mut self) {
        let failed = self.done;
        // Code that ran after the output was stored has panicked.
        self.done += usize::from(self.stored.take());
        if !self.fates.is_empty() {
            self.fates[self.first..self.done].iter().for_each(|fate| fate.set(DONE));
            self.fates[self.done..self.taken].iter().for_each(|fate| fate.set(TAKEN));
        }
        if failed < self.end {
            self.cx.stopped_at(failed);
        }
    }
}
