//! What a task that runs in steps keeps between them, without its types.

use alloc::boxed::Box;
#[cfg(feature = "store")]
use alloc::vec::Vec;
use core::any::Any;
#[cfg(feature = "mpi")]
use core::any::TypeId;
use core::cell::UnsafeCell;
use core::fmt;
#[cfg(feature = "mpi")]
use core::ops::Range;

#[cfg(feature = "store")]
use super::Codec;
#[cfg(feature = "store")]
use crate::error::Outcome;

/// The state of a task that runs in steps.
pub(crate) struct EachCell {
    pub(super) state: UnsafeCell<Option<Box<dyn Kept>>>,
    threads: usize,
    /// Whether it is of elements that another rank has lent by value.
    #[cfg(feature = "mpi")]
    #[cfg_attr(not(feature = "store"), allow(dead_code, reason = "only runs with a store ask"))]
    is_lent: bool,
}

// SAFETY: rule 6 orders the steps that change which state is there before and after all others, and
// in between each step uses elements of its own. What moves to another thread with the cell, or in a
// step, are outputs of this task and elements of the output of another one: on executors with several
// threads both are `Send` (`Shareable`).
unsafe impl Sync for EachCell {}
// SAFETY: likewise.
unsafe impl Send for EachCell {}

impl EachCell {
    /// For a task that is not open, whose steps run on one thread.
    pub(crate) const fn new() -> Self {
        EachCell::on_threads(1)
    }

    /// For a task that is not open, whose steps run on at most this many threads.
    pub(crate) const fn on_threads(threads: usize) -> Self {
        EachCell {
            state: UnsafeCell::new(None),
            threads,
            #[cfg(feature = "mpi")]
            is_lent: false,
        }
    }

    /// For elements that another rank has lent by value.
    #[cfg(feature = "mpi")]
    pub(crate) fn of_lent(self) -> Self {
        EachCell { is_lent: true, ..self }
    }

    /// Whether it is for such elements.
    #[cfg(all(feature = "mpi", feature = "store"))]
    pub(super) fn is_lent(&self) -> bool {
        self.is_lent
    }

    /// The most threads on which steps run.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// The number of elements; `None` if the task is not open.
    ///
    /// # Safety
    ///
    /// No step that opens or closes the task runs now, and the caller sees what those before did.
    pub(crate) unsafe fn width(&self) -> Option<usize> {
        // SAFETY: the caller's promise.
        unsafe { &*self.state.get() }.as_ref().map(|kept| kept.width())
    }

    /// Drops what is left of a task that will not be closed. Does nothing if it is not open.
    ///
    /// If the drop of a value panics, this panics. The next call continues with the next value.
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
}

impl fmt::Debug for EachCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EachCell")
    }
}

/// The state of an open task, with its types erased.
pub(super) trait Kept {
    fn as_any(&self) -> &dyn Any;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
    fn width(&self) -> usize;
    /// As [`EachCell::clear`].
    fn clear(&mut self);
    /// The part that other ranks use.
    #[cfg(feature = "mpi")]
    fn lent(&self) -> &dyn Lent;
    /// The part that a store uses.
    #[cfg(feature = "store")]
    fn elements(&self) -> &dyn StoredElements;
}

/// Outputs of single elements of an open task, with their types erased, as lists of one.
#[cfg(feature = "store")]
pub(super) trait StoredElements {
    /// Stores the output in place of a run of its element, if the list is of one.
    ///
    /// # Safety
    ///
    /// As for a step that runs this element.
    unsafe fn store(&self, k: usize, list: Box<dyn Any>) -> bool;
    /// Encodes the output.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be encoded.
    ///
    /// # Safety
    ///
    /// The element has run in this step, and nobody else uses its output now.
    unsafe fn encode(&self, k: usize, codec: &Codec, bytes: &mut Vec<u8>) -> Outcome<()>;
}

/// Access to the elements of an open task, with their types erased.
#[cfg(feature = "mpi")]
pub(super) trait Lent {
    /// The type of a vector of elements, if the task owns them.
    fn owned_elements(&self) -> Option<TypeId>;
    /// Takes elements out, as a vector.
    fn lend(&self, range: Range<usize>) -> Box<dyn Any>;
    /// Puts the same elements back.
    fn regain(&self, range: Range<usize>, elements: Box<dyn Any>);
    /// Takes outputs out, as a vector.
    fn outputs(&self, range: Range<usize>) -> Box<dyn Any>;
    /// Stores outputs, if their number is the number of elements.
    fn store(&self, range: Range<usize>, outputs: Box<dyn Any>) -> bool;
}
