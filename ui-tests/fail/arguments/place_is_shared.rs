//! Before a `.` or a `[` an output is a place that can only be shared.

use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task]
fn count(n: usize) -> usize {
    n
}

dag! {
    graph Counts -> (consumed, changed, element, field) {
        load,
        consumed = count(load.into_iter().count()),
        changed = count({ load.push(1); 1 }),
        element = count({ load[0] += 1; 1 }),
        field = count((&mut load[..]).len()),
    }
}

fn main() {
    Counts.run(&Serial).unwrap();
}
