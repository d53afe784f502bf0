use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Names {
        a[a1 in 0..1, a2 in 0..1, a3 in 0..1, a4 in 0..1, a5 in 0..1, a6 in 0..1, a7 in 0..1, a8 in 0..1, a9 in 0..1] = one(0),
    }
}

fn main() {
    Names.run(&Serial).unwrap();
}
