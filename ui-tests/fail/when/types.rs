//! Conditions of another type, and names that nobody knows: what rustc says.

use dag_runtime::{Serial, dag, task};

#[derive(PartialEq)]
struct Size {
    n: u32,
}

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    graph Types(plot: bool, n: u32) {
        a = load(1) when n,
        b = load(x) when let Some(x) = plot,
        c = load(1) when a,
        d = load(1) when let Some(x) = a && x == "1",
    }
    graph Names(plot: bool) {
        a = load(1) when plto,
        b = load(x) when plot,
        c = load(1) when let Smoe(x) = a,
    }
}

fn main() {
    Types { plot: true, n: 1 }.run(&Serial).unwrap();
    Names { plot: true }.run(&Serial).unwrap();
}
