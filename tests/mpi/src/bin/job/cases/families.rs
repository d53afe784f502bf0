//! Families.

use dag_runtime::{Mpi, Serial, dag, task};

use super::each_way;

const STEPS: usize = 12;
const CELLS: usize = 9;
const T: usize = 5;

#[task]
fn step(before: &[f64], x: usize) -> f64 {
    if before.is_empty() { (x * x) as f64 } else { before.iter().sum::<f64>() / before.len() as f64 }
}

#[task]
fn total(cells: &[f64]) -> f64 {
    cells.iter().sum()
}

#[task]
fn row(x: usize) -> Vec<f64> {
    vec![x as f64; 1000 * x]
}

#[task]
fn join(rows: &[Vec<f64>]) -> Vec<f64> {
    rows.concat()
}

dag! {
    graph Heat -> (total, cell) {
        cell[t in 0..STEPS, x in 0..CELLS] = step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x),
        total(&cell[STEPS - 1, ..]),
    }

    graph Rows -> (join, rows) {
        rows[x in 0..CELLS] = row(x),
        join(&rows),
    }

    graph Cholesky -> (potrf, trsm) {
        tile[i in 0..T, j in 0..=i] = cut(i, j),
        potrf[k in 0..T] = factor(if k == 0 { tile[0, 0] } else { syrk[k - 1, k] }),
        trsm[k in 0..T, i in k + 1..T] = solve(&potrf[k], if k == 0 { tile[i, 0] } else { gemm[k - 1, i, k] }),
        syrk[k in 0..T, i in k + 1..T] = update(&trsm[k, i], if k == 0 { tile[i, i] } else { syrk[k - 1, i] }),
        gemm[k in 0..T, i in k + 2..T, j in k + 1..i] =
            multiply(&trsm[k, i], &trsm[k, j], if k == 0 { tile[i, j] } else { gemm[k - 1, i, j] }),
    }
}

#[task]
fn cut(i: usize, j: usize) -> Vec<f64> {
    vec![(10 * i + j) as f64; 600]
}

#[task]
fn factor(mut tile: Vec<f64>) -> Vec<f64> {
    tile.iter_mut().for_each(|x| *x = x.abs().sqrt() + 1.0);
    tile
}

#[task]
fn solve(potrf: &[f64], mut tile: Vec<f64>) -> Vec<f64> {
    tile.iter_mut().zip(potrf).for_each(|(x, p)| *x /= p);
    tile
}

#[task]
fn update(trsm: &[f64], mut tile: Vec<f64>) -> Vec<f64> {
    tile.iter_mut().zip(trsm).for_each(|(x, t)| *x -= t * t);
    tile
}

#[task]
fn multiply(a: &[f64], b: &[f64], mut tile: Vec<f64>) -> Vec<f64> {
    tile.iter_mut().zip(a).zip(b).for_each(|((x, a), b)| *x -= a * b);
    tile
}

/// Families give what they give elsewhere.
pub fn families(mpi: Mpi, _: &[&str]) {
    let heat = Heat.run(&Serial).unwrap();
    let rows = Rows.run(&Serial).unwrap();
    let cholesky = Cholesky.run(&Serial).unwrap();
    each_way(&mpi, |mpi| {
        assert_eq!(Heat.run(&mpi).unwrap(), heat);
        assert_eq!(Rows.run(&mpi).unwrap(), rows);
        assert_eq!(Cholesky.run(&mpi).unwrap(), cholesky);
    });
}
