//! Ten thousand collisions of aircraft with animals: rows are checked, counted and modelled, in stages that a run with a
//! store does only once.
//!
//! What you learn: `keep`, and what counts for the key of a kept output: a `File` by its content, the rows of a year by themselves
//! (`each`), other functions by `uses`, a `version` in the place of code, and `#[key(skip)]` for what does not count. The tests kill
//! the program again and again, and find that each run goes on where the last one ended. The chapter "Runs that go on where the last
//! one ended" of the guide goes through this program.
//!
//! ```text
//! cargo run --release --example pipeline
//! cargo run --release --example pipeline -- --store FOLDER --report
//! cargo run --release --example pipeline -- --store FOLDER --report --batches 40
//! ```
//!
//! prints, the first two times,
//!
//! ```text
//! 9961 strikes, 1990-01-08 to 2002-07-25: 10.5 % with damage
//!   24 rows are there twice and count once
//!   1 rows are not used: damage `B` is not known
//!   14 rows are not used: damage `C` is not known
//!
//! Odds of damage, from 7110 strikes in motion at a known speed (95 % of 200 samples of 50 airports)
//!   of a small animal, on approach, by day     0.025  (0.017 to 0.038)
//!   100 knots more                           × 1.213  (0.913 to 1.531)
//!   a medium animal                          × 2.747  (1.967 to 3.699)
//!   a large animal                           ×18.182  (14.797 to 22.205)
//!   take-off run                             × 2.014  (1.466 to 2.642)
//!   climb                                    × 1.989  (1.628 to 2.339)
//!   descent                                  × 1.675  (1.058 to 2.553)
//!   landing roll                             × 1.028  (0.675 to 1.544)
//!   night, dusk or dawn                      × 0.959  (0.794 to 1.171)
//! At airports it has not seen: AUC 0.764 (0.696 to 0.826)
//!
//! Species                    strikes  damage  mean cost
//!   Canada goose                 190  55.8 %  $   80999
//!   Mallard                       63  28.6 %  $    6957
//!   Red-tailed hawk               99  27.3 %  $   23127
//!   Ring-billed gull              87  19.5 %  $    1151
//!   Rock pigeon                  231  18.2 %  $   11530
//!   European starling            318   6.6 %  $    2870
//!   Mourning dove                215   6.0 %  $     238
//!   American robin                62   3.2 %  $     588
//!   American kestrel              83   2.4 %  $    3018
//!   Killdeer                      64   1.6 %  $      21
//!   Pacific golden-plover         65   0.0 %  $       0
//! ```
//!
//! The third one draws 200 more samples and nothing else.

#[cfg(test)]
mod killed;
mod model;
mod rows;
mod summary;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use dag_runtime::{Executor, File, cli, dag};

use crate::model::{FOLDS, design, fit, resample, validate};
use crate::rows::{clean, parse, read};
use crate::summary::{count, report, species};

dag! {
    /// What damages an aircraft that strikes an animal.
    pub graph Strikes<'a>[batches](file: &'a File, ridge: f64, rounds: usize, seed: u64) -> report {
        read(file),
        parse keep,
        clean,
        design,
        counts = count(&clean, &design) keep,
        species keep,
        fit(ridge, rounds) keep,
        area[fold in 0..FOLDS] = validate(fold, ridge, rounds) keep,
        sample[batch in 0..batches] = resample(batch, seed, ridge, rounds) keep,
        report(&counts, &species, &fit, &area, &sample),
    }
}

/// The strikes that come with the examples: see `data/README.md`.
const STRIKES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/birdstrikes.csv");

/// What is calculated.
#[derive(Debug, Args)]
struct Options {
    /// A file as `data/birdstrikes.csv`, which is the default
    #[arg(long, value_name = "FILE", default_value = STRIKES, hide_default_value = true)]
    input: PathBuf,
    /// How much large coefficients are held down
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0)]
    ridge: f64,
    /// After this many rounds, coefficients that still change are an error
    #[arg(long, value_name = "COUNT", default_value_t = 25)]
    rounds: usize,
    /// For other samples
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    draw: u64,
}

fn main() -> ExitCode {
    cli::main_sized(Strikes::SIZES.with_defaults([20]), |[batches], options, executor| {
        run(batches, &options, executor)
    })
}

/// The report.
fn run(
    batches: usize,
    options: &Options,
    executor: &impl for<'a> Executor<Strikes<'a>>,
) -> Result<String, Box<dyn Error>> {
    let Options { input, ridge, rounds, draw } = options;
    let file = File::open(input)?;
    let graph = Strikes { batches, file: &file, ridge: *ridge, rounds: *rounds, seed: *draw };
    Ok(graph.run(executor)?)
}
