//! Families that are read in slices.

use dag_runtime::{Error, Serial, dag, task};

const STEPS: usize = 20;
const CELLS: usize = 8;

#[task]
fn step(before: &[f64], x: usize, rate: f64) -> f64 {
    match before {
        [left, here, right] => here + rate * (left - 2.0 * here + right),
        [] => x as f64,
        _ => 0.0,
    }
}

#[task]
fn total(cells: &[f64], start: &f64) -> f64 {
    cells.iter().sum::<f64>() - start
}

#[task(depends = [cell], cost = 5)]
fn largest(cell: &[f64]) -> f64 {
    cell.iter().copied().fold(f64::MIN, f64::max)
}

dag! {
    graph Heat(rate: f64) -> (total, largest) {
        cell[t in 0..STEPS, x in 0..CELLS] = step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x, rate) on x % ranks,
        total(&cell[STEPS - 1, ..], &cell[0, CELLS / 2]),
        largest after [total, cell[0, 0]],
    }
}

fn main() -> Result<(), Error> {
    let (total, largest) = Heat { rate: 0.1 }.run(&Serial)?;
    println!("{total} {largest}");
    Ok(())
}
