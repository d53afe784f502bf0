use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Unknown {
        cell[i in 0..4] = one(i),
        e = one(1) after [cel[0]],
    }
}

fn main() {
    Unknown.run(&Serial).unwrap();
}
