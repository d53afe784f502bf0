use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

fn width() -> usize {
    4
}

dag! {
    graph Calls {
        a[i in 0..width()] = one(i),
    }
}

fn main() {
    Calls.run(&Serial).unwrap();
}
