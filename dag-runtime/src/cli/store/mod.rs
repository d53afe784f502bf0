//! What the command line does with a store.

mod explain;
mod gc;
mod list;
mod open;
mod options;
mod verify;

use core::fmt;
use std::io::Write;

use clap::{ArgMatches, Args};

use self::explain::why;
use crate::cli::executor::CliExecutor;
use crate::cli::exit::Failed;
use crate::store::Store;
use crate::table::Table;

pub(super) use explain::dry_run;
pub(super) use options::{KeepCommand, KeepOptions, StoreCommand};

impl StoreCommand {
    /// Whether it runs tasks of the graph.
    pub(super) fn runs_tasks(&self) -> bool {
        matches!(self, StoreCommand::Verify(options) if options.rerun.is_some())
    }
}

/// Executes a command that runs no task.
pub(super) fn administer(
    command: &StoreCommand,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failed> {
    match command {
        StoreCommand::List(options) => list::list(options, out, err),
        StoreCommand::Verify(options) => verify::verify(options, out, err),
        StoreCommand::Gc(options) => gc::gc(options, out, err),
    }
}

/// Executes a command for the graph with this table.
pub(super) fn execute<I: Args, T: fmt::Display>(
    table: &Table,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    command: KeepCommand<I>,
    options: &ArgMatches,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failed> {
    match command {
        KeepCommand::Why(options) => why(table, run, options, out, err),
        KeepCommand::Store(StoreCommand::Verify(verify)) if verify.rerun.is_some() => {
            verify::rerun(table, run, &verify, options, out, err)
        }
        KeepCommand::Store(command) => administer(&command, out, err),
    }
}

/// Prints what could not be read or written.
pub(super) fn print_warnings(err: &mut dyn Write, store: &Store) {
    for warning in store.warnings() {
        let _ = writeln!(err, "warning: {warning}");
    }
}
