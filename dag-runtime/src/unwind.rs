//! Panics, where there is `std` to catch them. Without it they pass through, and the slots drop
//! what they hold.

#[cfg(feature = "std")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
use core::any::Any;
#[cfg(feature = "std")]
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::error::Failure;
use crate::task::Outcome;

/// What a panic leaves.
#[cfg(feature = "std")]
pub(crate) type Payload = Box<dyn Any + Send>;
#[cfg(not(feature = "std"))]
pub(crate) enum Payload {}

/// How something ended: by itself, or by a panic.
pub(crate) type Ended<T> = Result<Outcome<T>, Payload>;

/// How `body` ends.
#[inline]
pub(crate) fn ended<T>(body: impl FnOnce() -> Outcome<T>) -> Ended<T> {
    // Unwind safety: what a failed task leaves half done is its own and its slots', which know
    // whether they hold a value; nobody reads them after.
    #[cfg(feature = "std")]
    return catch_unwind(AssertUnwindSafe(body));
    #[cfg(not(feature = "std"))]
    Ok(body())
}

/// What it gave; or its error or panic.
#[inline]
pub(crate) fn result<T>(ended: Ended<T>) -> Result<T, Failure> {
    match ended {
        Ok(outcome) => outcome.map_err(Failure::error),
        #[cfg(feature = "std")]
        Err(payload) => Err(Failure::panic(payload)),
    }
}

/// What `body` gives; or its error or panic.
#[inline]
pub(crate) fn catch<T>(body: impl FnOnce() -> Outcome<T>) -> Result<T, Failure> {
    result(ended(body))
}

/// Whether `body` panics, and how.
#[inline]
pub(crate) fn guard(body: impl FnOnce()) -> Result<(), Failure> {
    catch(|| {
        body();
        Ok(())
    })
}

/// How many payloads are dropped that are each the panic of the last one's drop.
const MOST_PAYLOADS: usize = 64;

/// Drops a value, and ignores where that panics.
pub(crate) fn discard<T>(value: T) {
    let mut dropped = guard(|| drop(value));
    // The payload of a panic may panic when it is dropped, and so may the payload of that panic.
    for _ in 0..MOST_PAYLOADS {
        match dropped {
            Ok(()) => return,
            Err(failure) => dropped = guard(|| drop(failure)),
        }
    }
    // This would never end.
    core::mem::forget(dropped);
}

/// Calls an observer, or drops an output, and ignores where that panics.
pub(crate) fn ignore(body: impl FnOnce()) {
    if let Err(failure) = guard(body) {
        discard(failure);
    }
}

/// Calls `body` until it ends without a panic. It drops several values, and each time goes on after the one that panicked.
/// The first panic is the error.
pub(crate) fn persist(body: &mut dyn FnMut()) -> Result<(), Failure> {
    #[cfg(feature = "std")]
    {
        let first = guard(&mut *body);
        if first.is_err() {
            while let Err(failure) = guard(&mut *body) {
                discard(failure);
            }
        }
        first
    }
    #[cfg(not(feature = "std"))]
    {
        /// Goes on while the panic passes through.
        struct Again<'body>(&'body mut dyn FnMut());
        impl Drop for Again<'_> {
            fn drop(&mut self) {
                (self.0)();
            }
        }
        drop(Again(body));
        Ok(())
    }
}

/// As [`persist`], where no panic counts.
#[cold]
pub(crate) fn ignore_all(body: &mut dyn FnMut()) {
    if let Err(failure) = persist(body) {
        discard(failure);
    }
}

/// As [`persist`]. Where there are panics, the first one goes on in the end.
pub(crate) fn persist_and_resume(body: &mut dyn FnMut()) {
    if let Err(failure) = persist(body) {
        resume(failure);
    }
}

/// Drops values one by one. Where some of these panic, the first panic goes on in the end.
pub(crate) fn drop_all<T>(values: impl IntoIterator<Item = T>) {
    let mut values = values.into_iter();
    persist_and_resume(&mut || values.by_ref().for_each(drop));
}

/// Lets a panic go on.
#[cold]
fn resume(failure: Failure) {
    #[cfg(feature = "std")]
    {
        let mut failure = failure;
        if let Some(payload) = failure.take_payload() {
            resume_unwind(payload);
        }
    }
    #[cfg(not(feature = "std"))]
    drop(failure);
}

/// Drops values one by one, and ignores where that panics. A vector that drops its elements itself aborts at the second
/// panic.
#[cold]
pub(crate) fn discard_all<T>(values: impl IntoIterator<Item = T>) {
    let mut values = values.into_iter();
    ignore_all(&mut || values.by_ref().for_each(drop));
}
