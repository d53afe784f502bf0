use dag_runtime::{Serial, dag, task};

const N: usize = 0;

#[task]
fn start() -> f64 {
    1.0
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Empty {
        start,
        cell[i in 0..N] = step(&start),
        after_it = step(&cell[0]),
    }
}

fn main() {
    Empty.run(&Serial).unwrap();
}
