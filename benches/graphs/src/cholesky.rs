//! A tiled Cholesky factorisation, whose number of tiles is known when it runs. The kernels are called by all systems.

use dag_runtime::{Error, Rayon, dag, task};

/// The rows, and columns, of a tile.
pub const ROWS: usize = 64;
/// The numbers of a tile, column by column.
pub const AREA: usize = ROWS * ROWS;

/// A matrix as its tiles on the diagonal and below, row by row.
#[derive(Debug)]
pub struct Matrix {
    tiles: usize,
    numbers: Vec<f64>,
}

impl Matrix {
    /// A positive definite one.
    #[must_use]
    pub fn new(tiles: usize) -> Self {
        let entry = |row: usize, column: usize| {
            let own = if row == column { (tiles * ROWS) as f64 } else { 0.0 };
            own + 1.0 / (1 + row.abs_diff(column)) as f64
        };
        let mut numbers = Vec::with_capacity(count(tiles) * AREA);
        for (i, j) in (0..tiles).flat_map(|i| (0..=i).map(move |j| (i, j))) {
            numbers.extend((0..AREA).map(|at| entry(i * ROWS + at % ROWS, j * ROWS + at / ROWS)));
        }
        Matrix { tiles, numbers }
    }

    /// The tile in this row and column of tiles.
    #[must_use]
    pub fn tile(&self, i: usize, j: usize) -> &[f64] {
        &self.numbers[place(i, j) * AREA..][..AREA]
    }

    /// The rows of tiles.
    #[must_use]
    pub fn tiles(&self) -> usize {
        self.tiles
    }
}

/// The tiles on the diagonal and below.
#[must_use]
pub fn count(tiles: usize) -> usize {
    tiles * (tiles + 1) / 2
}

/// The number of a tile.
#[must_use]
pub fn place(i: usize, j: usize) -> usize {
    i * (i + 1) / 2 + j
}

/// The factor of a tile on the diagonal, in its place. The tile has to be positive definite.
#[inline(never)]
pub fn potrf(tile: &mut [f64]) {
    for k in 0..ROWS {
        let (before, rest) = tile.split_at_mut(k * ROWS);
        let column = &mut rest[..ROWS];
        for known in before.chunks(ROWS) {
            subtract_multiple(&mut column[k..], known[k], &known[k..]);
        }
        let root = column[k].sqrt();
        column[..k].fill(0.0);
        column[k] = root;
        column[k + 1..].iter_mut().for_each(|value| *value /= root);
    }
}

/// `tile · L⁻ᵀ` with the factor `L` of the diagonal, in the place of the tile.
#[inline(never)]
pub fn trsm(diagonal: &[f64], tile: &mut [f64]) {
    for k in 0..ROWS {
        let (before, rest) = tile.split_at_mut(k * ROWS);
        let column = &mut rest[..ROWS];
        for (j, known) in before.chunks(ROWS).enumerate() {
            subtract_multiple(column, diagonal[j * ROWS + k], known);
        }
        let pivot = diagonal[k * ROWS + k];
        column.iter_mut().for_each(|value| *value /= pivot);
    }
}

fn subtract_multiple(column: &mut [f64], factor: f64, other: &[f64]) {
    for (value, other) in column.iter_mut().zip(other) {
        *value -= factor * other;
    }
}

/// How many rows and columns of a product are summed at once: this many sums stay in registers.
const BLOCK: usize = 4;

/// `c - a · bᵀ`, in the place of `c`. Of a `lower` one, blocks wholly above the diagonal are left out.
#[inline(never)]
pub fn gemm(a: &[f64], b: &[f64], c: &mut [f64], lower: bool) {
    for column in (0..ROWS).step_by(BLOCK) {
        for row in (if lower { column } else { 0 }..ROWS).step_by(BLOCK) {
            let mut sums = [[0.0; BLOCK]; BLOCK];
            for (a, b) in a.chunks_exact(ROWS).zip(b.chunks_exact(ROWS)) {
                let (a, b) = (&a[row..row + BLOCK], &b[column..column + BLOCK]);
                for (sums, b) in sums.iter_mut().zip(b) {
                    sums.iter_mut().zip(a).for_each(|(sum, a)| *sum += a * b);
                }
            }
            for (k, sums) in sums.iter().enumerate() {
                let values = &mut c[(column + k) * ROWS + row..][..BLOCK];
                values.iter_mut().zip(sums).for_each(|(value, sum)| *value -= sum);
            }
        }
    }
}

