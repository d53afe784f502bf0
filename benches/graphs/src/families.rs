//! The same graphs from one line each, and the stencil of the METG.

use std::hint::black_box;

use dag_runtime::{Error, Rayon, dag, task};

use crate::bodies::{corner, unit};
use crate::mix::mix;
use crate::{Calls, Graph};

const CHAIN: usize = 1000;
const SIDE: usize = 32;

/// How many steps the stencil has.
pub const STEPS: usize = 1000;
/// How many cells the stencil has.
pub const CELLS: usize = 4;
/// How long the kernel computes, from the largest tasks to the smallest.
pub const SIZES: [u32; 23] =
    [8192, 4096, 2048, 1024, 512, 384, 256, 192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1, 0];

dag! {
    /// A chain of tasks without outputs.
    graph ChainUnits {
        t[k in 0..CHAIN] = unit(k as u32) after [t[k - 1] if k > 0],
    }

    /// A chain of tasks that pass numbers.
    graph ChainValues(seed: u64) {
        t[k in 0..CHAIN] = corner(k as u32, seed, if k > 0 { Some(t[k - 1]) } else { None }, None),
    }

    /// A wavefront of tasks without outputs.
    graph WavefrontUnits {
        t[i in 0..SIDE, j in 0..SIDE] =
            unit((i * SIDE + j) as u32) after [t[i - 1, j] if i > 0, t[i, j - 1] if j > 0],
    }

    /// A wavefront of tasks that pass numbers.
    graph WavefrontValues(seed: u64) {
        t[i in 0..SIDE, j in 0..SIDE] = corner(
            (i * SIDE + j) as u32,
            seed,
            if i > 0 { Some(t[i - 1, j]) } else { None },
            if j > 0 { Some(t[i, j - 1]) } else { None },
        ),
    }
}

/// A shape as one family, and as the loops that one would write by hand: first the tasks without outputs, then those that
/// pass numbers.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// With `dag!`.
    pub graphs: [Graph; 2],
    /// By hand.
    pub loops: [Calls; 2],
}

/// The shapes that are written as families.
#[must_use]
pub fn all() -> [Family; 2] {
    [
        Family {
            graphs: [graph!("chain 1000", ChainUnits {}), graph!("chain 1000", ChainValues { seed })],
            loops: [chain_units_by_hand, chain_values_by_hand],
        },
        Family {
            graphs: [
                graph!("wavefront 32x32", WavefrontUnits {}),
                graph!("wavefront 32x32", WavefrontValues { seed }),
            ],
            loops: [wavefront_units_by_hand, wavefront_values_by_hand],
        },
    ]
}

#[inline(never)]
fn chain_units_by_hand(_: u64) {
    for k in 0..CHAIN {
        unit(k as u32);
    }
}

#[inline(never)]
fn chain_values_by_hand(seed: u64) {
    let mut t = [0; CHAIN];
    for k in 0..CHAIN {
        t[k] = corner(k as u32, seed, if k > 0 { Some(t[k - 1]) } else { None }, None);
    }
}

#[inline(never)]
fn wavefront_units_by_hand(_: u64) {
    for i in 0..SIDE {
        for j in 0..SIDE {
            unit((i * SIDE + j) as u32);
        }
    }
}

#[inline(never)]
fn wavefront_values_by_hand(seed: u64) {
    let mut t = [[0; SIDE]; SIDE];
    for i in 0..SIDE {
        for j in 0..SIDE {
            t[i][j] = corner(
                (i * SIDE + j) as u32,
                seed,
                if i > 0 { Some(t[i - 1][j]) } else { None },
                if j > 0 { Some(t[i][j - 1]) } else { None },
            );
        }
    }
}

/// Computes for a time that grows with `iterations`: the compute-bound kernel of Task Bench.
///
/// All systems call this one function.
#[inline(never)]
pub extern "C" fn compute(iterations: u32) -> u64 {
    let mut a: [f64; 64] = black_box([1.2345; 64]);
    for _ in 0..iterations {
        for x in &mut a {
            *x = *x * *x + *x;
        }
    }
    black_box(a)[0].to_bits()
}

/// A cell after a step, given those beside it before the step.
#[must_use]
pub fn cell(before: impl IntoIterator<Item = u64>, x: usize, iterations: u32) -> u64 {
    before.into_iter().fold(x as u64, mix) ^ compute(iterations)
}

/// A cell, from those before.
#[task]
pub fn step(before: &[u64], x: usize, iterations: u32) -> u64 {
    cell(before.iter().copied(), x, iterations)
}

/// What the cells sum up to, without a carry.
#[task]
pub fn sum(cells: &[u64]) -> u64 {
    cells.iter().fold(0, |sum, &cell| sum ^ cell)
}

dag! {
    /// Each cell from itself and its neighbours one step before.
    graph Stencil(iterations: u32) -> sum {
        cell[t in 0..STEPS, x in 0..CELLS] =
            step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x, iterations),
        sum(&cell[STEPS - 1, ..]),
    }
}

/// Task Bench's stencil_1d, of [`STEPS`] by [`CELLS`] tasks and a last one that sums up.
///
/// # Errors
///
/// Those of the executor.
pub fn stencil(iterations: u32, rayon: &Rayon) -> Result<u64, Error> {
    Stencil { iterations }.run(rayon)
}

/// What the stencil computes, worked out in order.
#[must_use]
pub fn stencil_in_order(iterations: u32) -> u64 {
    let mut cells: Vec<u64> = Vec::new();
    for _ in 0..STEPS {
        let beside =
            |x: usize| cells.iter().copied().skip(x.saturating_sub(1)).take(if x == 0 { 2 } else { 3 });
        cells = (0..CELLS).map(|x| cell(beside(x), x, iterations)).collect();
    }
    cells.iter().fold(0, |sum, &cell| sum ^ cell)
}
