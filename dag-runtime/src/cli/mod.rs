//! A command line for a graph.
//!
//! [`main`] gives a program that runs one graph the commands `run`, `graph`, `plan` and `list`:
//!
//! ```no_run
//! use dag_runtime::{cli, dag, task};
//! use std::process::ExitCode;
//!
//! #[task]
//! fn numbers(text: &str) -> Result<Vec<f64>, std::num::ParseFloatError> {
//!     text.split(',').map(str::parse).collect()
//! }
//!
//! #[task(depends = [numbers])]
//! fn mean(numbers: &[f64]) -> f64 {
//!     numbers.iter().sum::<f64>() / numbers.len() as f64
//! }
//!
//! dag! {
//!     /// The mean of some numbers.
//!     graph Stats<'a>(text: &'a str) -> mean { numbers(text), mean }
//! }
//!
//! #[derive(clap::Args)]
//! struct Inputs {
//!     /// Numbers, with commas between them
//!     text: String,
//! }
//!
//! fn main() -> ExitCode {
//!     cli::main(Stats::TABLE, |inputs: Inputs, executor| Ok(Stats { text: &inputs.text }.run(executor)?))
//! }
//! ```
//!
//! ```text
//! stats run 1,2,6 --backend rayon --threads 4 --progress --report --gantt run.svg --trace run.json
//! stats graph --format svg --output stats.svg
//! stats plan --workers 1,2,4,8
//! stats list
//! ```
//!
//! `run` need not be said where an option comes first, or nothing.
//!
//! The inputs are those of clap, which has to be a dependency with its feature `derive`: any type that can be parsed, with
//! help, defaults and checks of its own. They must not be called as the options of `run` are. A graph without inputs takes
//! `()`. What the run gives is printed on stdout, on MPI by rank 0; reports and errors go to stderr.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | it went well |
//! | 1 | the run has failed, or a file could not be read or written |
//! | 2 | the command line is wrong, or asks for a backend that there is not |
//! | 130 | it was stopped by Ctrl-C or SIGTERM |
//!
//! At Ctrl-C no more tasks start, running ones are allowed to finish, and what was asked for is reported. A second Ctrl-C
//! ends the program at once. SIGTERM, which Slurm sends when the time of a job is up, does the same. On MPI it is enough
//! that one rank gets the signal: `srun` passes it on. Open MPI's `mpiexec` passes none on and kills its ranks.

mod complain;
mod exit;
mod files;
mod interrupt;
mod options;
mod run;
mod show;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::error::Error as StdError;
use core::fmt;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _};

use crate::table::Table;
use complain::complain;
use exit::{FAILED, Failed, is_broken_pipe};
use options::{Command, Program};

pub use run::CliExecutor;

/// The command line of a program that runs one graph: see [the module](self).
///
/// `run` runs the graph, with the inputs from the command line and an executor that the user has chosen, and gives
/// what is to be printed. It is called where the command is `run`.
pub fn main<I: Args, T: fmt::Display>(
    table: &'static Table,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Box<dyn StdError>>,
) -> ExitCode {
    ExitCode::from(start(table, run, std::env::args_os(), &mut io::stdout(), &mut io::stderr()))
}

/// The program with these arguments, which writes there, and its exit code.
fn start<I: Args, T: fmt::Display>(
    table: &'static Table,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let mut command = Program::<I>::command();
    if !table.description().is_empty() {
        command = command.about(table.description());
    }
    let matches = command.try_get_matches_from(with_command(arguments));
    let program = match matches.and_then(|matches| Program::<I>::from_arg_matches(&matches)) {
        Ok(program) => program,
        Err(error) => {
            // Nobody is left to be told where this fails.
            let _ = error.print();
            return error.exit_code() as u8;
        }
    };
    let outcome = match program.command {
        Command::Run(options) => return run::run(table, run, options, out, err),
        Command::Graph(options) => show::graph(table, &options, out),
        Command::Plan(options) => show::plan(table, &options, out),
        Command::List(options) => show::list(table, &options, out),
    };
    match outcome {
        // As when the output is piped into `head`.
        Err(error) if is_broken_pipe(&*error) => 0,
        Err(error) => {
            complain(err, &*error);
            FAILED
        }
        Ok(()) => 0,
    }
}

/// The arguments with the command `run` where none is said.
fn with_command(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let is_option = |first: &OsString| {
        let first = first.to_string_lossy();
        first.starts_with('-') && !["-h", "--help"].contains(&&*first)
    };
    if !arguments.is_empty() && arguments.get(1).is_none_or(is_option) {
        arguments.insert(1, "run".into());
    }
    arguments
}
