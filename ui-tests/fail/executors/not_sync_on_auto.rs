use std::cell::Cell;

use dag_runtime::{Auto, dag, task};

#[task]
fn load() -> Cell<u32> {
    Cell::new(1)
}

#[task]
fn mean(load: &Cell<u32>) -> u32 {
    load.get()
}

dag! {
    graph Stats -> mean {
        numbers = load(),
        mean(&numbers),
    }
}

fn main() {
    Stats.run(&Auto::new().unwrap()).unwrap();
}
