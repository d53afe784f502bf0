use dag_runtime::{Serial, dag, task};

#[task]
fn start() -> f64 {
    1.0
}

#[task(depends = [start])]
fn add(start: f64, i: usize) -> f64 {
    start + i as f64
}

dag! {
    graph Missing {
        cell[i in 0..3] = add(i),
    }
}

fn main() {
    Missing.run(&Serial).unwrap();
}
