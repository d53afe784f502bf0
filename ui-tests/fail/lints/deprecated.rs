//! A deprecated task is reported where it is depended on and where it is listed, once each.

#![deny(deprecated)]

use dag_runtime::{Serial, dag, task};

#[deprecated(note = "use `load`")]
#[task]
fn old() -> u32 {
    1
}

#[task(depends = [old])]
fn order_only() -> u32 {
    1
}

#[task(depends = [old])]
fn borrows(old: &u32) -> u32 {
    *old
}

#[task(depends = [borrows])]
fn renamed(borrows: u32, #[from(old)] other: u32) -> u32 {
    borrows + other
}

dag! {
    graph Deprecated -> (renamed, instance) {
        old, order_only, borrows, renamed,
        instance = old,
        #[allow(deprecated)]
        allowed = old,
    }
}

fn main() {
    Deprecated.run(&Serial).unwrap();
}
