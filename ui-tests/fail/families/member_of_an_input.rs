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
    graph Inputs(shift: isize, xs: Vec<f64>) {
        cell[i in 0..4] = one(i),
        shifted[i in 0..3] = step(&cell[i + shift]) after [cell[i] if shift > 0],
        read = step(&xs[0]) after [xs[0]],
    }
}

fn main() {
    Inputs { shift: 1, xs: vec![] }.run(&Serial).unwrap();
}
