//! Panics, where there is `std` to catch them. Without it they pass through, and the slots drop
//! what they hold.

#[cfg(feature = "std")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
use core::any::Any;
#[cfg(feature = "std")]
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::Failure;
use crate::task::Outcome;

/// What a panic leaves.
#[cfg(feature = "std")]
pub(super) type Payload = Box<dyn Any + Send>;
#[cfg(not(feature = "std"))]
pub(super) enum Payload {}

/// How something ended: by itself, or by a panic.
pub(super) type Ended<T> = Result<Outcome<T>, Payload>;

/// How `body` ends.
#[inline]
pub(super) fn ended<T>(body: impl FnOnce() -> Outcome<T>) -> Ended<T> {
    // Unwind safety: what a failed task leaves half done is its own and its slots', which know
    // whether they hold a value; nobody reads them after.
    #[cfg(feature = "std")]
    return catch_unwind(AssertUnwindSafe(body));
    #[cfg(not(feature = "std"))]
    Ok(body())
}

/// What it gave; or its error or panic.
#[inline]
pub(super) fn result<T>(ended: Ended<T>) -> Result<T, Failure> {
    match ended {
        Ok(outcome) => outcome.map_err(Failure::error),
        #[cfg(feature = "std")]
        Err(payload) => Err(Failure::panic(payload)),
    }
}

/// What `body` gives; or its error or panic.
#[inline]
pub(super) fn catch<T>(body: impl FnOnce() -> Outcome<T>) -> Result<T, Failure> {
    result(ended(body))
}

/// Whether `body` panics, and how.
#[inline]
pub(super) fn guard(body: impl FnOnce()) -> Result<(), Failure> {
    catch(|| {
        body();
        Ok(())
    })
}

/// Drops a value, and ignores where that panics.
pub(super) fn discard<T>(value: T) {
    if let Err(failure) = guard(|| drop(value)) {
        // To drop the payload of a panic may be what panics.
        core::mem::forget(failure);
    }
}

/// Calls an observer, or drops an output, and ignores where that panics.
pub(super) fn ignore(body: impl FnOnce()) {
    if let Err(failure) = guard(body) {
        discard(failure);
    }
}
