//! Tasks in other modules and crates, under their own and other names.

use dag_runtime::{Serial, dag, task};
use dag_tests::Everywhere;
use dag_tests_renamed::stages::{self as steps, load as read};
use dag_tests_renamed::{Facts, stages::facts};

/// Uses tasks of another crate by an import, a renamed import and a full path.
#[task(depends = [facts::mean, read, ::dag_tests_renamed::r#gen])]
fn report(mean: f64, read: &[f64], r#gen: f64, title: &str) -> String {
    format!("{title}: {mean} {} {}", read.len(), r#gen)
}

dag! {
    graph Report<'a>(text: &'a str) -> (report, mean) {
        report("facts"),
        facts::mean,
        steps::load(text),
        dag_tests_renamed::r#gen,
    }
}

#[test]
fn may_be_of_another_crate() {
    let run = Everywhere::new().agree(|executor| Report { text: "1 2 6" }.run(executor).unwrap());
    assert_eq!(run, ("facts: 3 3 6".to_owned(), 3.0));
    assert_eq!(Facts { text: "1 3" }.run(&Serial).unwrap(), (2.0, 1.0, 4.0));
    assert_eq!(Facts::TABLE.find("mean").unwrap().description(), "The mean.");
    assert_eq!(Facts::TABLE.description(), "A graph in a library.");
}

mod outer {
    use dag_runtime::{dag, task};

    #[task]
    pub(super) fn one() -> u32 {
        1
    }

    pub(super) mod inner {
        use super::super::top;

        #[super::task(depends = [own, super::one, top, crate::paths::outer::sibling::two])]
        pub(in super::super) fn total(own: u32, one: u32, top: u32, two: u32) -> u32 {
            own + one + top + two
        }

        #[super::task]
        pub(super) fn own() -> u32 {
            1000
        }
    }

    pub(super) mod sibling {
        dag_runtime::dag! {
            // A graph in a module, with tasks of other modules.
            pub(in crate::paths) graph Total -> total { super::inner::total, super::inner::own, super::one, two, super::super::top }
        }

        #[dag_runtime::task]
        pub(super) fn two() -> u32 {
            2
        }
    }

    dag! { pub(super) graph Same -> (total) { inner::own, sibling::two, inner::total, super::top, one } }
}

#[task]
fn top() -> u32 {
    100
}

#[test]
fn may_be_in_any_module() {
    assert_eq!(Everywhere::new().agree(|executor| outer::sibling::Total.run(executor).unwrap()), 1103);
    assert_eq!(Everywhere::new().agree(|executor| outer::Same.run(executor).unwrap()), 1103);
}

mod same_names {
    use dag_runtime::{dag, task};

    pub(super) mod left {
        #[dag_runtime::task]
        pub(in super::super) fn value() -> u32 {
            3
        }
    }

    pub(super) mod right {
        #[dag_runtime::task]
        pub(in super::super) fn value() -> u32 {
            4
        }
    }

    #[task(depends = [left::value, right::value])]
    fn product(#[from(left::value)] a: u32, #[from(right::value)] b: u32) -> u32 {
        a * b
    }

    #[task]
    fn sum(a: u32, b: u32) -> u32 {
        a + b
    }

    dag! {
        // Both may be listed, as attributes refer to them by path. To use both by name, one of them needs another name.
        pub(super) graph Both -> product { left::value, right::value, product }
        pub(super) graph Named -> sum { left::value, other = right::value, sum(value, other) }
    }
}

#[test]
fn may_have_the_same_last_name() {
    assert_eq!(Everywhere::new().agree(|executor| same_names::Both.run(executor).unwrap()), 12);
    assert_eq!(Everywhere::new().agree(|executor| same_names::Named.run(executor).unwrap()), 7);
}

#[test]
fn may_be_in_a_function() {
    #[task]
    fn local() -> u32 {
        5
    }

    #[task(depends = [local, top])]
    fn twice(local: u32, top: u32) -> u32 {
        2 * local + top
    }

    dag! { graph Local -> twice { local, twice, top } }

    assert_eq!(Everywhere::new().agree(|executor| Local.run(executor).unwrap()), 110);
}

#[task]
#[cfg(any())]
fn absent(this: DoesNotExist) {}

#[cfg(not(any()))]
#[task]
fn present() -> u32 {
    8
}

dag! {
    graph Configured -> (value) {
        present,
        #[cfg(any())]
        absent(nothing),
        #[cfg(any())]
        value = top,
        #[cfg(not(any()))]
        value = present,
    }

    #[cfg(any())]
    graph Absent { absent }
}

#[test]
fn may_be_removed_by_cfg() {
    assert_eq!(Configured::TABLE.len(), 2);
    assert_eq!(Everywhere::new().agree(|executor| Configured.run(executor).unwrap()), 8);
}
