use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn step(before: Option<&f64>) -> f64 {
    before.copied().unwrap_or(0.0)
}

const LAST: usize = 3;

dag! {
    graph Conditions {
        a[i in 0..4] = one(i),
        b[i in 0..4] = step(if i { Some(&a[i]) } else { None }),
        c[i in 0..4] = step(if i > 0 { if LAST { Some(&a[i]) } else { None } } else { None }),
    }
}

fn main() {
    Conditions.run(&Serial).unwrap();
}
