//! The names that a condition binds are not there behind `on` and in another line.

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    graph Bound(n: Option<u32>) {
        a = load(x) when let Some(x) = n on x as usize,
        b = load(x),
    }
}

fn main() {
    Bound { n: None }.run(&Serial).unwrap();
}
