use dag_runtime::{Serial, dag, task};

const STEPS: usize = 100;
const CELLS: usize = 64;

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn total(cells: &[f64]) -> f64 {
    cells.iter().sum()
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Heat -> (total, corner) {
        cell[t in 0..STEPS, x in 0..CELLS] = one(t + x),
        total(&cell[STEPS, ..]),
        corner = step(&cell[STEPS - 1, CELLS]),
    }
}

fn main() {
    Heat.run(&Serial).unwrap();
}
