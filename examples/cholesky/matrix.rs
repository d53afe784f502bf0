//! The matrix to factorise, and its factorisation without tiles.

use std::sync::atomic::{AtomicUsize, Ordering};

use dag_examples::Random;

use crate::tile::Tile;

/// A symmetric matrix, row by row, that counts the tiles cut out of it.
#[derive(Debug)]
pub struct Matrix {
    size: usize,
    tile_size: usize,
    rows: Vec<f64>,
    tiles: AtomicUsize,
}

/// Over which distance the values at two points have to do with each other.
const REACH: f64 = 0.2;
/// The variance that each point has for itself. It makes the matrix positive definite.
const NUGGET: f64 = 0.1;

impl Matrix {
    /// The covariance of a Gaussian process at random points of the unit square.
    pub fn covariance(tiles: usize, tile_size: usize, seed: u64) -> Self {
        let size = tiles * tile_size;
        let mut random = Random::seeded(seed);
        let points: Vec<[f64; 2]> = (0..size).map(|_| [random.unit(), random.unit()]).collect();
        let mut rows = Vec::with_capacity(size * size);
        for (i, [x, y]) in points.iter().enumerate() {
            rows.extend(points.iter().enumerate().map(|(j, [u, v])| {
                let square = ((x - u).powi(2) + (y - v).powi(2)) / REACH.powi(2);
                (-0.5 * square).exp() + if i == j { NUGGET } else { 0.0 }
            }));
        }
        Matrix { size, tile_size, rows, tiles: AtomicUsize::new(0) }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn tile_size(&self) -> usize {
        self.tile_size
    }

    pub fn row(&self, row: usize) -> &[f64] {
        &self.rows[row * self.size..][..self.size]
    }

    /// Puts a value on the diagonal.
    #[cfg(test)]
    pub fn set_diagonal(&mut self, row: usize, value: f64) {
        self.rows[row * self.size + row] = value;
    }

    /// Counts one more tile.
    pub fn count_tile(&self) {
        self.tiles.fetch_add(1, Ordering::Relaxed);
    }

    /// How many tiles were made since this was last asked.
    pub fn take_tile_count(&self) -> usize {
        self.tiles.swap(0, Ordering::Relaxed)
    }

    /// The floating point operations of a factorisation, without terms of lower order.
    pub fn operations(&self) -> f64 {
        (self.size as f64).powi(3) / 3.0
    }

    /// The Cholesky factor without tiles, row by row: the formula of Cholesky and Banachiewicz.
    pub fn factorised(&self) -> Factor {
        let size = self.size;
        let mut rows = vec![0.0; size * size];
        for i in 0..size {
            let (above, rest) = rows.split_at_mut(i * size);
            let row = &mut rest[..size];
            for j in 0..i {
                let known = &above[j * size..][..=j];
                row[j] = (self.row(i)[j] - dot(&row[..j], &known[..j])) / known[j];
            }
            row[i] = (self.row(i)[i] - dot(&row[..i], &row[..i])).sqrt();
        }
        Factor { size, rows }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A lower triangular matrix, row by row.
#[derive(Debug)]
pub struct Factor {
    size: usize,
    rows: Vec<f64>,
}

impl Factor {
    /// The factor of `tiles` rows of tiles: those on the diagonal, and those below it, column by
    /// column of tiles.
    pub fn assembled(tiles: usize, diagonal: &[Tile], below: &[Tile]) -> Self {
        let tile_size = diagonal.first().map_or(0, Tile::size);
        let size = tiles * tile_size;
        let mut rows = vec![0.0; size * size];
        let mut place = |tile: &Tile, i: usize, j: usize| {
            for row in 0..tile_size {
                let line = &mut rows[(i * tile_size + row) * size + j * tile_size..][..tile_size];
                line.iter_mut().enumerate().for_each(|(column, value)| *value = tile.get(row, column));
            }
        };
        diagonal.iter().enumerate().for_each(|(k, tile)| place(tile, k, k));
        let places = (0..tiles).flat_map(|k| (k + 1..tiles).map(move |i| (i, k)));
        below.iter().zip(places).for_each(|(tile, (i, k))| place(tile, i, k));
        Factor { size, rows }
    }

    /// The norm of the difference over the norm of the other one (Frobenius).
    pub fn relative_error(&self, other: &Factor) -> f64 {
        assert_eq!(self.size, other.size, "the factors have different sizes");
        let squares: f64 = self.rows.iter().zip(&other.rows).map(|(a, b)| (a - b).powi(2)).sum();
        // Factors without rows are equal.
        if squares == 0.0 { 0.0 } else { (squares / dot(&other.rows, &other.rows)).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_times_its_transpose_is_the_matrix() {
        let matrix = Matrix::covariance(3, 7, 1);
        let factor = matrix.factorised();
        let row = |i: usize| &factor.rows[i * 21..][..21];
        for (i, j) in (0..21).flat_map(|i| (0..21).map(move |j| (i, j))) {
            assert!((dot(row(i), row(j)) - matrix.row(i)[j]).abs() < 1e-12, "({i}, {j})");
            assert!(i >= j || row(i)[j] == 0.0, "({i}, {j}) is above the diagonal");
        }
    }

    #[test]
    fn errors_are_relative() {
        let factor = |rows: [f64; 4]| Factor { size: 2, rows: rows.to_vec() };
        let exact = factor([3.0, 0.0, 4.0, 0.0]);
        assert_eq!(exact.relative_error(&exact), 0.0);
        assert_eq!(factor([3.0, 0.0, 4.0, 5.0]).relative_error(&exact), 1.0);
    }

    #[test]
    fn tiles_are_counted() {
        let matrix = Matrix::covariance(2, 2, 1);
        let tile = crate::tile::cut(&matrix, 1, 0);
        assert_eq!(tile.get(1, 0), matrix.row(3)[0]);
        assert_eq!((matrix.take_tile_count(), matrix.take_tile_count()), (1, 0));
    }
}
