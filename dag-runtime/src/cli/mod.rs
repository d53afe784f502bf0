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
//! `run` may be omitted if the first argument is an option or there is none.
//!
//! The inputs are any type that clap can parse, with its own help, defaults and checks. clap must be a dependency with
//! its feature `derive`. The names of inputs must differ from the options of `run`. A graph without inputs takes `()`.
//! The result of the closure is printed on stdout, on MPI by rank 0. Reports and errors go to stderr.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | success |
//! | 1 | the run failed, or a file could not be read or written |
//! | 2 | the command line is wrong, or the backend is not available |
//! | 130 | Ctrl-C or SIGTERM stopped the run |
//!
//! After Ctrl-C, no further task starts, running tasks are allowed to finish, and the requested reports are written. A
//! second Ctrl-C ends the program at once. SIGTERM, which Slurm sends when the time limit of a job is reached, does the
//! same. On MPI it is enough that one rank receives the signal: `srun` forwards it. Open MPI's `mpiexec` does not, and
//! kills its ranks.

mod exit;
mod files;
mod interrupt;
mod options;
mod print_error;
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
use exit::{FAILED, Failed, is_broken_pipe, of_stdout};
use options::{Command, Program};
use print_error::print_error;

pub use run::CliExecutor;

/// The command line of a program that runs one graph: see [the module](self).
///
/// `run` runs the graph with the inputs from the command line and the executor that the user has chosen, and returns
/// what is to be printed. It is called only for the command `run`.
pub fn main<I: Args, T: fmt::Display>(
    table: &Table,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Box<dyn StdError>>,
) -> ExitCode {
    ExitCode::from(start(table, run, std::env::args_os(), &mut io::stdout(), &mut io::stderr()))
}

/// Runs the program with these arguments and returns its exit code.
fn start<I: Args, T: fmt::Display>(
    table: &Table,
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
            // If this fails, there is nowhere left to report it.
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
        // For example, if the output is piped into `head`.
        Err(error) if is_broken_pipe(&*error) => 0,
        Err(error) => {
            print_error(err, &*of_stdout(error));
            FAILED
        }
        Ok(()) => 0,
    }
}

/// Inserts the command `run` if there is none.
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
