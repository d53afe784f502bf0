//! How the inputs of a run are dropped.

use core::mem::needs_drop;

use crate::error::{Error, Failure, Place};
use crate::table::Table;
use crate::unwind::{discard, guard};

/// The drop of a run's inputs, one by one: a panic in one of these keeps no other one from being dropped, and does not hide
/// that the run has failed.
#[derive(Debug, Default)]
pub struct Drops {
    first: Option<Failure>,
}

impl Drops {
    /// Drops an input.
    #[inline]
    pub fn add<T>(&mut self, input: T) {
        if const { needs_drop::<T>() } {
            let mut input = Some(input);
            self.call(&mut || drop(input.take()));
        }
    }

    // Not generic, so that programs do not have to compile how panics are caught.
    fn call(&mut self, body: &mut dyn FnMut()) {
        match (guard(body), &self.first) {
            (Err(failure), None) => self.first = Some(failure),
            (Err(failure), Some(_)) => discard(failure),
            (Ok(()), _) => {}
        }
    }

    /// What a run has given whose inputs are gone.
    #[inline]
    pub(super) fn end<R>(self, table: &'static Table, result: Result<R, Error>) -> Result<R, Error> {
        match self.first {
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
        None => Error::run(table.graph(), Place::Inputs, failure, Default::default()),
    }
}
