use dag_runtime::{Serial, dag, task};

const STEPS: usize = 100;
const CELLS: usize = 64;

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Heat {
        cell[t in 0..STEPS, x in 0..CELLS] = step(&cell[t - 1, x]),
    }
}

fn main() {
    Heat.run(&Serial).unwrap();
}
