use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Unknown {
        cell[i in 0..4] = one(i),
        a[i in 0..4] = step(&cell[j]),
        b[i in 0..4] = one(i) after [cell[i] if i < MANY],
        c[i in 0..4] = step(if i < k { &cell[i] } else { &1.0 }),
    }
}

fn main() {
    Unknown.run(&Serial).unwrap();
}
