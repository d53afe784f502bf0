//! Lists take conditions, and no other attributes.

use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [#[allow(unused)] load])]
fn first(load: u32) -> u32 {
    load
}

#[task(#[cfg(all())] depends = [load])]
fn second(load: u32) -> u32 {
    load
}

#[task(depends = [load], each = #[cfg(all())] load)]
fn third(load: u32, by: u32) -> u32 {
    load * by
}

dag! {
    graph Wrong -> (#[allow(unused)] load) {
        load,
        first after [#[inline] load],
        third(#[allow(unused)] 1),
    }
}

fn main() {
    let _ = Wrong.run(&Serial);
}
