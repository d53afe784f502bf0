//! Lints of users look at conditions and at what they bind.

#![deny(unused_variables, irrefutable_let_patterns, unreachable_patterns, non_snake_case)]

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    graph Unused(n: Option<u32>, plot: bool) {
        a = load(1) when let Some(x) = n,
        b = load(x) when let Some(x) = n && let Some(y) = a,
        c = load(x) when let x = 3,
        d = load(X) when let Some(X) = n,
        e = load(1) when plot && matches!(n, _ | None),
        f = load(x) when let Some(x) = n && let y = x + 1 && y > 2,
    }
}

fn main() {
    Unused { n: None, plot: true }.run(&Serial).unwrap();
}
