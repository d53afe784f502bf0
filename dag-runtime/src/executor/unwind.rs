//! Panics, where there is `std` to catch them. Without it they pass through, and the slots drop
//! what they hold.

#[cfg(feature = "std")]
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::Failure;
use crate::task::Outcome;

/// What `body` gives; or its error or panic.
#[inline]
pub(super) fn catch<T>(body: impl FnOnce() -> Outcome<T>) -> Result<T, Failure> {
    // Unwind safety: what a failed task leaves half done is its own and its slots', which know
    // whether they hold a value; nobody reads them after.
    #[cfg(feature = "std")]
    let outcome = catch_unwind(AssertUnwindSafe(body)).map_err(Failure::panic)?;
    #[cfg(not(feature = "std"))]
    let outcome = body();
    outcome.map_err(Failure::error)
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
