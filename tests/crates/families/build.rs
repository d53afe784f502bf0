//! Writes random graphs with families as programs, and the numbers that have to come out, which it computes by
//! itself, member by member.
//!
//! `DAG_TESTS_FAMILIES` is how many graphs there are, by default 16; `DAG_TESTS_SEED` makes other ones.

#[path = "build/choose.rs"]
mod choose;
#[path = "build/expression.rs"]
mod expression;
#[path = "build/graph.rs"]
mod graph;
#[path = "build/write.rs"]
mod write;

#[path = "src/mix.rs"]
mod mix;

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use graph::Graph;

fn main() -> Result<(), Box<dyn Error>> {
    let count = variable("DAG_TESTS_FAMILIES", 16)?;
    let seed = variable("DAG_TESTS_SEED", 1)?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/mix.rs");
    let mut program = String::new();
    for k in 0..count {
        let mut random = Random(seed.wrapping_mul(1_000_003).wrapping_add(k));
        let mut graph = Graph::random(&mut random);
        graph.move_what_can_be(&mut random);
        graph.write(&format!("g{k}"), &mut program, &mut random)?;
    }
    let names: Vec<String> = (0..count).map(|k| format!("g{k}")).collect();
    writeln!(
        program,
        "#[macro_export] macro_rules! for_each_graph {{ ($call:ident) => {{ $call! {{ {} }} }} }}",
        names.join(" ")
    )?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("families.rs"), program)?;
    Ok(())
}

fn variable(name: &str, default: u64) -> Result<u64, Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed={name}");
    match env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("`{name}={text}` is not a number").into()),
        Err(_) => Ok(default),
    }
}

/// SplitMix64, by Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// Of this many times, one.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}
