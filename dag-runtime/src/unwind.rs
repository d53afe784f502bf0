//! Catches panics with `std`. Without it they pass through, and the slots drop what they hold.

#[cfg(feature = "std")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
use core::any::Any;
#[cfg(feature = "std")]
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The payload of a panic.
#[cfg(feature = "std")]
pub(crate) type Payload = Box<dyn Any + Send>;
#[cfg(not(feature = "std"))]
pub(crate) enum Payload {}

/// The result of `body`, or the payload of its panic.
#[inline]
pub(crate) fn catch<T>(body: impl FnOnce() -> T) -> Result<T, Payload> {
    // Unwind safety: only a failed task and its slots can have broken invariants. Slots know whether they hold a value,
    // and nothing reads them afterwards.
    #[cfg(feature = "std")]
    return catch_unwind(AssertUnwindSafe(body));
    #[cfg(not(feature = "std"))]
    Ok(body())
}

/// The longest chain of panics, each in the drop of the previous payload, that is dropped.
#[cfg(feature = "std")]
const MOST_PAYLOADS: usize = 64;

/// Drops a value, and ignores a panic.
pub(crate) fn discard<T>(value: T) {
    if let Err(payload) = catch(|| drop(value)) {
        discard_payload(payload);
    }
}

/// Drops the payload of a panic. The drop may panic again, as may the drop of that payload.
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
        // This might never end.
        core::mem::forget(dropped);
    }
    #[cfg(not(feature = "std"))]
    match payload {}
}

/// Calls an observer, or drops an output, and ignores a panic.
pub(crate) fn ignore(body: impl FnOnce()) {
    if let Err(payload) = catch(body) {
        discard_payload(payload);
    }
}

/// Calls `body` until it returns without a panic. It drops several values, and each call continues after the value that
/// panicked. The first panic is the error.
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
        /// Continues while the panic unwinds.
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

/// As [`persist`], but ignores all panics.
#[cold]
pub(crate) fn ignore_all(body: &mut dyn FnMut()) {
    if let Err(payload) = persist(body) {
        discard_payload(payload);
    }
}

/// As [`persist`], but resumes the first panic at the end.
pub(crate) fn persist_and_resume(body: &mut dyn FnMut()) {
    if let Err(payload) = persist(body) {
        #[cfg(feature = "std")]
        resume_unwind(payload);
        #[cfg(not(feature = "std"))]
        match payload {}
    }
}

/// Drops each value separately, and resumes the first panic at the end.
pub(crate) fn drop_all<T>(values: impl IntoIterator<Item = T>) {
    let mut values = values.into_iter();
    persist_and_resume(&mut || values.by_ref().for_each(drop));
}

/// Drops each value separately, and ignores panics. A `Vec` would abort at the second panic.
#[cold]
pub(crate) fn discard_all<T>(values: impl IntoIterator<Item = T>) {
    let mut values = values.into_iter();
    ignore_all(&mut || values.by_ref().for_each(drop));
}
