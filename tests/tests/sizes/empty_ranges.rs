//! Ranges that are empty, however far away their bounds are.

use dag_runtime::{dag, task};

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn listed(some: &[usize]) -> Vec<usize> {
    some.to_vec()
}

const WIDE: u128 = 1 << 64;
const LOW: i128 = -(1 << 64);

twins! {
    [N] zero(N = 0), some(N = 3);
    graph Empty () () -> (far, all, near, sums) {
        far[i in u128::MAX..WIDE, j in 0..N] = one(i + j),
        all = listed(&far),
        backwards[i in N..LOW] = one(i),
        near[i in 0..N] = listed(&backwards[..i]),
        sums = listed(&backwards),
    } with {}
}
