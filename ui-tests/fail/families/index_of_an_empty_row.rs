use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Rows {
        cell[i in 0..3, j in 0..i] = one(i + j),
        first[i in 0..3] = step(&cell[i, 0]),
    }
}

fn main() {
    Rows.run(&Serial).unwrap();
}