/// A tile that is moved from task to task.
type Tile = Vec<f64>;

/// A tile of the matrix.
#[task(cost = 1)]
fn cut(matrix: &Matrix, i: usize, j: usize) -> Tile {
    matrix.tile(i, j).to_vec()
}

/// POTRF.
#[task(cost = 10)]
fn factor(mut tile: Tile) -> Tile {
    potrf(&mut tile);
    tile
}

/// TRSM.
#[task(cost = 30)]
fn solve(diagonal: &Tile, mut tile: Tile) -> Tile {
    trsm(diagonal, &mut tile);
    tile
}

/// SYRK.
#[task(cost = 30)]
fn update(a: &Tile, mut tile: Tile) -> Tile {
    gemm(a, a, &mut tile, true);
    tile
}

/// GEMM.
#[task(cost = 60)]
fn multiply(a: &Tile, b: &Tile, mut tile: Tile) -> Tile {
    gemm(a, b, &mut tile, false);
    tile
}

dag! {
    /// The factor. `fresh` changes nothing, but sizes are new where it is.
    graph Cholesky<'a>[tiles, fresh](a: &'a Matrix) -> (potrf, trsm) {
        tile[i in 0..tiles, j in 0..=i] = cut(a, i, j),
        potrf[k in 0..tiles] = factor(if k == 0 { tile[0, 0] } else { syrk[k - 1, k] }),
        trsm[k in 0..tiles, i in k + 1..tiles] =
            solve(&potrf[k], if k == 0 { tile[i, 0] } else { gemm[k - 1, i, k] }),
        syrk[k in 0..tiles, i in k + 1..tiles] =
            update(&trsm[k, i], if k == 0 { tile[i, i] } else { syrk[k - 1, i] }),
        gemm[k in 0..tiles, i in k + 2..tiles, j in k + 1..i] =
            multiply(&trsm[k, i], &trsm[k, j], if k == 0 { tile[i, j] } else { gemm[k - 1, i, j] }),
    }
}

/// The tiles of the factor: those on the diagonal, and those below it column by column.
pub type Factor = (Vec<Tile>, Vec<Tile>);

/// Factorises the matrix. The table is made if `fresh` is new.
///
/// # Errors
///
/// Those of the executor.
pub fn factorise(a: &Matrix, fresh: usize, rayon: &Rayon) -> Result<Factor, Error> {
    Cholesky { tiles: a.tiles(), fresh, a }.run(rayon)
}

/// A task of the factorisation. The tile that it changes comes last.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Step {
    /// Copies a tile of the matrix.
    Cut(usize, usize),
    /// Of the diagonal.
    Potrf(usize),
    /// Of a column and a row.
    Trsm(usize, usize),
    /// Of a column, and a row that is subtracted from the diagonal.
    Syrk(usize, usize),
    /// Of a column and two rows.
    Gemm(usize, usize, usize),
}

/// All tasks in an order that the dependencies allow, column by column, as one would write them.
#[must_use]
pub fn steps(tiles: usize) -> Vec<Step> {
    let mut steps: Vec<Step> = (0..tiles).flat_map(|i| (0..=i).map(move |j| Step::Cut(i, j))).collect();
    for k in 0..tiles {
        steps.push(Step::Potrf(k));
        steps.extend((k + 1..tiles).map(|i| Step::Trsm(k, i)));
        for i in k + 1..tiles {
            steps.push(Step::Syrk(k, i));
            steps.extend((k + 1..i).map(|j| Step::Gemm(k, i, j)));
        }
    }
    steps
}

impl Step {
    /// What the task depends on.
    #[must_use]
    pub fn dependencies(self) -> Vec<Step> {
        // The last change of a tile in the columns before this one.
        let before = |k: usize, i: usize, j: usize| match k.checked_sub(1) {
            None => Step::Cut(i, j),
            Some(last) if i == j => Step::Syrk(last, i),
            Some(last) => Step::Gemm(last, i, j),
        };
        match self {
            Step::Cut(..) => vec![],
            Step::Potrf(k) => vec![before(k, k, k)],
            Step::Trsm(k, i) => vec![Step::Potrf(k), before(k, i, k)],
            Step::Syrk(k, i) => vec![Step::Trsm(k, i), before(k, i, i)],
            Step::Gemm(k, i, j) => vec![Step::Trsm(k, i), Step::Trsm(k, j), before(k, i, j)],
        }
    }
}
