//! How user code ends: by itself, or by a panic, which is then a failure like any other.

use super::{Failure, Outcome};
use crate::unwind::{Payload, catch as catch_panic};

/// What `body` gives; or its error or panic.
#[inline]
pub(crate) fn catch<T>(body: impl FnOnce() -> Outcome<T>) -> Result<T, Failure> {
    result(catch_panic(body))
}

/// What user code gave that was called by [`catch`](catch_panic); or its error or panic.
#[inline]
pub(crate) fn result<T>(ended: Result<Outcome<T>, Payload>) -> Result<T, Failure> {
    match ended {
        Ok(outcome) => outcome.map_err(Failure::error),
        Err(payload) => Err(Failure::panic(payload)),
    }
}

/// Whether `body` panics, and how.
#[inline]
pub(crate) fn guard(body: impl FnOnce()) -> Result<(), Failure> {
    catch_panic(body).map_err(Failure::panic)
}
