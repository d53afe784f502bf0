//! Sinks: the places for outputs of running tasks.

use core::cell::UnsafeCell;
use core::mem::{self, MaybeUninit, needs_drop};
use core::ptr;

use super::{Flag, Store};
use crate::error::Outcome;

/// Proof that the output of the running task is in its place.
///
/// Only storing an output makes one. So an argument that returns from the call of its task, by `return Ok(())`, does
/// not compile: it would leave the slot empty for readers that rely on it.
#[derive(Debug)]
pub struct Written(pub(super) ());

/// The result of a call of a task.
pub type CallOutcome = Outcome<Written>;

/// The place for an output of the running task, in its slot or on the way there.
///
/// The call of a task writes the output there itself, so a large output does not pass through the functions around it.
/// Without optimisations, each function that passes a value on reserves stack for it. So here, too, a function that
/// takes an output writes it directly.
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
    /// A sink for a place in a slot.
    #[inline(always)]
    pub(super) fn new(value: &'cx UnsafeCell<MaybeUninit<O>>, full: &'cx Flag) -> Self {
        Sink::of(value, if Store::<O>::FLAGGED { Some(full) } else { None })
    }

    /// A sink for a place, with its flag if [flags are used](Store::FLAGGED).
    #[inline(always)]
    pub(super) fn of(value: &'cx UnsafeCell<MaybeUninit<O>>, full: Option<&'cx Flag>) -> Self {
        Sink { value, full }
    }

    /// Stores the output.
    #[inline(always)]
    pub fn put(self, output: O) -> Written {
        // SAFETY: the original is not used afterwards. It is forgotten if a drop would have an effect.
        unsafe { self.copy(&output) };
        if const { needs_drop::<O>() } {
            mem::forget(output);
        }
        Written(())
    }

    /// Stores an output by a bitwise copy.
    ///
    /// # Safety
    ///
    /// The original is neither used nor dropped afterwards.
    #[inline(always)]
    pub(super) unsafe fn copy(self, output: &O) {
        // SAFETY: rules 1 and 2: only the running task uses this place now, and it stores one output there, so no value
        // is overwritten. The place is in a cell, which lives for as long as the task runs. The rest is the caller's
        // promise.
        unsafe { ptr::copy_nonoverlapping(output, self.value.get().cast::<O>(), 1) };
        if let Some(full) = self.full {
            full.set(true);
        }
    }
}

/// Whether the sink of an element holds its output. Unknown if the output needs no drop.
pub(super) struct Stored(Flag);

impl Stored {
    #[inline(always)]
    pub(super) const fn not_yet() -> Self {
        Stored(Flag::clear())
    }

    /// A sink for the output of an element.
    ///
    /// # Safety
    ///
    /// As long as the sink is used, `place` is valid for writes, and nobody else uses it. What is there is not dropped.
    #[inline(always)]
    pub(super) unsafe fn sink<O>(&self, place: *mut O) -> Sink<'_, O> {
        // SAFETY: the caller's promise. The cell has the same layout as the `O` in it.
        Sink::new(unsafe { &*place.cast::<UnsafeCell<MaybeUninit<O>>>() }, &self.0)
    }

    /// Whether an output was stored. Resets it for the next element.
    #[inline(always)]
    pub(super) fn take(&self) -> bool {
        self.0.take()
    }
}
