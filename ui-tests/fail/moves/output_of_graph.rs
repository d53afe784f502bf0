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

dag! {
    graph Orders -> (load, sorted) {
        load,
        sorted,
    }
}

fn main() {
    Orders.run(&Serial).unwrap();
}
