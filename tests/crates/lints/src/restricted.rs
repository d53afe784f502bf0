//! Tasks and graphs that a part of the crate sees, one of them unused.

use dag_runtime::{dag, task};

#[task]
pub(crate) fn one() -> u32 {
    1
}

pub(crate) mod inner {
    use dag_runtime::task;

    #[task]
    fn two() -> u32 {
        2
    }

    #[task(depends = [two, super::one])]
    pub(in crate::restricted) fn three(two: u32, one: u32) -> u32 {
        one + two
    }

    dag_runtime::dag! {
        pub(super) graph Three -> three { three, two, super::one }
    }
}

dag! {
    pub(crate) graph One -> instance { instance = one }
}

#[cfg(test)]
#[test]
fn runs() {
    assert_eq!(One.run(&dag_runtime::Serial).ok(), Some(1));
    assert_eq!(inner::Three.run(&dag_runtime::Serial).ok(), Some(3));
}
