use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn start() -> f64 {
    1.0
}

dag! {
    graph Single {
        start,
        cell[i in 0..4] = one(i) after [start[i]],
    }
}

fn main() {
    Single.run(&Serial).unwrap();
}
