//! How the inputs of a run are dropped.

use crate::error::{Error, ErrorKind, Failure, guard};
use crate::table::Table;
use crate::unwind::{discard, ignore_all};

/// The inputs of a run are gone, and perhaps the drop of one has panicked.
#[derive(Debug)]
pub struct Dropped(Option<Failure>);

/// Calls what drops values one by one, and again after each that panics: a panic in the drop of one keeps no other one from being
/// dropped.
// Generic: where no drop can panic, the compiler sees that there is nothing to catch.
#[inline]
pub fn drop_each(mut drop: impl FnMut()) -> Dropped {
    Dropped(match guard(&mut drop) {
        Ok(()) => None,
        Err(first) => Some(go_on(first, &mut drop)),
    })
}

/// Drops the others after the first panic.
#[cold]
fn go_on(first: Failure, drop: &mut dyn FnMut()) -> Failure {
    ignore_all(drop);
    first
}

impl Dropped {
    /// What a run has given whose inputs are gone.
    #[inline]
    pub(super) fn end<R>(self, table: &'static Table, result: Result<R, Error>) -> Result<R, Error> {
        match self.0 {
            None => result,
            Some(failure) => Err(fail(table, failure, result.map(discard).err())),
        }
    }
}

/// The error of a run whose inputs have panicked: its own, if it has failed before.
#[cold]
fn fail(table: &'static Table, failure: Failure, error: Option<Error>) -> Error {
    match error {
        Some(error) => {
            discard(failure);
            error
        }
        None => Error::run(table.graph(), ErrorKind::Inputs, failure, Default::default()),
    }
}
