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
    graph Inputs(n: usize) {
        start,
        a[i in 0..n] = one(i),
        b[i in 0..start as usize] = one(i),
        c[i in 0..3, j in i..n + 1] = one(i + j),
    }
}

fn main() {
    Inputs { n: 4 }.run(&Serial).unwrap();
}
