use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Unknown {
        a[i in 0..MANY] = one(i),
        b[i in 0..3, j in 0..k] = one(i + j),
    }
}

fn main() {
    Unknown.run(&Serial).unwrap();
}
