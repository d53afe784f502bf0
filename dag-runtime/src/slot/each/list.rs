//! Drops lists of outputs, each element separately. A `Vec` continues its drop after the first panic, and aborts the
//! process at the second one.

use alloc::vec::Vec;
use core::mem::needs_drop;

use super::super::family::Outputs;
use super::super::{Release, Store, release_of, release_of_member};
use crate::table::Place;
use crate::unwind::drop_all;

/// How to release a list of outputs of type `O`; `None` if it needs no drop.
pub(crate) const fn release_of_list<O>() -> Option<Release> {
    /// # Safety
    ///
    /// `slot` points to a `Store<Vec<O>>`, and rule 5 allows to empty it now.
    unsafe fn release<O>(slot: *const u8, _: Place<'_>) {
        // SAFETY: the caller's promise.
        if let Some(list) = unsafe { (*slot.cast::<Store<Vec<O>>>()).take_left() } {
            drop_all(list);
        }
    }
    if needs_drop::<O>() { Some(release::<O>) } else { release_of::<Vec<O>>() }
}

/// How to release a list of outputs of type `O` in a family; `None` if it needs no drop.
pub(crate) const fn release_of_list_member<O>() -> Option<Release> {
    /// # Safety
    ///
    /// `slot` is the store of the place's line, a family with outputs of type `Vec<O>`, and rule 5 allows to empty the
    /// place now.
    unsafe fn release<O>(slot: *const u8, place: Place<'_>) {
        // SAFETY: the caller's promise.
        let left = unsafe { Outputs::<Vec<O>>::of(slot, place.line).take_left(place.position as usize) };
        if let Some(list) = left {
            drop_all(list);
        }
    }
    if needs_drop::<O>() { Some(release::<O>) } else { release_of_member::<Vec<O>>() }
}

/// As [`release_of_list`], for a list that may not be wanted.
pub(crate) const fn release_of_optional_list<O>() -> Option<Release> {
    /// # Safety
    ///
    /// `slot` points to a `Store<Option<Vec<O>>>`, and rule 5 allows to empty it now.
    unsafe fn release<O>(slot: *const u8, _: Place<'_>) {
        // SAFETY: the caller's promise.
        if let Some(list) = unsafe { (*slot.cast::<Store<Option<Vec<O>>>>()).take_left() } {
            drop_all(list.into_iter().flatten());
        }
    }
    if needs_drop::<O>() { Some(release::<O>) } else { release_of::<Option<Vec<O>>>() }
}

/// As [`release_of_list_member`], for lists that may not be wanted.
pub(crate) const fn release_of_optional_list_member<O>() -> Option<Release> {
    /// # Safety
    ///
    /// `slot` is the store of the place's line, a family with outputs of type `Option<Vec<O>>`, and rule 5 allows to empty
    /// the place now.
    unsafe fn release<O>(slot: *const u8, place: Place<'_>) {
        // SAFETY: the caller's promise.
        let left =
            unsafe { Outputs::<Option<Vec<O>>>::of(slot, place.line).take_left(place.position as usize) };
        if let Some(list) = left {
            drop_all(list.into_iter().flatten());
        }
    }
    if needs_drop::<O>() { Some(release::<O>) } else { release_of_member::<Option<Vec<O>>>() }
}
