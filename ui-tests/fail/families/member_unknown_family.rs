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
    graph Unknown {
        cell[i in 0..4] = one(i),
        d = step(&cel[0]),
    }
}

fn main() {
    Unknown.run(&Serial).unwrap();
}
