//! Catches panics of user code and turns them into failures.

use super::{Failure, Outcome};
use crate::unwind::{Payload, catch as catch_panic};

/// The result of `body`, with an error or a panic as a failure.
#[inline]
pub(crate) fn catch<T>(body: impl FnOnce() -> Outcome<T>) -> Result<T, Failure> {
    result(catch_panic(body))
}

/// As [`catch`], for a result that [`catch`](catch_panic) returned.
#[inline]
pub(crate) fn result<T>(ended: Result<Outcome<T>, Payload>) -> Result<T, Failure> {
    match ended {
        Ok(outcome) => outcome.map_err(Failure::error),
        Err(payload) => Err(Failure::panic(payload)),
    }
}

/// Runs `body`; a panic is the failure.
#[inline]
pub(crate) fn guard(body: impl FnOnce()) -> Result<(), Failure> {
    catch_panic(body).map_err(Failure::panic)
}
