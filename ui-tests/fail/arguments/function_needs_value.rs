use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task]
fn sum(numbers: Vec<u32>) -> u32 {
    numbers.iter().sum()
}

dag! {
    graph Sum -> sum {
        load,
        sum(&load),
    }
}

fn main() {
    Sum.run(&Serial).unwrap();
}
