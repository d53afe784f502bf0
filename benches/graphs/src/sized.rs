//! Graphs whose sizes are known when they run, beside the same with constants.

use std::hint::black_box;

use dag_runtime::{Error, Rayon, Serial, dag, task};

use crate::bodies::corner;
use crate::mix::mix;

/// The rows and the columns of the wavefront with constants.
const SIDE: usize = 32;
/// The moments and the cells of the heat equation with constants.
const STEPS: usize = 100;
const CELLS: usize = 64;

/// A cell, from those before.
#[task]
#[inline]
pub fn heat(before: &[u64], x: usize) -> u64 {
    before.iter().copied().fold(x as u64, mix)
}

/// What the cells sum up to, without a carry.
#[task]
#[inline]
pub fn total(cells: &[u64]) -> u64 {
    cells.iter().fold(0, |sum, &cell| sum ^ cell)
}

dag! {
    graph ConstantWavefront(seed: u64) {
        t[i in 0..SIDE, j in 0..SIDE] = corner(
            (i * SIDE + j) as u32,
            seed,
            if i > 0 { Some(t[i - 1, j]) } else { None },
            if j > 0 { Some(t[i, j - 1]) } else { None },
        ),
    }

    graph SizedWavefront[rows, columns](seed: u64) {
        t[i in 0..rows, j in 0..columns] = corner(
            (i * columns + j) as u32,
            seed,
            if i > 0 { Some(t[i - 1, j]) } else { None },
            if j > 0 { Some(t[i, j - 1]) } else { None },
        ),
    }

    /// As above, with sizes in its ranges alone.
    graph SizedRanges[rows, columns](seed: u64) {
        t[i in 0..rows, j in 0..columns] = corner(
            (i * SIDE + j) as u32,
            seed,
            if i > 0 { Some(t[i - 1, j]) } else { None },
            if j > 0 { Some(t[i, j - 1]) } else { None },
        ),
    }

    graph ConstantHeat(seed: u64) -> total {
        cell[t in 0..STEPS, x in 0..CELLS] =
            heat(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x + seed as usize),
        total(&cell[STEPS - 1, ..]),
    }

    graph SizedHeat[steps, cells](seed: u64) -> total {
        cell[t in 0..steps, x in 0..cells] =
            heat(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x + seed as usize),
        total(&cell[steps - 1, ..]),
    }

    /// Nine members, with sizes that are new where `fresh` is.
    graph Nine[rows, fresh](seed: u64) {
        t[i in 0..rows, j in 0..3] = corner(
            (i * 3 + j + fresh) as u32,
            seed,
            if i > 0 { Some(t[i - 1, j]) } else { None },
            if j > 0 { Some(t[i, j - 1]) } else { None },
        ),
    }
}

/// A run on `Serial`, or on this `Rayon`.
pub type Run = fn(u64, Option<&Rayon>) -> Result<(), Error>;

/// A graph with constants, and the same with sizes.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// What it is.
    pub name: &'static str,
    /// How many tasks it has.
    pub tasks: usize,
    /// First with constants, then with sizes.
    pub runs: [Run; 2],
}

/// Runs a graph on one of the executors, without its outputs.
macro_rules! run {
    ($graph:ident { $($size:ident: $value:expr),* }) => {
        |seed, rayon| {
            let graph = $graph { $($size: black_box($value),)* seed };
            match rayon {
                Some(rayon) => graph.run(rayon).map(|output| { black_box(output); }),
                None => graph.run(&Serial).map(|output| { black_box(output); }),
            }
        }
    };
}

/// All of them.
#[must_use]
pub fn pairs() -> [Pair; 3] {
    [
        Pair {
            name: "wavefront 32x32",
            tasks: SIDE * SIDE,
            runs: [run!(ConstantWavefront {}), run!(SizedWavefront { rows: SIDE, columns: SIDE })],
        },
        Pair {
            name: "wavefront 32x32, the same arguments",
            tasks: SIDE * SIDE,
            runs: [run!(ConstantWavefront {}), run!(SizedRanges { rows: SIDE, columns: SIDE })],
        },
        Pair {
            name: "heat 100x64",
            tasks: STEPS * CELLS + 1,
            runs: [run!(ConstantHeat {}), run!(SizedHeat { steps: STEPS, cells: CELLS })],
        },
    ]
}

/// Runs a graph of nine members on one of the executors. Its sizes are new if this number is.
///
/// # Errors
///
/// Those of the executor.
pub fn nine(fresh: usize, seed: u64, rayon: Option<&Rayon>) -> Result<(), Error> {
    let graph = Nine { rows: 3, fresh, seed };
    match rayon {
        Some(rayon) => graph.run(rayon),
        None => graph.run(&Serial),
    }
}
