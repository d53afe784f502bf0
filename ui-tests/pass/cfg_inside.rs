//! `#[cfg]` and `#[cfg_attr]` inside of tasks and graphs.

#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

const LAST: isize = 2;

#[task]
fn load() -> u32 {
    1
}

#[task]
fn scale() -> u64 {
    10
}

/// One parameter for each of two conditions, which a dependency binds.
#[task(depends = [load])]
fn double(#[cfg(any())] load: &u8, #[cfg(all())] load: &u32) -> u32 {
    2 * load
}

/// How many arguments there are depends on the conditions; so do types that are nowhere.
#[task(depends = [load])]
fn sum(
    load: u32,
    #[cfg(any())] nothing: Nowhere<u8, u8>,
    #[cfg(all())]
    #[cfg(not(any()))]
    first: u32,
    #[cfg(any())]
    #[cfg(all())]
    second: u32,
    #[cfg_attr(any(), cfg(any()))] third: u32,
) -> u32 {
    load + first + third
}

#[task(depends = [load])]
fn renamed(#[cfg_attr(all(), from(load))] value: u32, #[cfg_attr(all(), allow(unused_variables))] other: u32) -> u32 {
    value
}

#[task(depends = [#[cfg(any())] nowhere::load, #[cfg(all())] load, #[cfg_attr(all(), cfg(not(any())))] scale])]
fn both(load: u32, scale: u64) -> u64 {
    u64::from(load) * scale
}

#[task(depends = [#[cfg(any())] load, #[cfg(all())] load], cost = 10)]
fn once<#[cfg(any())] 'none, 'text>(load: u32, #[cfg(any())] none: &'none str, text: &'text str) -> usize {
    text.len() + load as usize
}

#[task]
fn list() -> Vec<u32> {
    vec![1, 2]
}

#[task(depends = [list], each = list)]
fn times(#[cfg(any())] list: u8, #[cfg(all())] list: u32, #[cfg(any())] none: Nowhere, by: u32) -> u32 {
    list * by
}

dag! {
    graph Tasks -> (double, sum, renamed, both, times) {
        load, scale, double, sum(1, 2), renamed(1), both, list, times(3),
    }

    /// Inputs, and what stands in lists.
    #[derive(Debug)]
    pub graph Parts<'a>(
        #[cfg(any())] debug: Nowhere,
        #[cfg(all())] text: &'a str,
        #[cfg(any())] factor: u8,
        /// A factor.
        #[cfg(all())] factor: u32,
        #[cfg_attr(all(), cfg(any()))] none: Nowhere,
    ) -> (#[cfg(any())] nothing, once, #[cfg(all())] cell) {
        load,
        once(#[cfg(any())] debug, #[cfg(all())] text),
        list,
        times(factor) after [#[cfg(any())] nothing, #[cfg(all())] load, #[cfg_attr(all(), cfg(any()))] none],
        #[cfg(any())]
        cell = nowhere(debug),
        #[cfg_attr(all(), cfg(all()))]
        cell[i in 0..3] = sum(i as u32, factor) after [#[cfg(all())] load if i < LAST],
    }

    #[cfg_attr(all(), cfg(any()))]
    graph Nothing(none: Nowhere) { none }
}

macro_rules! made {
    ($condition:meta, $name:ident, $type:ty, $graph:ident) => {
        #[task(depends = [#[cfg($condition)] load])]
        fn $name(#[cfg($condition)] load: u32, #[cfg(not($condition))] load: $type) -> u64 {
            load.into()
        }

        dag! {
            graph $graph(#[cfg(not($condition))] value: $type) -> $name {
                load,
                $name(#[cfg(not($condition))] value),
            }
        }
    };
}

made!(any(), argument, u8, Argument);
made!(all(), dependency, u8, Dependency);

fn main() {
    assert_eq!(Tasks.run(&Serial).unwrap(), (2, 4, 1, 10, vec![3, 6]));
    assert_eq!(Parts { text: "abc", factor: 2 }.run(&Serial).unwrap(), (4, vec![3, 4, 5]));
    assert_eq!(Argument { value: 7 }.run(&Serial).unwrap(), 7);
    assert_eq!(Dependency.run(&Serial).unwrap(), 1);
}
