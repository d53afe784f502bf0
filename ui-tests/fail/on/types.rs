use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Types(name: String) {
        a = one(0) on name,
        b = one(1) on "0",
        c = one(2) on Some(1),
    }
}

fn main() {
    Types { name: String::new() }.run(&Serial).unwrap();
}
