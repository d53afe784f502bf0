//! Elements that run on another rank, and their outputs. They leave the cell of their task and come back as vectors,
//! whose types only the task's own code and its codecs know.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::{Any, TypeId};
use core::cell::Cell;
use core::ops::Range;

use super::{DONE, Fate, LEFT, State, TAKEN};
use crate::slot::cell::{EachCell, Lent};

impl EachCell {
    /// The type of a vector of elements, if the task owns them.
    ///
    /// # Safety
    ///
    /// The task is open, and the caller sees that.
    pub(crate) unsafe fn owned_elements(&self) -> Option<TypeId> {
        // SAFETY: the caller's promise.
        unsafe { self.lent() }.owned_elements()
    }

    /// Gives elements away, as a vector.
    ///
    /// # Safety
    ///
    /// As for a step that runs these elements (rule 6). The task owns them.
    pub(crate) unsafe fn lend(&self, range: Range<usize>) -> Box<dyn Any> {
        // SAFETY: the caller's promise.
        unsafe { self.lent() }.lend(range)
    }

    /// Takes back what [`EachCell::lend`] gave for the same elements: they were not run.
    ///
    /// # Safety
    ///
    /// As for [`EachCell::lend`].
    pub(crate) unsafe fn regain(&self, range: Range<usize>, elements: Box<dyn Any>) {
        // SAFETY: the caller's promise.
        unsafe { self.lent() }.regain(range, elements);
    }

    /// Gives the outputs of elements away, as a vector.
    ///
    /// # Safety
    ///
    /// All of these elements have run in this cell, the caller sees that, and nobody else uses them. The
    /// task will not be closed.
    pub(crate) unsafe fn outputs(&self, range: Range<usize>) -> Box<dyn Any> {
        // SAFETY: the caller's promise.
        unsafe { self.lent() }.outputs(range)
    }

    /// Stores the outputs of elements that have run elsewhere, if their number is right.
    ///
    /// # Safety
    ///
    /// As for a step that runs these elements. `outputs` came from the cell of the same task on another rank.
    pub(crate) unsafe fn store(&self, range: Range<usize>, outputs: Box<dyn Any>) -> bool {
        // SAFETY: the caller's promise.
        unsafe { self.lent() }.store(range, outputs)
    }

    /// # Safety
    ///
    /// The task is open, and the caller sees that.
    unsafe fn lent(&self) -> &dyn Lent {
        // SAFETY: the caller's promise; steps that run elements only share the state.
        unsafe { &*self.state.get() }.as_deref().expect("the task is open").lent()
    }
}

/// The elements that the executor passes to a step.
pub(super) fn brought<E: 'static>(elements: &Cell<Option<Box<dyn Any>>>) -> Vec<E> {
    let elements = elements.take().expect("a task that is opened over elements is given some");
    *elements.downcast().expect("they are of the type that the task takes")
}

impl<E, R> State<E, R> {
    fn mark(&self, range: Range<usize>, fate: Fate) {
        if !self.fates.is_empty() {
            self.fates[range].iter().for_each(|known| known.set(fate));
        }
    }

    fn check(&self, range: &Range<usize>) {
        assert!(range.start <= range.end && range.end <= self.width, "there are as many elements");
    }
}

impl<E: 'static, R: 'static> Lent for State<E, R> {
    fn owned_elements(&self) -> Option<TypeId> {
        self.owns_elements.then(TypeId::of::<Vec<E>>)
    }

    fn lend(&self, range: Range<usize>) -> Box<dyn Any> {
        self.check(&range);
        assert!(self.owns_elements, "a task lends what it owns");
        let mut elements: Vec<E> = Vec::with_capacity(range.len());
        // SAFETY: rule 6 gives these elements, which are there, to this caller; `elements` has room for them,
        // and from here on they count as taken.
        unsafe {
            elements.as_mut_ptr().copy_from_nonoverlapping(self.element.add(range.start), range.len());
            elements.set_len(range.len());
        }
        self.mark(range, TAKEN);
        Box::new(elements)
    }

    fn regain(&self, range: Range<usize>, elements: Box<dyn Any>) {
        self.check(&range);
        let mut elements: Box<Vec<E>> = elements.downcast().expect("they are what was lent");
        assert!(self.owns_elements && elements.len() == range.len(), "all that was lent comes back");
        // SAFETY: the places of these elements are empty, and given to this caller by rule 6. They move
        // there: `elements` no longer counts them.
        unsafe {
            elements.set_len(0);
            self.element.add(range.start).copy_from_nonoverlapping(elements.as_ptr(), range.len());
        }
        self.mark(range, LEFT);
    }

    fn outputs(&self, range: Range<usize>) -> Box<dyn Any> {
        self.check(&range);
        let mut outputs: Vec<R> = Vec::with_capacity(range.len());
        // SAFETY: the caller's promise: the outputs are there, and nobody else uses them. From here on
        // they count as taken.
        unsafe {
            outputs.as_mut_ptr().copy_from_nonoverlapping(self.output.add(range.start), range.len());
            outputs.set_len(range.len());
        }
        self.mark(range, TAKEN);
        Box::new(outputs)
    }

    fn store(&self, range: Range<usize>, outputs: Box<dyn Any>) -> bool {
        self.check(&range);
        let Ok(mut outputs) = outputs.downcast::<Vec<R>>() else { return false };
        if outputs.len() != range.len() {
            return false;
        }
        // SAFETY: the places of these outputs are empty, and given to this caller by rule 6. They move there:
        // `outputs` no longer counts them.
        unsafe {
            outputs.set_len(0);
            self.output.add(range.start).copy_from_nonoverlapping(outputs.as_ptr(), range.len());
        }
        self.mark(range, DONE);
        true
    }
}
