//! Drops the inputs of a run.

use crate::error::{Error, ErrorKind, Failure, guard};
use crate::table::Table;
use crate::unwind::{discard, ignore_all};

/// The result of dropping the inputs of a run: the first panic, if any.
#[derive(Debug)]
pub struct Dropped(Option<Failure>);

/// Calls a function that drops several values, and calls it again after each panic: a panic in the drop of one value
/// does not prevent the drop of the others.
// Generic, so that the compiler removes the catch if no drop can panic.
#[inline]
pub fn drop_each(mut drop: impl FnMut()) -> Dropped {
    Dropped(match guard(&mut drop) {
        Ok(()) => None,
        Err(first) => Some(go_on(first, &mut drop)),
    })
}

/// Drops an input, if it was not dropped before.
// Clippy reports `drop` of a value without a drop, at the user's graph.
#[inline]
pub fn drop_input<T>(input: Option<T>) {
    drop(input);
}

/// Drops the other values after the first panic.
#[cold]
fn go_on(first: Failure, drop: &mut dyn FnMut()) -> Failure {
    ignore_all(drop);
    first
}

impl Dropped {
    /// The result of a run after the drop of its inputs.
    #[inline]
    pub(super) fn end<R>(self, table: &Table, result: Result<R, Error>) -> Result<R, Error> {
        match self.0 {
            None => result,
            Some(failure) => Err(fail(table, failure, result.map(discard).err())),
        }
    }
}

/// The error of a run whose inputs panicked: its own error, if it had failed before.
#[cold]
fn fail(table: &Table, failure: Failure, error: Option<Error>) -> Error {
    match error {
        Some(error) => {
            discard(failure);
            error
        }
        None => Error::run(table.graph(), ErrorKind::Inputs, failure, Default::default()),
    }
}
