//! `||` binds less than `&&`: beside `let` it is no condition, as behind `if`.

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    graph Or(plot: bool, late: bool, n: Option<u32>) {
        a = load(x) when let Some(x) = n || plot,
        b = load(x) when let Some(x) = n && plot || late,
        c = load(x) when plot || late && let Some(x) = n,
        d = load(x) when let Some(x) = n && (plot || late),
    }
}

fn main() {
    Or { plot: true, late: true, n: None }.run(&Serial).unwrap();
}
