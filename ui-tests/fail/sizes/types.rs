use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn add(x: &f64, y: f64) -> f64 {
    x + y
}

const HALF: f64 = 0.5;

dag! {
    graph Types[n](x: f64) -> last {
        cell[i in 0..n * HALF] = one(i),
        last = add(if n { &cell[n - 1] } else { &0.0 }, n),
        changed = add(&cell[n.leading_zeros() - 1], { n += 1; x }),
    }
}

fn main() {
    Types { n: 3.0, x: 1.0 }.run(&Serial).unwrap();
}
