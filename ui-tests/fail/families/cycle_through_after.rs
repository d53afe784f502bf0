use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Ordered {
        first[i in 0..4] = one(i) after [last],
        second[i in 0..4] = one(i) after [first[i - 1] if i > 0],
        last = one(0) after [second[2]],
    }
}

fn main() {
    Ordered.run(&Serial).unwrap();
}
