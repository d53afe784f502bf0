use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task]
fn sum(first: u32) -> u32 {
    first
}

dag! {
    graph Sum -> sum {
        load,
        sum(load.frist()),
    }
}

fn main() {
    Sum.run(&Serial).unwrap();
}
