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
    graph Names(n: usize) {
        start,
        a[n in 0..4] = one(n),
        b[start in 0..4] = one(start),
        c[c in 0..4] = one(c),
    }
}

fn main() {
    Names { n: 4 }.run(&Serial).unwrap();
}
