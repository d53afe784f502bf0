//! Calls that are made again after an `Err`.
//!
//! An attempt that is not the last one clones what the task takes by value, so that the next one finds it where it was. A
//! call that returns an `Err` stores nothing. So for the rules of slots all attempts together are one call.

use core::cell::RefCell;

use super::{Cx, Position};
use crate::error::{Failure, Outcome, TaskError};
use crate::unwind::discard;

/// A task that can take a `W` of the output of task `P`, several times if `AGAIN`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` has `retry`, and each attempt takes a `{W}` from the output of `{P}`: `{W}` is not `Clone`",
    label = "`{W}` is moved by the first attempt",
    note = "derive `Clone` for `{W}`, or borrow it as `&{W}`"
)]
pub trait TakesAgain<const AGAIN: bool, P: ?Sized, W> {
    /// The value for an attempt that is not the last one.
    fn again(value: &W) -> W;
}

#[diagnostic::do_not_recommend]
impl<C: ?Sized, P: ?Sized, W> TakesAgain<false, P, W> for C {
    fn again(_: &W) -> W {
        unreachable!("a task without `retry` takes its values once")
    }
}

#[diagnostic::do_not_recommend]
impl<C: ?Sized, P: ?Sized, W: Clone> TakesAgain<true, P, W> for C {
    fn again(value: &W) -> W {
        value.clone()
    }
}

/// After an attempt has failed with this error: makes up to `retries` further ones.
///
/// # Errors
///
/// Fails if the last attempt fails, and if the run is stopped or a run inside of the task was.
#[cold]
pub(crate) fn again<T>(
    position: &Position<'_>,
    retries: u32,
    error: TaskError,
    call: &mut dyn FnMut() -> Outcome<T>,
) -> Outcome<T> {
    let mut failure = Failure::error(error);
    for attempt in 1..=retries {
        if failure.stopped_run().is_some() || !position.may_go_on() {
            break;
        }
        position.retried(attempt, &failure);
        discard(failure);
        let outcome = if attempt == retries { position.last_attempt(&mut *call) } else { call() };
        match outcome {
            Ok(output) => return Ok(output),
            Err(error) => failure = Failure::error(error),
        }
    }
    Err(failure.into_error())
}

/// Runs an element of a task with `retry`: up to `retries` times more after an `Err`.
///
/// # Errors
///
/// As [`again`].
#[inline]
pub(crate) fn element_again<T>(
    cx: &Cx<'_>,
    retries: u32,
    call: &mut dyn FnMut() -> Outcome<T>,
) -> Outcome<T> {
    match (call(), cx.position()) {
        (Err(error), Some(position)) => again(position, retries, error, call),
        (outcome, _) => outcome,
    }
}

/// An element that a task takes by value, for several attempts.
pub(crate) struct ForAttempts<W>(RefCell<Option<W>>);

impl<W> ForAttempts<W> {
    pub(crate) fn new(value: W) -> Self {
        ForAttempts(RefCell::new(Some(value)))
    }

    /// The value for the next attempt.
    pub(crate) fn next(&self, cx: &Cx<'_>, again: fn(&W) -> W) -> W {
        const TAKEN: &str = "only the last attempt takes the value";
        if cx.is_last_attempt() {
            self.0.take().expect(TAKEN)
        } else {
            again(self.0.borrow().as_ref().expect(TAKEN))
        }
    }
}
