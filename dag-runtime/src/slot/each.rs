//! Tasks that run once for each element of an output.
//!
//! [`each_borrowed`] and [`each_owned`], in `run`, stand where a plain task calls its function. Called for the whole task,
//! they run all elements in order. An executor may instead run such a task in *steps*, on several
//! threads: the same call is made again for each step, and what it has to keep in between is in an
//! [`EachCell`].
//!
//! The cell owns the outputs that are there and, where elements are taken by value, the elements that
//! are not yet taken; a byte an element says which. So however a run ends, each of them is dropped
//! once, by the cell or by who took it.

#[cfg(feature = "mpi")]
mod lent;
mod list;
mod run;
#[cfg(all(test, feature = "std"))]
mod tests;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::{Cell, UnsafeCell};
use core::fmt;
use core::mem::{self, needs_drop};
use core::sync::atomic::Ordering;

use super::cx::{Cx, Elements};
use super::sink::{Sink, Stored, Written};
use crate::error::Outcome;
use crate::unwind::ignore_all;

pub(crate) use list::{release_of_list, release_of_list_member};
pub(crate) use run::{each_borrowed, each_owned, step};

/// What is known of an element.
type Fate = u8;
/// It was not taken; there is no output.
const LEFT: Fate = 0;
/// It was taken, or borrowed; there is no output.
const TAKEN: Fate = 1;
/// Its output is there.
const DONE: Fate = 2;

/// In a step of this many elements and more, whether the run is stopped is asked once for several.
const MANY: usize = 64;
const LOOK_EVERY: usize = 8;

/// What a task that runs in steps keeps between them.
pub(crate) struct EachCell {
    state: UnsafeCell<Option<Box<dyn Kept>>>,
    threads: usize,
}

// SAFETY: rule 6 orders the steps that change which state is there before and after all others, and
// in between each step uses elements of its own. What moves to another thread with the cell, or in a
// step, are outputs of this task and elements of the output of another one: on executors with several
// threads both are `Send` (`Shareable`).
unsafe impl Sync for EachCell {}
// SAFETY: likewise.
unsafe impl Send for EachCell {}

impl EachCell {
    /// Of a task that is not open, whose steps run on one thread.
    pub(crate) const fn new() -> Self {
        EachCell::on_threads(1)
    }

    /// Of a task that is not open, whose steps run on at most so many threads.
    pub(crate) const fn on_threads(threads: usize) -> Self {
        EachCell { state: UnsafeCell::new(None), threads }
    }

    /// On how many threads steps run at most.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// How many elements there are; none where the task is not open.
    ///
    /// # Safety
    ///
    /// No step that opens or closes the task runs now, and the caller sees what those before did.
    pub(crate) unsafe fn width(&self) -> Option<usize> {
        // SAFETY: the caller's promise.
        unsafe { &*self.state.get() }.as_ref().map(|kept| kept.width())
    }

    /// Drops all that is left, in a task that is not to be closed. Does nothing where it is not open.
    ///
    /// Where the drop of one value panics, this panics, and goes on with the next one when it is called
    /// again.
    ///
    /// # Safety
    ///
    /// No step of the task runs now or later, and the caller sees what all of them did.
    pub(crate) unsafe fn clear(&self) {
        // SAFETY: the caller's promise.
        let state = unsafe { &mut *self.state.get() };
        if let Some(kept) = state {
            kept.clear();
        }
        *state = None;
    }

    /// Opens the task.
    fn open<E: 'static, R: 'static>(&self, state: State<E, R>) {
        // SAFETY: rule 6: no other step runs now.
        let kept = unsafe { &mut *self.state.get() };
        debug_assert!(kept.is_none(), "a task is opened once");
        *kept = Some(Box::new(state));
    }

    /// The state of the open task.
    fn state<E: 'static, R: 'static>(&self) -> &State<E, R> {
        // SAFETY: rule 6: the task was opened before, and is closed after, this step.
        let kept =
            unsafe { &*self.state.get() }.as_deref().expect("a task is opened before its elements run");
        kept.as_any().downcast_ref().expect("all steps are of one call")
    }

    /// Closes the task, all elements of which are done.
    fn close<E: 'static, R: 'static>(&self) -> Vec<R> {
        // SAFETY: rule 6: no other step runs now.
        let kept = unsafe { &mut *self.state.get() }.take().expect("a task is opened before it is closed");
        let mut state: Box<State<E, R>> = kept.into_any().downcast().expect("all steps are of one call");
        debug_assert!(state.fates.iter().all(|fate| fate.get() == DONE), "a task is closed when all is done");
        state.cleared = state.fates.len();
        let mut outputs = mem::take(&mut state.outputs);
        // SAFETY: rule 6: each of the `width` elements has run, and its output is in its place; as all
        // count as cleared, `state` does not drop them.
        unsafe { outputs.set_len(state.width) };
        outputs
    }
}

impl fmt::Debug for EachCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EachCell")
    }
}

/// The state of an open task, without its types.
trait Kept {
    fn as_any(&self) -> &dyn Any;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
    fn width(&self) -> usize;
    /// As [`EachCell::clear`].
    fn clear(&mut self);
    /// What another rank needs of it.
    #[cfg(feature = "mpi")]
    fn lent(&self) -> &dyn lent::Lent;
}

/// The state of an open task, with elements of type `E`, where it owns them, and outputs of type `R`.
struct State<E, R> {
    width: usize,
    /// Of length 0, with a place for each output.
    outputs: Vec<R>,
    output: *mut R,
    /// Of length 0, but with the elements: what frees their memory.
    _elements: Vec<E>,
    element: *mut E,
    owns_elements: bool,
    /// Of each element. Empty where nothing has to be dropped.
    fates: Box<[Cell<Fate>]>,
    /// How many are cleared.
    cleared: usize,
}

impl<R> State<(), R> {
    /// For as many elements, which others own.
    fn borrowed(width: usize) -> Self {
        State::new(width, Vec::new(), false)
    }
}

impl<E, R> State<E, R> {
    /// For these elements.
    fn owned(mut elements: Vec<E>) -> Self {
        let width = elements.len();
        // SAFETY: 0 is not more than there are. From here on `fates` says which elements are there.
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

    /// Runs some elements: gives each to `run`, by its number.
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
        // Many elements at once are short ones, beside which a look is not for nothing.
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
    fn lent(&self) -> &dyn lent::Lent {
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

/// Notes what has become of a step's elements, also where one of them panics.
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
        // What ran after an output was stored has panicked.
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
