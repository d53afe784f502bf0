use dag_runtime::{Serial, dag, task};

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Ring {
        cell[i in 0..4] = step(&cell[(i + 1) % 4]),
    }
}

fn main() {
    Ring.run(&Serial).unwrap();
}
