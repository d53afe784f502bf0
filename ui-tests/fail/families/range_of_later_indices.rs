use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Later {
        a[i in 0..j, j in 0..3] = one(i + j),
        b[i in 0..i] = one(i),
    }
}

fn main() {
    Later.run(&Serial).unwrap();
}
