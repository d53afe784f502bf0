//! What is wrong beside a condition is told once.

use dag_runtime::{Serial, dag, task};

#[task(depends = [#[cfg(all())] load, #[cfg(all())] load])]
fn twice(load: u32) -> u32 {
    load
}

#[task]
fn load(#[cfg(any())] none: Nowhere, #[cfg(all())] (a, b): (u8, u8)) -> u32 {
    1
}

dag! {
    graph Wrong(#[cfg(all())] first: u32, #[cfg(any())] first: Nowhere) -> (#[cfg(all())] other, load) {
        load(first),
        twice,
        #[cfg(all())]
        third = twice after [second],
    }
}

fn main() {
    let _ = Wrong { first: 1 }.run(&Serial);
}
