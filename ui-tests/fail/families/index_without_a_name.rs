use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Names {
        c[_ in 0..4] = one(1),
    }
}

fn main() {
    Names.run(&Serial).unwrap();
}
