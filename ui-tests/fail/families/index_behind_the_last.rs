use dag_runtime::{Serial, dag, task};

const STEPS: usize = 100;
const CELLS: usize = 64;

#[task]
fn step(before: Option<&f64>) -> f64 {
    before.map_or(1.0, |before| before / 2.0)
}

dag! {
    graph Heat {
        cell[t in 0..STEPS, x in 0..CELLS] = step(if t > 0 { Some(&cell[t - 1, x + 1]) } else { None }),
    }
}

fn main() {
    Heat.run(&Serial).unwrap();
}
