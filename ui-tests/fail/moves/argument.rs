use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task]
fn sorted(numbers: Vec<u32>, reverse: bool) -> Vec<u32> {
    if reverse { numbers.into_iter().rev().collect() } else { numbers }
}

dag! {
    graph Orders -> (up, down) {
        load,
        up = sorted(load, false),
        down = sorted(load, true),
    }
}

fn main() {
    Orders.run(&Serial).unwrap();
}
