//! Tasks and graphs that others see.

use std::io;
use std::path::Path;

use dag_runtime::{dag, task};

/// Reads one number a line.
///
/// # Errors
///
/// Fails where the file cannot be read.
#[task]
pub fn load(path: &Path) -> io::Result<Vec<f64>> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
}

/// The largest number.
#[task(depends = [load], cost = 10)]
#[must_use]
pub fn largest(load: &[f64]) -> f64 {
    load.iter().copied().fold(f64::MIN, f64::max)
}

/// How many numbers there are.
#[task(depends = [load])]
#[must_use]
pub const fn count(#[from(load)] numbers: &[f64]) -> usize {
    numbers.len()
}

/// A text of all.
#[task(depends = [largest, count])]
#[must_use]
pub fn report(largest: &f64, count: usize, title: &str) -> String {
    format!("{title}: {count} numbers up to {largest}")
}

/// Waits for all.
#[task(depends = [report])]
pub const fn nothing() {}

/// Takes numbers by value.
#[task]
#[must_use]
pub fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers
}

/// The sum of two.
#[task]
#[must_use]
pub fn sum(a: f64, b: f64) -> f64 {
    a + b
}

/// The function behind the reference.
#[task]
#[must_use]
pub fn apply<'a>(function: &'a (dyn Fn(&str) -> usize + Sync), text: &'a str) -> usize {
    function(text)
}

dag! {
    /// Some facts of a file.
    #[derive(Clone, Debug)]
    pub graph Facts<'a>(
        /// Where the numbers are.
        path: &'a Path,
        /// What is reported on.
        title: String,
    ) -> (report, count, sorted) {
        nothing,
        report(&title),
        count,
        /// Another file.
        other = load(path),
        sorted(other),
        largest,
        load(path) after [start],
        start = sum(1.0, 2.0),
        double = sum(largest, largest),
        total = sum(double + start, if double > 1.0 { start } else { double }) after [nothing],
    }

    /// A graph without anything.
    #[derive(Clone, Copy, Debug, Default)]
    pub graph Empty {}

    /// A graph with parameters.
    #[derive(Clone, Copy, Debug)]
    pub graph Generic<'a, T, F, const N: usize>(
        texts: [&'a T; N],
        /// Makes a number of a text.
        measure: F,
    ) -> total
    where
        T: AsRef<str> + Sync + ?Sized,
        F: Fn(&str) -> usize + Sync,
    {
        first = apply(&measure, texts[0].as_ref()),
        second = apply(&measure, texts[N - 1].as_ref()),
        total = product(first, second),
    }
}

/// The product of two.
#[task]
#[must_use]
pub const fn product(a: usize, b: usize) -> usize {
    a * b
}
