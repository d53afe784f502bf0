use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(depends = [load])]
fn sorted(mut load: Vec<u32>) -> Vec<u32> {
    load.sort();
    load
}

#[task(depends = [load])]
fn reversed(load: Vec<u32>) -> Vec<u32> {
    load.into_iter().rev().collect()
}

dag! {
    graph Orders -> (sorted, reversed) {
        load,
        sorted,
        reversed,
    }
}

fn main() {
    Orders.run(&Serial).unwrap();
}
