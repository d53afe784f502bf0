use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Large {
        a[i in 0..100_000, j in 0..100_000] = one(i + j),
    }
}

fn main() {
    Large.run(&Serial).unwrap();
}
