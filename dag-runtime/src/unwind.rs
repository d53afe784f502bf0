//! Panics, where there is `std` to catch them. Without it they pass through, and the slots drop
//! what they hold.

#[cfg(feature = "std")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
use core::any::Any;
#[cfg(feature = "std")]
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What a panic leaves.
#[cfg(feature = "std")]
pub(crate) type Payload = Box<dyn Any + Send>;
#[cfg(not(feature = "std"))]
pub(crate) enum Payload {}

/// What `body` gives, or how it panics.
#[inline]
pub(crate) fn catch<T>(body: impl FnOnce() -> T) -> Result<T, Payload> {
    // Unwind safety: what a failed task leaves half done is its own and its slots', which know
    // whether they hold a value; nobody reads them after.
    #[cfg(feature = "std")]
    return catch_unwind(AssertUnwindSafe(body));
    #[cfg(not(feature = "std"))]
    Ok(body())
}

/// How many payloads are dropped that are each the panic of the last one's drop.
#[cfg(feature = "std")]
const MOST_PAYLOADS: usize = 64;

/// Drops a value, and ignores where that panics.
pub(crate) fn discard<T>(value: T) {
    if let Err(payload) = catch(|| drop(value)) {
        discard_payload(payload);
    }
}

/// Drops the payload of a panic, which may panic when it is dropped, and so may the payload of that panic.
#[cold]
fn discard_payload(payload: Payload) {
    #[cfg(feature = "std")]
    {
        let mut dropped = Err(payload);
        for _ in 0..MOST_PAYLOADS {
            match dropped {
                Ok(()) => return,
                Err(payload) => dropped = catch(|| drop(payload)),
            }
        }
        // This would never end.
        core::mem::forget(dropped);
    }
    #[cfg(not(feature = "std"))]
    match payload {}
}

/// Calls an observer, or drops an output, and ignores where that panics.
pub(crate) fn ignore(body: impl FnOnce()) {
    if let Err(payload) = catch(body) {
        discard_payload(payload);
    }
}

/// Calls `body` until it ends without a panic. It drops several values, and each time goes on after the one that panicked.
/// The first panic is the error.
pub(crate) fn persist(body: &mut dyn FnMut()) -> Result<(), Payload> {
    #[cfg(feature = "std")]
    {
        let first = catch(&mut *body);
        if first.is_err() {
            while let Err(payload) = catch(&mut *body) {
                discard_payload(payload);
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
    if let Err(payload) = persist(body) {
        discard_payload(payload);
    }
}

/// As [`persist`]. Where there are panics, the first one goes on in the end.
pub(crate) fn persist_and_resume(body: &mut dyn FnMut()) {
    if let Err(payload) = persist(body) {
        #[cfg(feature = "std")]
        resume_unwind(payload);
        #[cfg(not(feature = "std"))]
        match payload {}
    }
}

/// Drops values one by one. Where some of these panic, the first panic goes on in the end.
pub(crate) fn drop_all<T>(values: impl IntoIterator<Item = T>) {
    let mut values = values.into_iter();
    persist_and_resume(&mut || values.by_ref().for_each(drop));
}

/// Drops values one by one, and ignores where that panics. A vector that drops its elements itself aborts at the second
/// panic.
#[cold]
pub(crate) fn discard_all<T>(values: impl IntoIterator<Item = T>) {
    let mut values = values.into_iter();
    ignore_all(&mut || values.by_ref().for_each(drop));
}
