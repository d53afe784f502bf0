//! An instance with the name of its task is what attributes mean by that; dependencies and arguments of near names.

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> Vec<u32> {
    vec![n; 3]
}

#[task(depends = [load])]
fn sum(load: &[u32], lead: u32) -> u32 {
    load.iter().sum::<u32>() + lead
}

#[task(depends = [load])]
fn after(lead: u32) -> u32 {
    lead
}

dag! {
    graph Sums -> (sum, other, after) {
        load = load(2),
        sum = sum(1),
        other = sum(10),
        after(4),
    }
}

fn main() {
    assert_eq!(Sums.run(&Serial).unwrap(), (7, 16, 4));
}
