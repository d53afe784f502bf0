use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(depends = [load])]
fn sorted(#[from(load)] mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort();
    numbers
}

#[task(depends = [load])]
fn count(load: &[u32]) -> usize {
    load.len()
}

dag! {
    graph Orders -> (sorted, count) {
        load,
        sorted,
        count,
    }
}

fn main() {
    Orders.run(&Serial).unwrap();
}
