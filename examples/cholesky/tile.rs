//! Tiles, and the four tasks on them: the kernels of a tiled Cholesky factorisation.
//!
//! After Buttari, Langou, Kurzak and Dongarra, "A class of parallel tiled linear algebra algorithms
//! for multicore architectures" (2009). The costs are floating point operations, in units of b³/3.

use std::fmt;

use dag_runtime::task;
use serde::{Deserialize, Serialize};

use crate::matrix::Matrix;

/// A square part of a matrix, column by column. It is not `Clone`, and `cut` alone makes one: all
/// others are that one, moved.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tile {
    size: usize,
    columns: Vec<f64>,
}

impl Tile {
    pub fn size(&self) -> usize {
        self.size
    }

    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.columns[column * self.size + row]
    }
}

/// The tile in row `i` and column `j` of tiles.
#[task(cost = 0)]
pub fn cut(a: &Matrix, i: usize, j: usize) -> Tile {
    let size = a.tile_size();
    a.count_tile();
    // The matrix is symmetric, so that a column of the tile is a part of one of its rows.
    let columns = (0..size).flat_map(|column| &a.row(j * size + column)[i * size..][..size]);
    Tile { size, columns: columns.copied().collect() }
}

/// POTRF: the Cholesky factor of a tile on the diagonal, in the place of the tile.
#[task(cost = 1)]
pub fn factor(mut tile: Tile) -> Result<Tile, NotPositive> {
    let size = tile.size;
    for k in 0..size {
        let (before, rest) = tile.columns.split_at_mut(k * size);
        let column = &mut rest[..size];
        for known in before.chunks(size) {
            subtract_multiple(&mut column[k..], known[k], &known[k..]);
        }
        let pivot = column[k];
        if pivot.is_nan() || pivot <= 0.0 {
            return Err(NotPositive { row: k, pivot });
        }
        let root = pivot.sqrt();
        column[..k].fill(0.0);
        column[k] = root;
        column[k + 1..].iter_mut().for_each(|value| *value /= root);
    }
    Ok(tile)
}

/// TRSM: `tile · L⁻ᵀ` with the factor `L` of the diagonal, in the place of the tile.
#[task(cost = 3)]
pub fn solve(diagonal: &Tile, mut tile: Tile) -> Tile {
    let size = tile.size;
    for k in 0..size {
        let (before, rest) = tile.columns.split_at_mut(k * size);
        let column = &mut rest[..size];
        for (j, known) in before.chunks(size).enumerate() {
            subtract_multiple(column, diagonal.get(k, j), known);
        }
        let pivot = diagonal.get(k, k);
        column.iter_mut().for_each(|value| *value /= pivot);
    }
    tile
}

/// SYRK: `tile - A · Aᵀ` for a tile on the diagonal, of which the lower half counts.
#[task(cost = 3)]
pub fn update(a: &Tile, mut tile: Tile) -> Tile {
    subtract_product(&mut tile, a, a, true);
    tile
}

/// GEMM: `tile - A · Bᵀ`.
#[task(cost = 6)]
pub fn multiply(a: &Tile, b: &Tile, mut tile: Tile) -> Tile {
    subtract_product(&mut tile, a, b, false);
    tile
}

fn subtract_multiple(column: &mut [f64], factor: f64, other: &[f64]) {
    for (value, other) in column.iter_mut().zip(other) {
        *value -= factor * other;
    }
}

/// How many rows and columns of a product are summed at once: this many sums stay in registers.
const BLOCK: usize = 4;

/// `c -= a · bᵀ`; of a `lower` one, blocks wholly above the diagonal are left out.
fn subtract_product(c: &mut Tile, a: &Tile, b: &Tile, lower: bool) {
    let size = c.size;
    let whole = size - size % BLOCK;
    for column in (0..whole).step_by(BLOCK) {
        let first = if lower { column } else { 0 };
        for row in (first..whole).step_by(BLOCK) {
            subtract_block::<BLOCK, BLOCK>(c, a, b, row, column);
        }
        (whole..size).for_each(|row| subtract_block::<1, BLOCK>(c, a, b, row, column));
    }
    for column in whole..size {
        let first = if lower { whole } else { 0 };
        (first..size).for_each(|row| subtract_block::<1, 1>(c, a, b, row, column));
    }
}

