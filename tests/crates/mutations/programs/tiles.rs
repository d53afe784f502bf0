//! Families whose members are moved through their updates.

use dag_runtime::{Error, Serial, dag, task};

const T: usize = 4;

#[derive(Clone, Debug, PartialEq)]
pub struct Tile(f64);

#[task]
fn cut(matrix: &[f64], i: usize, j: usize) -> Tile {
    Tile(matrix[(i * T + j) % matrix.len()])
}

#[task]
fn factor(tile: Tile) -> Result<Tile, String> {
    if tile.0 < 0.0 { Err("negative".to_owned()) } else { Ok(Tile(tile.0.sqrt())) }
}

#[task(cost = 3)]
fn solve(factor: &Tile, tile: Tile) -> Tile {
    Tile(tile.0 / (1.0 + factor.0))
}

#[task(cost = 6)]
fn update(left: &Tile, right: &Tile, tile: Tile) -> Tile {
    Tile(tile.0 - left.0 * right.0)
}

dag! {
    graph Cholesky<'a>(a: &'a [f64]) -> (potrf, trsm) {
        tile[i in 0..T, j in 0..=i] = cut(a, i, j),
        potrf[k in 0..T] = factor(if k == 0 { tile[0, 0] } else { syrk[k - 1, k] }),
        trsm[k in 0..T, i in k + 1..T] = solve(&potrf[k], if k == 0 { tile[i, 0] } else { gemm[k - 1, i, k] }),
        syrk[k in 0..T, i in k + 1..T] = update(&trsm[k, i], &trsm[k, i], if k == 0 { tile[i, i] } else { syrk[k - 1, i] }),
        gemm[k in 0..T, i in k + 2..T, j in k + 1..i] = update(&trsm[k, i], &trsm[k, j], if k == 0 { tile[i, j] } else { gemm[k - 1, i, j] }),
    }
}

fn main() -> Result<(), Error> {
    let (diagonal, below) = Cholesky { a: &[4.0, 1.0, 2.0] }.run(&Serial)?;
    println!("{diagonal:?} {below:?}");
    Ok(())
}
