use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Conditions {
        a[i in 0..4] = one(i),
        b[i in 0..4] = one(i) after [a[i] if],
        d[i in 0..4] = one(i) after [a[i] where i > 0],
    }
}

fn main() {
    Conditions.run(&Serial).unwrap();
}
