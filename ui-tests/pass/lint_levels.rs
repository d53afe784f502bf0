//! Levels of lints on tasks, graphs and nodes reach what is made of them.

#![deny(warnings, dead_code)]

use dag_runtime::{Serial, dag, task};

mod gone {
    #[deprecated]
    #[derive(Clone)]
    pub struct Old(pub u32);
    #[deprecated]
    pub fn value() -> u32 {
        1
    }
}

#[deprecated]
#[task]
fn old() -> u32 {
    1
}

#[allow(deprecated)]
#[task]
pub fn make() -> gone::Old {
    gone::Old(1)
}

#[expect(deprecated, reason = "on purpose")]
#[task]
fn fallible() -> Result<gone::Old, String> {
    Ok(gone::Old(1))
}

#[task(depends = [make])]
#[allow(deprecated)]
fn take(make: &gone::Old, other: gone::Old) -> u32 {
    make.0 + other.0
}

#[allow(deprecated)]
#[task(depends = [old])]
fn borrows(old: &u32) -> u32 {
    *old
}

/// What is expected is in `depends` alone.
#[expect(deprecated)]
#[task(depends = [old])]
fn order_only() -> u32 {
    1
}

#[task]
fn list() -> Vec<u32> {
    vec![1, 2]
}

#[allow(deprecated)]
#[task(depends = [list, old], each = list)]
pub fn pairs(list: u32, old: u32) -> gone::Old {
    gone::Old(list + old)
}

#[task]
fn value(n: u32) -> u32 {
    n
}

#[expect(dead_code)]
#[task]
fn unused() -> u32 {
    value(1)
}

#[task]
#[expect(dead_code, reason = "not yet")]
fn unused_too() -> gone_too::Type {
    gone_too::Type
}

mod gone_too {
    pub struct Type;
}

#[allow(dead_code)]
#[task(depends = [value])]
fn allowed(value: u32) -> u32 {
    value
}

dag! {
    #[allow(deprecated)]
    graph Allowed(input: gone::Old) -> (borrows, take, fallible) {
        old, make, fallible, take(input), borrows, order_only, list, pairs, value(gone::value()),
    }

    #[expect(deprecated)]
    graph Expected -> borrows { old, borrows, value(gone::value()) }

    graph Nodes -> borrows {
        #[allow(deprecated)]
        old,
        borrows,
        #[expect(deprecated)]
        again = old,
        #[expect(deprecated)]
        value(gone::value()),
        #[expect(unused_variables)]
        other = value({ let unused = 1; 2 }),
    }

    #[expect(unused_variables)]
    #[allow(clippy::all)]
    graph Lines(n: u32) -> value { value({ let unused = n; n }) }

    #[expect(dead_code)]
    graph Never -> value { value(1) }

    #[expect(dead_code, unused_variables, reason = "both are found")]
    graph NeverWithInputs<'a>(text: &'a str, list: Vec<u32>) -> value {
        value({ let unused = 1; text.len() as u32 + list.len() as u32 }),
    }

    #[deprecated]
    graph Deprecated -> value { value(1) }
}

mod library {
    #[dag_runtime::task]
    pub fn public() -> u32 {
        1
    }

    dag_runtime::dag! {
        pub graph Public -> public { public }
    }
}

macro_rules! graphs {
    ($task:ident, $graph:ident) => {
        #[task(depends = [value])]
        fn $task(value: u32) -> u32 {
            value
        }
        dag! { graph $graph -> $task { value(1), $task } }
    };
}

graphs!(made, Made);

#[allow(deprecated)]
fn main() {
    let (borrowed, taken, result) = Allowed { input: gone::Old(2) }.run(&Serial).unwrap();
    assert_eq!((borrowed, taken, result.0), (1, 3, 1));
    Expected.run(&Serial).unwrap();
    Nodes.run(&Serial).unwrap();
    Lines { n: 1 }.run(&Serial).unwrap();
    Deprecated.run(&Serial).unwrap();
    Made.run(&Serial).unwrap();
    library::Public.run(&Serial).unwrap();

    #[task]
    fn local() -> u32 {
        1
    }
    dag! { graph Local -> local { local } }
    Local.run(&Serial).unwrap();
}
