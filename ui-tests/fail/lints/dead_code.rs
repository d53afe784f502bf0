//! A task that no graph lists and a graph that nobody makes are dead code, as what only they use is.

#![deny(dead_code)]

use dag_runtime::{Serial, dag, task};

fn helper() -> u32 {
    1
}

#[task]
fn unused() -> u32 {
    helper()
}

#[task(depends = [unused])]
fn depends_on_unused(unused: u32) -> u32 {
    unused
}

#[task]
fn listed(n: u32) -> u32 {
    n
}

#[task]
fn only_in_unused_graphs(n: usize) -> usize {
    n
}

dag! {
    graph Used -> listed { listed(1) }
    graph Unit -> listed { listed(1) }
    graph Inputs(n: u32) -> listed { listed(n), other[i in 0..3] = only_in_unused_graphs(i) }
    graph Moved<'a>(text: &'a str, list: Vec<u32>) -> listed { listed(text.len() as u32 + Vec::len(&{ list }) as u32) }
    graph Generic<T: Sync + AsRef<str>>(text: T) -> listed { listed(text.as_ref().len() as u32) }
}

fn main() {
    Used.run(&Serial).unwrap();
}
