//! Tasks and graphs that a part of the crate sees.

use dag_runtime::{dag, task};

#[task]
pub(crate) const fn one() -> u32 {
    1
}

pub(crate) mod inner {
    use dag_runtime::task;

    #[task]
    const fn two() -> u32 {
        2 * super::one()
    }

    #[task(depends = [two, super::one])]
    pub(in crate::restricted) const fn three(two: u32, one: u32) -> u32 {
        one + two
    }

    dag_runtime::dag! {
        pub(super) graph Three -> three { three, two, super::one }
    }
}

dag! {
    pub(super) graph One -> instance { instance = one }
}

/// Runs both graphs.
pub(crate) fn run() -> Result<(u32, u32), dag_runtime::Error> {
    Ok((One.run(&dag_runtime::Serial)?, inner::Three.run(&dag_runtime::Serial)?))
}
