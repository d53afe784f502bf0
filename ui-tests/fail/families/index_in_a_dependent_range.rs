use dag_runtime::{Serial, dag, task};

const T: usize = 4;

#[task]
fn start() -> f64 {
    1.0
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Lower {
        start,
        tile[i in 0..T, j in 0..=i] = step(&start),
        solved[k in 0..T, i in 0..T] = step(&tile[k, i]),
    }
}

fn main() {
    Lower.run(&Serial).unwrap();
}
