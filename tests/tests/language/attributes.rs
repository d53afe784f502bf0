//! `#[task]`: how it binds parameters, and what it leaves unchanged.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

mod steps {
    use dag_runtime::task;

    #[task]
    pub fn load() -> Vec<u32> {
        vec![1, 2, 3]
    }

    #[task(depends = [load])]
    pub fn largest(load: &[u32]) -> u32 {
        load.iter().copied().max().unwrap_or(0)
    }
}

/// An argument before, between and after what the attribute binds.
#[task(depends = [steps::load, steps::largest])]
fn mixed(before: u32, load: &[u32], between: &str, largest: u32, after: u32) -> String {
    format!("{before} {load:?} {between} {largest} {after}")
}

#[task(depends = [steps::load])]
fn renamed(#[from(steps::load)] xs: &[u32]) -> usize {
    xs.len()
}

/// Reads an output that is upstream only through `largest`.
#[task(depends = [steps::largest])]
fn indirect(largest: u32, #[from(steps::load)] all: &[u32]) -> bool {
    all.contains(&largest)
}

/// The same output twice.
#[task(depends = [steps::load])]
fn twice(load: &Vec<u32>, #[from(steps::load)] again: &[u32]) -> bool {
    **load == *again
}

#[task(depends = [r#match])]
fn r#if(r#match: u32) -> u32 {
    r#match + 1
}

#[task]
fn r#match() -> u32 {
    1
}

/// A parameter of the task's own name.
#[task(depends = [r#if])]
fn own(own: u32, #[from(r#if)] other: u32) -> u32 {
    own * 10 + other
}

#[task(depends = [])]
const fn constant() -> u32 {
    9
}

#[task]
fn elided<'a, 'b>(a: &'a str, b: &'b [&'a str]) -> bool
where
    'a: 'b,
{
    b.contains(&a)
}

#[task]
extern "C" fn foreign(n: i32) -> i32 {
    n
}

#[inline]
#[must_use]
#[task]
#[allow(clippy::unnecessary_wraps, reason = "fallible")]
fn attributed() -> Result<u32, std::convert::Infallible> {
    Ok(5)
}

#[task(cost = 3 * COST)]
fn costly() -> u32 {
    COST as u32
}

const COST: u64 = 7;

dag! {
    graph Attributes<'a>(text: &'a str) -> (
        mixed, renamed, indirect, twice, r#if, own, constant, elided, foreign, attributed, costly
    ) {
        mixed(7, text, 8), renamed, indirect, twice, r#if, r#match, own(4), constant,
        elided("x", &["x", "y"]), foreign(-3), attributed, costly,
        steps::load, steps::largest,
    }
}

#[test]
fn bind_parameters_and_leave_the_rest_to_the_graph() {
    Everywhere::new().each(|executor| {
        let (mixed, renamed, indirect, twice, r#if, own, constant, elided, foreign, attributed, costly) =
            Attributes { text: "-" }.run(executor).unwrap();
        assert_eq!(mixed, "7 [1, 2, 3] - 3 8");
        assert_eq!((renamed, indirect, twice, r#if, own), (3, true, true, 2, 42));
        assert_eq!((constant, elided, foreign, attributed, costly), (9, true, -3, 5, 7));
    });
}

const AT_COMPILE_TIME: u32 = constant();

#[test]
fn leave_the_function_as_it_was() {
    assert_eq!(AT_COMPILE_TIME, 9);
    assert_eq!(mixed(1, &[2], "x", 3, 4), "1 [2] x 3 4");
    let pointer: extern "C" fn(i32) -> i32 = foreign;
    assert_eq!(pointer(3), 3);
    assert_eq!(attributed(), Ok(5));
}

/// More dependencies than a tuple of the macro holds.
macro_rules! many {
    ($($name:ident)*) => {
        $(#[task] fn $name() -> u64 { stringify!($name).len() as u64 })*

        #[task(depends = [$($name),*])]
        #[allow(clippy::too_many_arguments)]
        fn all($($name: u64),*) -> u64 { 0 $(+ $name)* }

        dag! { graph Many -> all { all, $($name),* } }
    };
}

many! {
    n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n20
    n21 n22 n23 n24 n25 n26 n27 n28 n29 n30 n31 n32 n33 n34 n35 n36 n37 n38 n39 n40
}

#[test]
fn may_list_many_dependencies() {
    assert_eq!(Everywhere::new().agree(|executor| Many.run(executor).unwrap()), 9 * 2 + 31 * 3);
}
