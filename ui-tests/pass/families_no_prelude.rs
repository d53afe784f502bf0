//! Families where no name is in scope but those that are imported.
#![no_implicit_prelude]

use ::dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn total(all: &[usize], one: ::core::option::Option<&usize>) -> usize {
    all.len() + one.map_or(0, |one| *one)
}

#[task]
fn double(x: &usize) -> usize {
    2 * x
}

dag! {
    graph Bare -> (total, doubled) {
        cell[t in 0..3, x in t..3] = one(t + x) after [cell[t - 1, x] if t > 0] on t,
        total(&cell[1, ..], if 1 > 0 { ::core::option::Option::Some(&cell[2, 2]) } else { ::core::option::Option::None }),
        doubled = double(each &cell[0, 1..]),
    }
}

fn main() {
    let (total, doubled) = ::core::result::Result::unwrap(Bare.run(&Serial));
    ::std::assert_eq!((total, &doubled[..]), (6, &[2, 4][..]));
}
