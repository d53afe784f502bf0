//! Errors and exit codes of commands.

use alloc::boxed::Box;
use alloc::format;
use core::error::Error as StdError;
use std::io;

/// The error of a command.
pub(super) type Failed = Box<dyn StdError>;

pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const INTERRUPTED: u8 = 130;

/// The error of a command that writes to stdout: names stdout if writing failed.
pub(super) fn of_stdout(error: Failed) -> Failed {
    match error.downcast::<io::Error>() {
        Ok(error) => format!("cannot write to stdout: {error}").into(),
        Err(error) => error,
    }
}

pub(super) fn is_broken_pipe(error: &(dyn StdError + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
