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
    graph Reversed {
        cell[i in 5..2] = one(i),
        last = step(&cell[3]),
    }
}

fn main() {
    Reversed.run(&Serial).unwrap();
}
