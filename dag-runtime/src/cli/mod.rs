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
//! stats plan --without mean
//! stats list
//! ```
//!
//! `run` may be omitted if the first argument is an option or there is none.
//!
//! The inputs are any type that clap can parse, with its own help, defaults and checks. clap must be a dependency with
//! its feature `derive`. The names of inputs must differ from the options of `run`. A graph without inputs takes `()`.
//! The result of the closure is printed on stdout, on MPI by rank 0. Reports and errors go to stderr. So does how many
//! failures tasks with `catch` have returned, which are no failure of the run.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | success |
//! | 1 | the run failed, or a file could not be read or written |
//! | 2 | the command line is wrong, or the backend is not available |
//! | 130 | Ctrl-C, SIGTERM or `--deadline` stopped the run |
//!
//! After Ctrl-C, no further task starts, running tasks are allowed to finish, and the requested reports are written. A
//! second Ctrl-C ends the program at once. SIGTERM, which Slurm sends when the time limit of a job is reached, does the
//! same. On MPI it is enough that one rank receives the signal: `srun` forwards it. Open MPI's `mpiexec` does not, and
//! kills its ranks.
//!
//! `--deadline 10m` stops the run in the same way when that time has passed since its start; `--deadline 1h30m`, `90s` and `500ms` are
//! other forms. What was running then, or when a signal came, is printed: it tells where the time went.

mod caught_failures;
mod duration;
mod exit;
mod files;
mod interrupt;
mod options;
mod print_error;
mod run;
mod show;
mod sizes;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::error::Error as StdError;
use core::fmt;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _};

use crate::error::Error;
use crate::plan::UnknownTask;
use crate::table::{Sizes, Table};
use exit::{FAILED, Failed, USAGE, is_broken_pipe, of_stdout};
use options::{Command, Program};
use print_error::print_error;
use sizes::SizeOptions;

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

/// The command line of a program that runs one graph with sizes, as [`main`] for others. Each size is an option of all
/// commands, `--steps 100`, which must be given unless the sizes have [defaults](Sizes::with_defaults). A size with the name
/// of another option is given by `--size steps=100`.
///
/// ```no_run
/// use dag_runtime::{cli, dag, task};
/// use std::process::ExitCode;
///
/// #[task]
/// fn square(x: usize) -> usize { x * x }
///
/// #[task]
/// fn sum(x: &[usize]) -> usize { x.iter().sum() }
///
/// dag! { graph Squares[n] -> sum { x[i in 0..n] = square(i), sum(&x) } }
///
/// fn main() -> ExitCode {
///     cli::main_sized(Squares::SIZES.with_defaults([10]), |[n], (): (), executor| Ok(Squares { n }.run(executor)?))
/// }
/// ```
pub fn main_sized<I: Args, T: fmt::Display, const N: usize>(
    sizes: Sizes<N>,
    run: impl FnOnce([usize; N], I, &CliExecutor) -> Result<T, Box<dyn StdError>>,
) -> ExitCode {
    let arguments = std::env::args_os();
    ExitCode::from(start_sized(sizes, run, arguments, &mut io::stdout(), &mut io::stderr()))
}

/// Runs the program of a graph with sizes with these arguments and returns its exit code.
fn start_sized<I: Args, T: fmt::Display, const N: usize>(
    sizes: Sizes<N>,
    run: impl FnOnce([usize; N], I, &CliExecutor) -> Result<T, Failed>,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let command = SizeOptions::add(&sizes, command::<I>(sizes.description()));
    let (options, program) = match parse::<I>(command, arguments) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let values = match SizeOptions::values(&sizes, &options) {
        Ok(values) => values,
        Err(error) => {
            print_error(err, &*error);
            return USAGE;
        }
    };
    let table = sizes.table(values);
    execute(table.as_deref(), |inputs, executor| run(values, inputs, executor), program, out, err)
}

/// Runs the program with these arguments and returns its exit code.
fn start<I: Args, T: fmt::Display>(
    table: &Table,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    match parse::<I>(command::<I>(table.description()), arguments) {
        Ok((_, program)) => execute(Ok(table), run, program, out, err),
        Err(code) => code,
    }
}

/// The command line of a graph with this description.
fn command<I: Args>(description: &'static str) -> clap::Command {
    let command = Program::<I>::command();
    if description.is_empty() { command } else { command.about(description) }
}

/// Parses these arguments: the options of the command, and the program.
///
/// # Errors
///
/// Fails with an exit code, after the reason was printed.
fn parse<I: Args>(
    command: clap::Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<(ArgMatches, Program<I>), u8> {
    let parsed = command.try_get_matches_from(with_command(arguments)).and_then(|mut matches| {
        let program = Program::from_arg_matches(&matches)?;
        let options = matches.remove_subcommand().map(|(_, options)| options).unwrap_or_default();
        Ok((options, program))
    });
    parsed.map_err(|error| {
        // If this fails, there is nowhere left to report it.
        let _ = error.print();
        error.exit_code() as u8
    })
}

/// Executes the command of a program for a graph with this table.
fn execute<I: Args, T: fmt::Display>(
    table: Result<&Table, &Error>,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    program: Program<I>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let show = |show: &mut dyn FnMut(&Table) -> Result<(), Failed>| match table {
        Ok(table) => show(table),
        Err(error) => Err(error.to_string().into()),
    };
    let outcome = match program.command {
        Command::Run(options) => return run::run(table, run, options, out, err),
        Command::Graph(options) => show(&mut |table| show::graph(table, &options, out)),
        Command::Plan(options) => show(&mut |table| show::plan(table, &options, out)),
        Command::List(options) => show(&mut |table| show::list(table, &options, out)),
    };
    match outcome {
        // For example, if the output is piped into `head`.
        Err(error) if is_broken_pipe(&*error) => 0,
        Err(error) => {
            // A name on the command line.
            let code = if error.is::<UnknownTask>() { USAGE } else { FAILED };
            print_error(err, &*of_stdout(error));
            code
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
