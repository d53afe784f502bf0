use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Unknown {
        a[i in 0..4] = one(i) on rank,
        b = one(1) on i,
    }
}

fn main() {
    Unknown.run(&Serial).unwrap();
}
