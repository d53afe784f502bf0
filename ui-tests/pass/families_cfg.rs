//! Families under `#[cfg]`, and with lint levels.
#![deny(unused)]

use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn total(all: &[usize]) -> usize {
    all.iter().sum()
}

dag! {
    graph Chosen -> total {
        #[cfg(not(any()))]
        cell[i in 0..3] = one(i),
        #[cfg(any())]
        cell[i in 0..MISSING] = one(i + missing),
        #[allow(clippy::identity_op)]
        total(&cell[0..2 + 0]),
    }
}

fn main() {
    assert_eq!(Chosen.run(&Serial).unwrap(), 1);
}
