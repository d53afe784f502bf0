//! Where the output of a running task goes.

use core::cell::UnsafeCell;
use core::mem::{self, MaybeUninit, needs_drop};
use core::ptr;

use super::{Flag, Store};

/// That the output of the running task is in its place.
///
/// Only what stores an output makes one. So an argument that returns from the call of its task, by `return Ok(())`, does not
/// compile: it would leave the slot empty for readers that rely on it.
#[derive(Debug)]
pub struct Written(pub(super) ());

/// The place for an output of the running task, in its slot or on its way there.
///
/// The call of a task writes the output there itself, so that a large one is not handed through the functions around it.
/// Where the compiler does not optimise, each function that hands on a value has room for it on the stack: so here, too,
/// what takes an output writes it, and calls nothing that takes it.
pub struct Sink<'cx, O> {
    value: &'cx UnsafeCell<MaybeUninit<O>>,
    full: Option<&'cx Flag>,
}

impl<O> Clone for Sink<'_, O> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<O> Copy for Sink<'_, O> {}

impl<'cx, O> Sink<'cx, O> {
    /// A place in a slot.
    #[inline(always)]
    pub(super) fn new(value: &'cx UnsafeCell<MaybeUninit<O>>, full: &'cx Flag) -> Self {
        Sink { value, full: if Store::<O>::FLAGGED { Some(full) } else { None } }
    }

    /// Stores the output.
    #[inline(always)]
    pub fn put(self, output: O) -> Written {
        // SAFETY: `output` is read here once more, and used by nobody else: it is forgotten where that makes a difference.
        unsafe { self.copy(&output) };
        if const { needs_drop::<O>() } {
            mem::forget(output);
        }
        Written(())
    }

    /// Stores the output that is behind a reference.
    ///
    /// # Safety
    ///
    /// That one is not used any more, and not dropped.
    #[inline(always)]
    pub(super) unsafe fn copy(self, output: &O) {
        // SAFETY: rules 1 and 2: the running task alone uses this place now, and stores one output there, so no value
        // is overwritten. It is that of a cell, for as long as the task runs. The rest is the caller's promise.
        unsafe { ptr::copy_nonoverlapping(output, self.value.get().cast::<O>(), 1) };
        if let Some(full) = self.full {
            full.set(true);
        }
    }
}

/// Whether the sink of an element has its output. Not known of one that needs no drop.
pub(super) struct Stored(Flag);

impl Stored {
    #[inline(always)]
    pub(super) const fn not_yet() -> Self {
        Stored(Flag::clear())
    }

    /// A place for the output of an element.
    ///
    /// # Safety
    ///
    /// As long as the sink is used, `place` is valid for writes, and nobody else uses it. What is there is not dropped.
    #[inline(always)]
    pub(super) unsafe fn sink<O>(&self, place: *mut O) -> Sink<'_, O> {
        // SAFETY: the caller's promise. The cell has the layout of what it is made of.
        Sink::new(unsafe { &*place.cast::<UnsafeCell<MaybeUninit<O>>>() }, &self.0)
    }

    /// Whether an output was stored, before the place of the next one is given.
    #[inline(always)]
    pub(super) fn take(&self) -> bool {
        self.0.take()
    }
}
