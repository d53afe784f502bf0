//! Inputs, instances and parameters called like locals of the expansions.
#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

#[task]
fn add(cx: u32, slots: u32) -> u32 {
    cx + slots
}

#[task]
fn join(node: &str, inputs: String) -> String {
    format!("{node}{inputs}")
}

dag! {
    graph Locals<'a>(s: u32, cx: u32, i: u32, node: &'a str, inputs: String, executor: u32, w: u32) -> (t0, t1, slots, done) {
        t0 = add(s, cx),
        t1 = add(t0, i),
        s0 = add(t1, w),
        slots = add(s0, executor),
        done = join(node, inputs),
    }
}

fn main() {
    let graph = Locals { s: 1, cx: 2, i: 3, node: "a", inputs: "b".to_owned(), executor: 4, w: 5 };
    assert_eq!(graph.run(&Serial).unwrap(), (3, 6, 15, "ab".to_owned()));
}
