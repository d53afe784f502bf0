#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[cfg(debug_assertions)]
#[task(depends = [load])]
fn check(load: &u32) -> bool {
    *load == 1
}

#[cfg(not(debug_assertions))]
#[task]
fn check() -> bool {
    false
}

#[cfg(any())]
#[task]
fn never(nothing: Nowhere) {}

dag! {
    graph Checked -> (check, load) {
        load,
        #[cfg(any())]
        never(1),
        check,
        #[cfg(all())]
        always = load after [check],
        #[cfg(any())]
        nowhere::nothing,
    }

    #[cfg(any())]
    graph Nothing { nothing }
}

fn main() {
    assert_eq!(Checked.run(&Serial).unwrap(), (cfg!(debug_assertions), 1));
    assert_eq!(Checked::TABLE.len(), 3);
}
