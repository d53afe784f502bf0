use dag_runtime::{Serial, dag, task};

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
    graph Types -> (a, b, c) {
        cell[t in 0..4, x in 0..3] = one(t + x),
        a = total(&cell[0, 0]),
        b = step(&cell[0, ..]),
        c = step(&cell),
    }
}

fn main() {
    Types.run(&Serial).unwrap();
}
