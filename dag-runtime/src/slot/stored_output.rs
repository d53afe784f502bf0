//! How the outputs of a line are borrowed and taken by value.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::{Cx, Store, family};
use crate::table::Line;

/// An output that a task takes by value.
pub struct OutputByValue<'cx, O: ?Sized> {
    /// The store of the line, whose outputs make up an `O`, and on which the running task depends.
    slot: *const u8,
    copy: bool,
    cx: PhantomData<(&'cx (), *const O)>,
}

impl<O: ?Sized> OutputByValue<'_, O> {
    /// The output in the store at `slot`.
    #[inline]
    pub(super) fn new(slot: *const u8, copy: bool) -> Self {
        OutputByValue { slot, copy, cx: PhantomData }
    }
}

impl<O> OutputByValue<'_, O> {
    /// Takes it.
    #[inline]
    pub(crate) fn take(self) -> O {
        // SAFETY: as in `Bound::get`. A line whose output is `Sized` is not a family, so it has a `Store`.
        let store = unsafe { &*self.slot.cast::<Store<O>>() };
        store.take(&Cx::after_run(), self.copy)
    }
}

/// How the output of a line is stored in its slot: one value, or those of a family's members.
pub trait StoredOutput: 'static {
    /// The output by value.
    type Owned: 'static;

    /// The output.
    ///
    /// # Safety
    ///
    /// `slot` points to the store of `line`, whose outputs make up a `Self`. The running task, which runs for `'cx`,
    /// depends on it.
    #[doc(hidden)]
    unsafe fn get<'cx>(slot: *const u8, line: &Line<'_>) -> &'cx Self;

    /// The output by value. This empties the slot.
    ///
    /// # Safety
    ///
    /// As for [`get`](Self::get), and the running task is the last reader.
    #[doc(hidden)]
    unsafe fn take(slot: *const u8, line: &Line<'_>) -> Self::Owned;
}

impl<O: 'static> StoredOutput for O {
    type Owned = O;

    #[inline]
    unsafe fn get<'cx>(slot: *const u8, _: &Line<'_>) -> &'cx O {
        // SAFETY: the caller's promise. The reader is a dependent, so the output is there (rule 1), and stays until it
        // has finished (rules 4 and 5).
        unsafe {
            let store = &*slot.cast::<Store<O>>();
            debug_assert!(store.full.get(), "an output is read before it is there");
            (*store.value.get()).assume_init_ref()
        }
    }

    #[inline]
    unsafe fn take(slot: *const u8, _: &Line<'_>) -> O {
        // SAFETY: the caller's promise.
        unsafe { &*slot.cast::<Store<O>>() }.take(&Cx::after_run(), false)
    }
}

impl<O: 'static> StoredOutput for [O] {
    type Owned = Vec<O>;

    #[inline]
    unsafe fn get<'cx>(slot: *const u8, line: &Line<'_>) -> &'cx [O] {
        // SAFETY: the caller's promise.
        unsafe {
            let outputs = family::Outputs::<O>::of(slot, line);
            outputs.slice(0..outputs.len())
        }
    }

    unsafe fn take(slot: *const u8, line: &Line<'_>) -> Vec<O> {
        // SAFETY: the caller's promise.
        unsafe {
            let outputs = family::Outputs::<O>::of(slot, line);
            (0..outputs.len()).map(|position| outputs.take(position, false)).collect()
        }
    }
}
