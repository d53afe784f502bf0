use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Nothing {
        a = one(0) on,
        b = one(1) after [] on,
    }
}

fn main() {
    Nothing.run(&Serial).unwrap();
}
