use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Syntax {
        a[i in 0..4; j in 0..3] = one(i),
    }
}

fn main() {
    Syntax.run(&Serial).unwrap();
}
