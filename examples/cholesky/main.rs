//! A tiled Cholesky factorisation: `A = L · Lᵀ` for a covariance matrix, cut into as many tiles as you say.
//!
//! What you learn: a size, the number of tiles, which is known when the graph runs, while the graph is proven for every
//! number of them; families of two and three indices with ranges that depend on earlier ones; tiles moved from update to
//! update without a copy, with the first update's tile taken by an `if`; costs, and what the table says of work and
//! critical path; what it takes to be fast.
//!
//! ```text
//! cargo run --release --example cholesky
//! cargo run --release --example cholesky -- --tiles 30 --rows 64 --backend rayon --threads 2 --report
//! mpiexec -n 2 target/release/examples/cholesky --backend mpi
//! ```
//!
//! prints, with other times elsewhere,
//!
//! ```text
//! covariance of 1536 points, in 12 x 12 tiles
//! 364 tasks, work 1728, critical path 98: t (t + 1) (t + 2) / 6, t³ and 9 t - 10, as they should be
//!   without tiles       602.62 ms    2.00 GFLOP/s
//!   serial              109.41 ms   11.04 GFLOP/s
//!   rayon                56.45 ms   21.40 GFLOP/s
//! agrees with the factor without tiles: relative error below 1e-10
//! 78 tiles were made, and moved from task to task
//! ```
//!
//! Between the ranks of MPI tiles are copied, and the last line is left out. Of several runs the fastest counts, and what
//! `--report` and its like tell is of the last one.
//!
//! A matrix that is not positive definite fails the run at the tile where that shows, such as
//! ``task `potrf[3]` of graph `Cholesky` failed``.

mod matrix;
#[cfg(test)]
mod tests;
mod tile;

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use dag_runtime::{Backend, Executor, Serial, Table, cli, dag};

use crate::matrix::{Factor, Matrix};
use crate::tile::{cut, factor, multiply, solve, update};

dag! {
    /// The Cholesky factor of a matrix: its tiles on the diagonal, and those below.
    graph Cholesky<'a>[
        /// The rows, and columns, of tiles.
        tiles,
    ](a: &'a Matrix) -> (potrf, trsm) {
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

/// The largest relative error that passes.
const TOLERANCE: f64 = 1e-10;

/// What is factorised.
#[derive(Debug, Args)]
struct Options {
    /// The rows of a tile
    #[arg(long, value_name = "COUNT", default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    /// How often it is done on each backend; the fastest run counts
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The seed of the points whose covariance the matrix is
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    cli::main_sized(Cholesky::SIZES.with_defaults([12]), |[tiles], options, executor| {
        run(tiles, &options, executor.backend(), executor)
    })
}

/// Factorises a covariance matrix without tiles, in tiles on the calling thread, and in tiles on this executor, and
/// compares the factors.
fn run(
    tiles: usize,
    options: &Options,
    backend: Backend,
    executor: &impl for<'a> Executor<Cholesky<'a>>,
) -> Result<String, Box<dyn Error>> {
    let matrix = Matrix::covariance(tiles, options.rows as usize, options.seed);
    let mut text = format!("covariance of {} points, in {tiles} x {tiles} tiles\n", matrix.size());
    writeln!(text, "{}", shape(tiles, &*Cholesky::table(tiles)?)?)?;

    let start = Instant::now();
    let expected = matrix.factorised();
    text += &speed("without tiles", &matrix, start.elapsed());
    for (backend, (elapsed, found)) in [
        (Backend::Serial, fastest(tiles, &matrix, Backend::Serial, &Serial, options.runs)?),
        (backend, fastest(tiles, &matrix, backend, executor, options.runs)?),
    ] {
        text += &speed(&backend.to_string(), &matrix, elapsed);
        let error = found.relative_error(&expected);
        if error.is_nan() || error > TOLERANCE {
            return Err(format!("{backend}: the relative error is {error:.1e}").into());
        }
    }
    write!(text, "agrees with the factor without tiles: relative error below {TOLERANCE:e}")?;
    if backend != Backend::Mpi {
        write!(text, "\n{} tiles were made, and moved from task to task", triangle(tiles))?;
    }
    Ok(text)
}

/// The tiles on the diagonal and below.
const fn triangle(tiles: usize) -> usize {
    tiles * (tiles + 1) / 2
}

/// What the table says of the graph, which has to be what is known of tiled Cholesky.
fn shape(tiles: usize, table: &Table) -> Result<String, String> {
    let t = tiles as u64;
    let tasks = table.tasks().filter(|task| task.cost() > 0).count() as u64;
    let found = [tasks, table.work(), table.critical_path_length()];
    let (path, formula) = if t < 2 { (t, "t") } else { (9 * t - 10, "9 t - 10") };
    let expected = [t * (t + 1) * (t + 2) / 6, t.pow(3), path];
    let [tasks, work, path] = found;
    let text = format!("{tasks} tasks, work {work}, critical path {path}");
    if found == expected {
        Ok(format!("{text}: t (t + 1) (t + 2) / 6, t³ and {formula}, as they should be"))
    } else {
        let [tasks, work, path] = expected;
        Err(format!("{text}, but there should be {tasks} tasks, work {work}, critical path {path}"))
    }
}

/// The shortest time and the factor. Fails where a run makes other tiles than those it cuts.
fn fastest<E: for<'a> Executor<Cholesky<'a>>>(
    tiles: usize,
    matrix: &Matrix,
    backend: Backend,
    executor: &E,
    runs: u32,
) -> Result<(Duration, Factor), Box<dyn Error>> {
    let mut shortest = Duration::MAX;
    let mut factor = None;
    for _ in 0..runs {
        matrix.take_tile_count();
        let start = Instant::now();
        let (diagonal, below) = Cholesky { tiles, a: matrix }.run(executor)?;
        shortest = shortest.min(start.elapsed());
        match matrix.take_tile_count() {
            count if count == triangle(tiles) => {}
            // Other ranks cut tiles too, and count them there.
            count if backend == Backend::Mpi && count < triangle(tiles) => {}
            count => return Err(format!("{count} tiles were made instead of {}", triangle(tiles)).into()),
        }
        factor.get_or_insert_with(|| Factor::assembled(tiles, &diagonal, &below));
    }
    Ok((shortest, factor.ok_or("nothing ran")?))
}

fn speed(name: &str, matrix: &Matrix, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    format!("  {name:16}  {:8.2} ms  {:6.2} GFLOP/s\n", 1e3 * seconds, matrix.operations() / seconds / 1e9)
}
