use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn start() -> f64 {
    1.0
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Tasks {
        start,
        cell[i in 0..4] = one(i),
        chosen[i in 0..3] = step(&cell[start as isize]) after [cell[i] if start > 0.0],
    }
}

fn main() {
    Tasks.run(&Serial).unwrap();
}
