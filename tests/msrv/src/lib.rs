//! Graphs that the oldest Rust compiles: with inputs, instances, families, sizes, moves, `each` and errors.
//!
//! A cycle is an error there too:
//!
//! ```compile_fail
//! use dag_runtime::{dag, task};
//!
//! #[task(depends = [second])]
//! fn first() -> u32 { 1 }
//!
//! #[task(depends = [first])]
//! fn second() -> u32 { 2 }
//!
//! dag! { graph Cycle -> second { first, second } }
//! # fn main() {}
//! ```
//!
//! Without it, this compiles:
//!
//! ```
//! use dag_runtime::{Serial, dag, task};
//!
//! #[task]
//! fn first() -> u32 { 1 }
//!
//! #[task(depends = [first])]
//! fn second() -> u32 { 2 }
//!
//! dag! { graph Chain -> second { first, second } }
//!
//! fn main() {
//!     assert_eq!(Chain.run(&Serial).unwrap(), 2);
//! }
//! ```

use std::num::ParseFloatError;

use dag_runtime::{dag, task};

/// The words of a text.
#[task]
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The number that a word is.
#[task(depends = [words], each = words)]
pub fn numbers(words: String) -> Result<f64, ParseFloatError> {
    words.parse()
}

#[task(depends = [numbers])]
pub fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[task(depends = [numbers, mean])]
pub fn spread(numbers: &[f64], mean: f64) -> f64 {
    numbers.iter().map(|number| (number - mean).abs()).fold(0.0, f64::max)
}

#[task(depends = [mean, spread])]
pub fn report(mean: f64, spread: &f64, title: &str) -> String {
    format!("{title}: {mean:.1} within {spread:.1}")
}

dag! {
    /// What numbers in a text have in common.
    pub graph Stats<'a>(text: &'a str, title: &'a str) -> (report, mean) {
        report(title),
        spread after [mean],
        mean,
        numbers,
        words(text),
    }
}

pub const STEPS: usize = 20;
pub const CELLS: usize = 16;

/// One cell of a rod, from its neighbours one step before.
#[task]
pub fn step(before: &[f64], x: usize) -> f64 {
    match before {
        [] => f64::from(u8::from(x == CELLS / 2)),
        _ => before.iter().sum::<f64>() / before.len() as f64,
    }
}

#[task]
pub fn total(cells: &[f64], scale: f64) -> f64 {
    scale * cells.iter().sum::<f64>()
}

dag! {
    /// Heat that spreads in a rod.
    pub graph Heat(scale: f64) -> total {
        cell[t in 0..STEPS, x in 0..CELLS] = step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x),
        total(&cell[STEPS - 1, ..], scale),
    }
}

/// The sums of a row and of the numbers before, each taken from the one before it.
#[task]
pub fn append(before: Vec<u64>, row: usize) -> Vec<u64> {
    let sum = before.iter().sum::<u64>() + row as u64;
    before.into_iter().chain([sum]).collect()
}

dag! {
    /// Lists that grow, as many as there are rows.
    pub graph Lists[rows, columns] -> last {
        list[i in 0..rows, j in 0..=i] =
            append(if i > j { list[i - 1, j] } else { vec![i as u64] }, columns),
        last = append(list[rows - 1, 0], rows),
    }
}

/// A picture of numbers.
#[task]
pub fn draw(numbers: &[f64]) -> String {
    numbers.iter().map(|&number| "*".repeat(number as usize) + "\n").collect()
}

/// The width of a picture, if there is one.
#[task(depends = [picture])]
pub fn width(picture: Option<&str>) -> Option<usize> {
    picture.and_then(|picture| picture.lines().map(str::len).max())
}

dag! {
    /// A picture that may not be wanted.
    pub graph Picture<'a>(text: &'a str, wanted: bool) -> (picture, wide, width) {
        words(text),
        numbers,
        picture = draw(&numbers) when wanted,
        wide = draw(&[p.len() as f64]) when let Some(p) = &picture && p.len() > 4 && let [_, ..] = &numbers[..],
        width,
    }
}

/// What [`Heat`] computes, in loops.
pub fn heat(scale: f64) -> f64 {
    let mut cells: Vec<f64> = (0..CELLS).map(|x| step(&[], x)).collect();
    for _ in 1..STEPS {
        let near = |x: usize| &cells[x.saturating_sub(1)..(x + 2).min(CELLS)];
        cells = (0..CELLS).map(|x| step(near(x), x)).collect();
    }
    total(&cells, scale)
}
