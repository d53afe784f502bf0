//! Four years of daily weather: climate, records, seasons, spells and trends, as a task graph.
//!
//! What you learn: a real pipeline, with fallible steps, outputs of many types, two series that go
//! through the same functions (`highs` and `lows`), a picture that is drawn only if it is wanted (`when`), a program
//! in several files.
//!
//! ```text
//! cargo run --release --example weather
//! cargo run --release --example weather -- --backend rayon --threads 2 --report
//! mpiexec -n 2 target/release/examples/weather --backend mpi
//! cargo run --release --example weather -- --input FILE --keep-going
//! cargo run --release --example weather -- --plot weather.svg
//! ```
//!
//! It prints a report of the weather, the same on every backend; `--report` says on stderr where the time went. The
//! tasks' costs are their times as measured, in units of 10 µs. What is wrong in a file is said by task and line:
//!
//! ```text
//! error: task `parse` of graph `Weather` failed: line 17: precipitation `abc` is not a number
//! skipped: days, complete, climate, records, seasons and 15 more
//! ```

mod chart;
mod climate;
mod data;
mod load;
mod numeric;
mod rain;
mod report;
#[cfg(test)]
mod tests;
mod trend;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use dag_runtime::{Error, Executor, cli, dag};

use crate::data::Day;

dag! {
    /// From a file of daily weather to a report.
    graph Weather<'a>(path: &'a Path, replicates: usize, plot: Option<&'a Path>) -> report {
        load::read(path),
        load::parse,
        load::days,
        load::complete,

        climate::climate,
        climate::records,
        climate::seasons,
        climate::kinds,

        rain::spells,
        rain::chain,
        rain::rain,

        highs = trend::anomalies(|day: &Day| day.high),
        highs_persistence = trend::persistence(&highs),
        highs_ranks = trend::rank_trend(&highs, highs_persistence),
        highs_line = trend::bootstrap(&highs, highs_persistence, replicates, 1),

        lows = trend::anomalies(|day: &Day| day.low),
        lows_persistence = trend::persistence(&lows),
        lows_ranks = trend::rank_trend(&lows, lows_persistence),
        lows_line = trend::bootstrap(&lows, lows_persistence, replicates, 2),

        chart::chart when plot.is_some(),
        chart::write(file, picture) when let (Some(file), Some(picture)) = (plot, &chart) on 0,

        report::report(&[("highs", highs_line, highs_ranks), ("lows", lows_line, lows_ranks)]),
    }
}

/// The data set that comes with the examples: see `data/README.md`.
const SEATTLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/seattle-weather.csv");

/// What is reported on.
#[derive(Debug, Args)]
struct Options {
    /// A file of daily weather [default: data/seattle-weather.csv]
    #[arg(long, value_name = "FILE", default_value = SEATTLE, hide_default_value = true)]
    input: PathBuf,
    /// How often the bootstrap draws anew
    #[arg(long, value_name = "COUNT", default_value_t = 40_000, value_parser = clap::value_parser!(u32).range(1..))]
    replicates: u32,
    /// Draws the mean temperatures of the months into this file, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

fn main() -> ExitCode {
    cli::main(Weather::TABLE, |options, executor| Ok(run(&options, executor)?))
}

fn run(options: &Options, executor: &impl for<'a> Executor<Weather<'a>>) -> Result<String, Error> {
    let Options { input, replicates, plot } = options;
    Weather { path: input, replicates: *replicates as usize, plot: plot.as_deref() }.run(executor)
}