/// The block of `ROWS` rows and `COLUMNS` columns of `c -= a · bᵀ` that begins at `row`, `column`.
fn subtract_block<const ROWS: usize, const COLUMNS: usize>(
    c: &mut Tile,
    a: &Tile,
    b: &Tile,
    row: usize,
    column: usize,
) {
    let size = c.size;
    let mut sums = [[0.0; ROWS]; COLUMNS];
    let columns_of_both = a.columns[row..].chunks(size).zip(b.columns[column..].chunks(size));
    for (a, b) in columns_of_both {
        let (a, b): (&[f64; ROWS], &[f64; COLUMNS]) = match (a.first_chunk(), b.first_chunk()) {
            (Some(a), Some(b)) => (a, b),
            _ => unreachable!("the block lies in the tile"),
        };
        for (sums, b) in sums.iter_mut().zip(b) {
            for (sum, a) in sums.iter_mut().zip(a) {
                *sum += a * b;
            }
        }
    }
    for (values, sums) in c.columns[column * size + row..].chunks_mut(size).zip(sums) {
        for (value, sum) in values.iter_mut().zip(sums) {
            *value -= sum;
        }
    }
}

/// A pivot that has no square root.
#[derive(Debug)]
pub struct NotPositive {
    row: usize,
    pivot: f64,
}

impl fmt::Display for NotPositive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotPositive { row, pivot } = self;
        write!(f, "the matrix is not positive definite: pivot {pivot} in row {row} of the tile")
    }
}

impl std::error::Error for NotPositive {}

#[cfg(test)]
mod tests {
    use dag_examples::Random;

    use super::*;

    fn random(size: usize, seed: u64) -> Tile {
        let mut random = Random::seeded(seed);
        Tile { size, columns: (0..size * size).map(|_| random.unit() - 0.5).collect() }
    }

    /// A lower triangle with a diagonal that is far from 0.
    fn triangle(size: usize, seed: u64) -> Tile {
        let mut tile = random(size, seed);
        for column in 0..size {
            tile.columns[column * size..][..column].fill(0.0);
            tile.columns[column * size + column] = 2.0 + column as f64;
        }
        tile
    }

    /// Row by row `sign · a · bᵀ`, by the definition.
    fn product(a: &Tile, b: &Tile, sign: f64) -> Tile {
        let entry = |row, column| sign * (0..a.size).map(|k| a.get(row, k) * b.get(column, k)).sum::<f64>();
        let size = a.size;
        let columns = (0..size * size).map(|at| entry(at % size, at / size)).collect();
        Tile { size, columns }
    }

    #[track_caller]
    fn close(found: &Tile, expected: &Tile, lower: bool) {
        for (row, column) in (0..found.size).flat_map(|row| (0..found.size).map(move |column| (row, column)))
        {
            let [found, expected] = [found, expected].map(|tile| tile.get(row, column));
            let counts = !lower || row >= column;
            assert!(!counts || (found - expected).abs() < 1e-10, "({row}, {column}): {found}, {expected}");
        }
    }

    /// Sizes that are multiples of a block, that are not, and that are smaller than one.
    const SIZES: [usize; 6] = [1, 3, 4, 8, 13, 32];

    #[test]
    fn products_are_subtracted() {
        for size in SIZES {
            let (a, b) = (random(size, 1), random(size, 2));
            let zero = || Tile { size, columns: vec![0.0; size * size] };
            close(&multiply(&a, &b, zero()), &product(&a, &b, -1.0), false);
            close(&update(&a, zero()), &product(&a, &a, -1.0), true);
        }
    }

    #[test]
    fn factors_and_solutions_give_back_what_they_were_made_of() {
        for size in SIZES {
            let (triangle, x) = (triangle(size, 3), random(size, 4));
            close(&factor(product(&triangle, &triangle, 1.0)).unwrap(), &triangle, false);
            close(&solve(&triangle, product(&x, &triangle, 1.0)), &x, false);
        }
    }

    #[test]
    fn a_negative_pivot_is_told() {
        let tile = Tile { size: 2, columns: vec![4.0, 2.0, 2.0, 0.5] };
        let expected = "the matrix is not positive definite: pivot -0.5 in row 1 of the tile";
        assert_eq!(factor(tile).unwrap_err().to_string(), expected);
        let tile = Tile { size: 1, columns: vec![f64::NAN] };
        assert!(factor(tile).is_err());
    }
}
