use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [load])]
fn low(load: u32) -> u32 {
    load - 1
}

#[task(depends = [load])]
fn high(load: u32) -> u32 {
    load + 1
}

dag! {
    graph Range<T>(_unit: T) -> (low, high) {
        low,
        high,
    }
}

fn main() {
    Range { _unit: () }.run(&Serial).unwrap();
    load();
}
