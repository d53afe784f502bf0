use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Conditions {
        a[i in 0..4] = one(i),
        c[i in 0..4] = one(i) after [a[i] if i],
    }
}

fn main() {
    Conditions.run(&Serial).unwrap();
}
