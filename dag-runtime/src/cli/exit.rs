//! Errors and exit codes of commands.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::error::Error as StdError;
use core::fmt;
use std::io::{self, Write};

use crate::cli::print_error::{print_error, run_behind};
use crate::error::Error;
use crate::plan::UnknownTask;

/// The error of a command.
pub(super) type Failed = Box<dyn StdError>;

pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const INTERRUPTED: u8 = 130;

/// The command line is wrong, as the text says.
#[derive(Debug)]
pub(super) struct Usage(pub(super) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Usage {}

/// The exit code for the error of a command that does not run the graph.
fn code_of(error: &(dyn StdError + 'static)) -> u8 {
    match error {
        _ if is_stopped(error) => INTERRUPTED,
        // A task is named on the command line.
        _ if error.is::<UnknownTask>() || error.is::<Usage>() => USAGE,
        _ => FAILED,
    }
}

/// Whether this is, or comes from, the error of a run that was stopped.
pub(super) fn is_stopped(error: &(dyn StdError + 'static)) -> bool {
    run_behind(error).is_some_and(Error::is_stopped)
}

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

/// The exit code of a command that does not run the graph, after its error was printed.
pub(super) fn finish(outcome: Result<(), Failed>, err: &mut dyn Write) -> u8 {
    match outcome {
        // For example, if the output is piped into `head`.
        Err(error) if is_broken_pipe(&*error) => 0,
        Err(error) => {
            let code = code_of(&*error);
            print_error(err, &*of_stdout(error));
            code
        }
        Ok(()) => 0,
    }
}
