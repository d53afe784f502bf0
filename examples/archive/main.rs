//! A year of weather from an archive in which some files are broken: what can go wrong, and what is left then.
//!
//! What you learn: `catch`, so that a bad file does not cost the others; `retry`, and pauses between attempts; `when`,
//! for what is wanted only sometimes; `run_partial`, for what is there after a failure; a deadline, and a watchdog. The
//! chapter "What can go wrong" of the guide goes through this program.
//!
//! ```text
//! cargo run --example archive
//! cargo run --example archive -- FOLDER
//! ```
//!
//! prints
//!
//! ```text
//! 8 months of the year, with 715 mm of rain
//! °C above the usual, by month: 1: +2.4, 2: +3.1, 4: +0.1, 6: +3.3, 7: +2.3, 9: -1.8, 10: +1.5, 12: +0.5
//! please send these files again:
//!   2015-03.csv: line 18: 2 columns instead of 6
//!   2015-05.csv: line 10: precipitation `T` is not a number
//!   2015-08.csv: not text in UTF-8
//!   2015-11.csv: No such file or directory (os error 2)
//! ```
//!
//! Where the normals are missing as well, the rest is still there, and the exit code is 1:
//!
//! ```text
//! 8 months of the year, with 715 mm of rain
//! please send these files again:
//!   2015-03.csv: line 18: 2 columns instead of 6
//!   2015-05.csv: line 10: precipitation `T` is not a number
//!   2015-08.csv: not text in UTF-8
//!   2015-11.csv: No such file or directory (os error 2)
//! failed: normals: normals.csv: No such file or directory (os error 2)
//! skipped: comparison
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod files;
mod store;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use dag_runtime::{Error, Executor, Partial, Rayon, Watchdog, dag, task};

use crate::files::{Broken, Month, month, normals};
use crate::store::{Archive, fetch, index};

/// The months that can be read.
///
/// # Errors
///
/// Fails if there is none.
#[task(depends = [month])]
fn months(month: &[Result<Month, Broken>]) -> Result<Vec<Month>, &'static str> {
    let months: Vec<Month> = month.iter().flatten().cloned().collect();
    if months.is_empty() { Err("no month can be read") } else { Ok(months) }
}

/// The files that cannot.
#[task(depends = [month])]
fn broken(month: &[Result<Month, Broken>]) -> Vec<Broken> {
    month.iter().filter_map(|month| month.as_ref().err()).cloned().collect()
}

/// A letter to the archive.
#[task]
fn request(broken: &[Broken]) -> String {
    let files: Vec<String> = broken.iter().map(|broken| format!("  {broken}")).collect();
    format!("please send these files again:\n{}", files.join("\n"))
}

/// How much warmer each month was than usual, in °C.
#[task]
fn compare(months: &[Month], normals: &[f64; 12]) -> Vec<(usize, f64)> {
    months.iter().map(|month| (month.number, month.temperature - normals[month.number - 1])).collect()
}

dag! {
    /// A year of weather, of as many months as can be read.
    graph Year<'a>(archive: &'a Archive) -> (months, letter, comparison) {
        index(archive),
        fetch(archive),
        month,
        months,
        broken,
        letter = request(&broken) when !broken.is_empty(),
        normals(archive),
        comparison = compare(&months, &normals) when months.len() >= 6,
    }
}

/// The archive that comes with the examples: see `data/README.md`.
const MONTHS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/months");

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map_or_else(|| MONTHS.into(), PathBuf::from);
    // It refuses two requests before it answers.
    let archive = Archive::new(folder, 2);
    let watchdog = Watchdog::new(Duration::from_secs(10));
    let executor = Rayon::new().keep_going().deadline(Duration::from_secs(60)).observe(&watchdog);
    let (text, error) = run(&archive, &executor);
    print!("{text}");
    if error.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What there is to say of the year, whatever happened, and the error if something has.
fn run(archive: &Archive, executor: &impl for<'a> Executor<Year<'a>>) -> (String, Option<Error>) {
    let Partial { outputs: (months, letter, comparison), error } = Year { archive }.run_partial(executor);
    let mut lines = Vec::new();
    if let Some(months) = &months {
        let rain: f64 = months.iter().map(|month| month.precipitation).sum();
        lines.push(format!("{} months of the year, with {rain:.0} mm of rain", months.len()));
    }
    // An output that may not be wanted is an option of an option.
    if let Some(comparison) = comparison.flatten() {
        let cells = comparison.iter().map(|(month, warmer)| format!("{month}: {warmer:+.1}"));
        lines.push(format!("°C above the usual, by month: {}", cells.collect::<Vec<_>>().join(", ")));
    }
    lines.extend(letter.flatten());
    if let Some(error) = &error {
        lines.extend(describe(error));
    }
    let mut text = String::new();
    lines.iter().for_each(|line| writeln!(text, "{line}").expect("a `String` takes all"));
    (text, error)
}

/// What an error says: whether the run was stopped and what was running then, all failures, and what did not run.
fn describe(error: &Error) -> Vec<String> {
    let mut lines = Vec::new();
    if error.is_stopped() {
        lines.push(format!("stopped: {error}"));
    }
    lines.extend(error.failures().map(|(task, why)| format!("failed: {task}: {why}")));
    if error.skipped().len() > 0 {
        lines.push(format!("skipped: {}", error.skipped().collect::<Vec<_>>().join(", ")));
    }
    lines
}
