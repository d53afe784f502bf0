//! Random graphs with families as programs: see the build script. `for_each_graph!` lists their modules: each
//! has a graph, `run`, which gives the numbers of all members of its outputs, and what these and its edges have to be.

#![allow(missing_docs, clippy::all, unused_imports, unused_parens, reason = "a program writes it")]

mod mix;

use mix::mix;

/// An output that is not `Copy`.
pub type Owned = Vec<u64>;

/// What a task makes of an argument.
pub trait Number {
    /// Its number, mixed into another one.
    fn into_number(self, number: u64) -> u64;
}

impl Number for &u64 {
    fn into_number(self, number: u64) -> u64 {
        mix(number, *self)
    }
}

impl Number for u64 {
    fn into_number(self, number: u64) -> u64 {
        mix(number, self)
    }
}

impl Number for &Owned {
    fn into_number(self, number: u64) -> u64 {
        mix(number, self[0])
    }
}

impl Number for Owned {
    fn into_number(self, number: u64) -> u64 {
        mix(number, self[0])
    }
}

impl<N: Number> Number for Option<N> {
    fn into_number(self, number: u64) -> u64 {
        self.map_or(mix(number, 0), |some| some.into_number(number))
    }
}

impl<N> Number for &[N]
where
    for<'a> &'a N: Number,
{
    fn into_number(self, number: u64) -> u64 {
        self.iter().fold(mix(number, self.len() as u64), |number, one| one.into_number(number))
    }
}

include!(concat!(env!("OUT_DIR"), "/families.rs"));
