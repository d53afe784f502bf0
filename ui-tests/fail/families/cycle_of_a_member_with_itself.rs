use dag_runtime::{Serial, dag, task};

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Own {
        cell[t in 0..3, x in 0..3] = step(&cell[t, x]),
    }
}

fn main() {
    Own.run(&Serial).unwrap();
}
