use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn add(x: &f64, y: f64) -> f64 {
    x + y
}

dag! {
    graph Inputs[m](n: i64, xs: Vec<f64>) {
        a[i in 0..m, j in i..n] = one(i + j),
        b[i in 0..xs.len()] = one(i),
        last = add(&a[m - 1, n - 1], 1.0) after [b[0] if n > 0, b[1] if m > 1],
        read[i in 0..m] = add({ let k = i; &b[k] }, 1.0),
    }
}

fn main() {
    Inputs { m: 3, n: 4, xs: vec![] }.run(&Serial).unwrap();
}
