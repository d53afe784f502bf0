use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Order {
        a = one(0),
        b = one(1) on 0 after [a],
        c = one(2) on 0 on 1,
    }
}

fn main() {
    Order.run(&Serial).unwrap();
}
