use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Ordered {
        cell[i in 0..4] = one(i) after [cell[i - 1] if i != 2],
        last = one(0) after [cell[4]],
    }
}

fn main() {
    Ordered.run(&Serial).unwrap();
}
