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
//!
//! # Graphs with `keep`
//!
//! With the feature `store`, a program whose graph has `keep` also has options and commands for a [store](crate::guide::keep).
//! The feature `cli` does not turn on `store`, since no graph with `keep` compiles without it. Programs of other graphs have none
//! of this, so their inputs may have these names.
//!
//! ```text
//! fit run data.csv --degree 3 --store cache
//! fit run data.csv --degree 4 --store cache --dry
//! fit why "fit[3]" data.csv --degree 4 --store cache
//! fit store list --store cache
//! fit store verify --rerun 5% data.csv --degree 3 --store cache
//! fit store gc --older 30d --larger 10G --store cache
//! ```
//!
//! | | |
//! |---|---|
//! | `--store DIR` | keeps outputs in this folder, and takes those that are there. The environment variable `DAG_STORE` names a folder for when the option is missing |
//! | `--store-version TEXT`, `--strict-store` | [`Store::version`](crate::Store::version) and [`Store::strict`](crate::Store::strict) |
//! | `run --dry` | tells what the run would do with each task and why, as [`Store::explain`](crate::Store::explain) does. No task runs, and nothing is written; with `--report-json FILE` the answer is JSON in that file |
//! | `why TASK` | the same for one task or family: which parts of its key differ from its newest output in the store, or when and by which build its output was written. `--json` prints JSON |
//! | `store list` | the outputs in the store, of all graphs. `--json` prints JSON |
//! | `store verify` | reads all of them. The exit code is 1 if one is damaged |
//! | `store verify --rerun 5%` | calls tasks again whose outputs a run with these inputs would find, and compares bytes. Tasks that are not pure are named, and then the exit code is 1. Which tasks these are is the same each time, and others with another `--seed N`. Nothing is written |
//! | `store gc` | removes what no run has used for the time of `--older`, and then as much as the size of `--larger` demands |
//!
//! `run --dry`, `why` and `store verify --rerun` call the closure with an executor that ends each run of the graph with an
//! error. The closure should return that error, as `?` does. They tell nothing if the closure runs another graph before.
//!
//! At its end, a run with a store tells on stderr how many outputs it found, and how many of them another build of the program
//! has written; how many it did not find; how many tasks were not needed; what it read and wrote; and how long it waited for the disk.
//! What could not be read or written is a warning there. What was done before a failure, Ctrl-C or a deadline is kept.

#[cfg(feature = "store")]
mod asked;
#[cfg(feature = "store")]
mod byte_size;
mod caught_failures;
mod duration;
mod executor;
mod exit;
mod files;
mod interrupt;
mod options;
mod parse;
#[cfg(feature = "store")]
mod percentage;
mod print_error;
mod run;
mod show;
mod sizes;
#[cfg(feature = "store")]
mod store;
#[cfg(feature = "store")]
mod store_summary;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::string::ToString as _;
use core::error::Error as StdError;
use core::fmt;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;

use crate::error::Error;
use crate::table::{Sizes, Table};
use exit::{Failed, USAGE, finish};
use options::Command;
use parse::{About, Chosen, Parsed};
use print_error::print_error;
use sizes::SizeOptions;

pub use executor::CliExecutor;

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
    let about = About::sizes(&sizes);
    let Parsed { command, options } =
        match about.parse(SizeOptions::add(&sizes, about.command::<I>()), arguments, err) {
            Ok(parsed) => parsed,
            Err(code) => return code,
        };
    let command = match without_graph(command, out, err) {
        Ok(command) => command,
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
    execute(
        table.as_deref(),
        |inputs, executor| run(values, inputs, executor),
        Parsed { command, options },
        out,
        err,
    )
}

/// Runs the program with these arguments and returns its exit code.
fn start<I: Args, T: fmt::Display>(
    table: &Table,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let about = About::table(table);
    let parsed = about.parse(about.command::<I>(), arguments, err).and_then(|Parsed { command, options }| {
        Ok(Parsed { command: without_graph(command, out, err)?, options })
    });
    match parsed {
        Ok(parsed) => execute(Ok(table), run, parsed, out, err),
        Err(code) => code,
    }
}

/// Executes a command that needs no graph. Returns its exit code, or else the command.
fn without_graph<I: Args>(
    command: Chosen<I>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Chosen<I>, u8> {
    #[cfg(feature = "store")]
    if let Chosen::Keep(store::KeepCommand::Store(command)) = &command {
        if !command.runs_tasks() {
            return Err(finish(store::administer(command, out, err), err));
        }
    }
    let _ = (out, err);
    Ok(command)
}

/// Executes the command of a program for a graph with this table.
fn execute<I: Args, T: fmt::Display>(
    table: Result<&Table, &Error>,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    parsed: Parsed<I>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    #[cfg_attr(
        not(feature = "store"),
        expect(clippy::infallible_destructuring_match, reason = "there are others with stores")
    )]
    let command = match parsed.command {
        Chosen::Any(command) => command,
        #[cfg(feature = "store")]
        Chosen::Keep(command) => {
            let done = match table {
                Ok(table) => store::execute(table, run, command, &parsed.options, out, err),
                Err(error) => Err(error.to_string().into()),
            };
            return finish(done, err);
        }
    };
    let show = |show: &mut dyn FnMut(&Table) -> Result<(), Failed>| match table {
        Ok(table) => show(table),
        Err(error) => Err(error.to_string().into()),
    };
    let outcome = match command {
        Command::Run(options) => return run::run(table, run, options, out, err),
        Command::Graph(options) => show(&mut |table| show::graph(table, &options, out)),
        Command::Plan(options) => show(&mut |table| show::plan(table, &options, out)),
        Command::List(options) => show(&mut |table| show::list(table, &options, out)),
    };
    finish(outcome, err)
}
