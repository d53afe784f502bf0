//! The graphs that run on ranks.

use bench_graphs::families::{CELLS, STEPS, step, sum};
use dag_runtime::{dag, task};

/// How many layers the graph has on which overhead is measured.
pub(super) const LAYERS: usize = 50;
/// How many tasks a layer has.
pub(super) const WIDTH: usize = 20;
/// How many rows and columns the wavefront has at least that is new to a rank.
pub(super) const SIDE: usize = 1000;
/// How often an array goes from a rank to the next one.
pub(super) const HOPS: usize = 32;

#[task]
fn start(length: usize) -> Vec<f64> {
    vec![0.0; length]
}

#[task]
fn pass(mut array: Vec<f64>) -> Vec<f64> {
    array[0] += 1.0;
    array
}

#[task]
fn first(array: &[f64]) -> u64 {
    array[0] as u64
}

#[task]
fn add(column: usize, above: u64, left: u64, across: u64) -> u64 {
    above.wrapping_add(left ^ across).wrapping_add(column as u64)
}

dag! {
    /// The stencil of the METG, its cells in blocks on the ranks.
    pub(super) graph Stencil(iterations: u32) -> sum {
        cell[t in 0..STEPS, x in 0..CELLS] =
            step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x, iterations) on x * ranks / CELLS,
        sum(&cell[STEPS - 1, ..]),
    }

    /// A stencil with fewer steps and more cells.
    pub(super) graph Layers(iterations: u32) -> sum {
        cell[t in 0..LAYERS, x in 0..WIDTH] =
            step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x, iterations) on x * ranks / WIDTH,
        sum(&cell[LAYERS - 1, ..]),
    }

    /// An array that goes from rank to rank.
    pub(super) graph Transfer(length: usize) -> first {
        start(length) on 0,
        hop[k in 0..HOPS] = pass(if k == 0 { start } else { hop[k - 1] }) on k + 1,
        first(&hop[HOPS - 1]) on 0,
    }

    /// A wavefront.
    pub(super) graph Wave[n] -> total {
        cell[i in 0..n, j in 0..n] = add(
            j,
            if i > 0 { cell[i - 1, j] } else { 0 },
            if j > 0 { cell[i, j - 1] } else { 0 },
            if i > 0 && j > 0 { cell[i - 1, j - 1] } else { 0 },
        ),
        total = sum(&cell[n - 1, ..]),
    }

    /// A wavefront, its columns in blocks on the ranks.
    pub(super) graph Blocks[n] -> total {
        cell[i in 0..n, j in 0..n] = add(
            j,
            if i > 0 { cell[i - 1, j] } else { 0 },
            if j > 0 { cell[i, j - 1] } else { 0 },
            if i > 0 && j > 0 { cell[i - 1, j - 1] } else { 0 },
        ) on j * ranks / n,
        total = sum(&cell[n - 1, ..]),
    }
}
