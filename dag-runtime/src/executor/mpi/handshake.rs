//! How ranks agree before a run: on the graph, on the version of this crate, and on the options.
//!
//! Each rank tells all others one number. If these are the same, the run starts. If not, each tells
//! what it has come for, and all fail with the same error. A rank that leaves for good takes part too, so
//! that one that runs a graph more than the others is told so instead of waiting for ever.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::idle::Idle;
use super::wire::Wire;
use crate::error::Error;
use crate::table::Table;

/// The number of a rank that runs no more graphs.
const LEAVING: u64 = u64::MAX;

/// How many numbers a rank tells where they differ: two hashes, and 48 bytes of a name.
const DETAILS: usize = 8;

/// What a rank has come for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Purpose {
    pub(super) table: &'static Table,
    /// Of the graph and the placement of its tasks.
    pub(super) plan: u64,
    /// Of the options.
    pub(super) options: u64,
    /// Whether anybody observes here.
    pub(super) observed: bool,
    /// Whether the run may be stopped here.
    pub(super) stops: bool,
    /// Of the costs that were given here; 0 where none were.
    pub(super) costs: u64,
}

/// What all ranks have come for.
pub(super) struct Agreed {
    /// Whether anybody observes.
    pub(super) observed: bool,
    /// Whether the run may be stopped, on any rank.
    pub(super) stops: bool,
    /// Of the costs that rank 0 was given; 0 where it was given none.
    pub(super) costs: u64,
    /// Whether all were given the same.
    pub(super) same_costs: bool,
}

/// How many numbers a rank tells.
const NUMBERS: usize = 3;

/// Whether all ranks have come for the same.
///
/// # Errors
///
/// Fails where they have not, on all ranks.
pub(super) fn agree(
    wire: &Wire,
    rank: u32,
    ranks: u32,
    purpose: Purpose,
    crowded: bool,
) -> Result<Agreed, Error> {
    let mine = (purpose.plan ^ purpose.options.rotate_left(32)) >> 1;
    let flags = u64::from(purpose.observed) | u64::from(purpose.stops) << 1;
    let told = tell(wire, ranks, &[mine, flags, purpose.costs], crowded);
    let column = |k: usize| told.iter().skip(k).step_by(NUMBERS);
    if column(0).all(|&number| number == mine) {
        let (costs, any) = (told[2], |bit: u64| column(1).any(|&flags| flags & bit != 0));
        return Ok(Agreed {
            observed: any(1),
            stops: any(2),
            costs,
            same_costs: column(2).all(|&other| other == costs),
        });
    }
    let mut details = [0; DETAILS];
    details[0] = purpose.plan;
    details[1] = purpose.options;
    pack(purpose.table.graph(), &mut details[2..]);
    let all = tell(wire, ranks, &details, crowded);
    let all: Vec<_> = all.chunks_exact(DETAILS).collect();
    Err(Error::setup(difference(&all, rank, purpose.table.graph()), None))
}

/// Waits until all ranks have come to leave.
pub(super) fn leave(wire: &Wire, ranks: u32) {
    loop {
        let told = tell(wire, ranks, &[LEAVING, 0, 0], true);
        if told.iter().step_by(NUMBERS).all(|&number| number == LEAVING) {
            break;
        }
        tell(wire, ranks, &[LEAVING; DETAILS], true);
    }
}

/// What all ranks tell.
pub(super) fn tell(wire: &Wire, ranks: u32, mine: &[u64], crowded: bool) -> Vec<u64> {
    let mut gathering = wire.gather(mine, ranks as usize);
    let mut idle = Idle::new(crowded, crowded);
    loop {
        if let Some(all) = gathering.test() {
            return all;
        }
        idle.wait(false);
    }
}

/// What is not the same, in words.
fn difference(all: &[&[u64]], rank: u32, graph: &str) -> String {
    if let Some(gone) = all.iter().position(|details| details[0] == LEAVING) {
        return format!("graph `{graph}` is not run by all ranks: rank {gone} runs no more graphs");
    }
    let name =
        |rank: usize| if rank == 0 && all.is_empty() { String::new() } else { unpack(&all[rank][2..]) };
    let other = |of: fn(&[u64]) -> &[u64]| (1..all.len()).find(|&k| of(all[k]) != of(all[0]));
    if let Some(k) = other(|details| &details[2..]) {
        return format!(
            "the ranks do not run the same graph: rank 0 runs `{}`, and rank {k} runs `{}`",
            name(0),
            name(k)
        );
    }
    if let Some(k) = other(|details| &details[1..2]) {
        return format!(
            "the ranks do not run graph `{graph}` with the same options: rank {k} has others than rank 0"
        );
    }
    let k = other(|details| &details[..1]).unwrap_or(rank as usize);
    format!(
        "graph `{graph}` is not the same on all ranks: its table, the version of dag-runtime or the ranks \
         given by `on` are others on rank {k} than on rank 0"
    )
}

/// The first bytes of a name as numbers.
fn pack(name: &str, words: &mut [u64]) {
    let mut bytes = name.bytes();
    for word in words {
        for shift in (0..64).step_by(8) {
            *word |= u64::from(bytes.next().unwrap_or(0)) << shift;
        }
    }
}

fn unpack(words: &[u64]) -> String {
    let bytes: Vec<u8> =
        words.iter().flat_map(|word| word.to_le_bytes()).take_while(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(plan: u64, options: u64, name: &str) -> [u64; DETAILS] {
        let mut details = [plan, options, 0, 0, 0, 0, 0, 0];
        pack(name, &mut details[2..]);
        details
    }

    #[test]
    fn says_what_differs() {
        let (a, b) = (details(1, 1, "Stats"), details(2, 1, "Heat"));
        assert!(
            difference(&[&a, &a, &b], 0, "Stats").ends_with("rank 0 runs `Stats`, and rank 2 runs `Heat`")
        );
        let other = details(1, 2, "Stats");
        assert!(difference(&[&a, &other], 0, "Stats").ends_with("rank 1 has others than rank 0"));
        let other = details(3, 1, "Stats");
        assert!(difference(&[&a, &a, &other], 0, "Stats").contains("others on rank 2 than on rank 0"));
        let gone = [LEAVING; DETAILS];
        assert!(difference(&[&a, &gone], 0, "Stats").ends_with("rank 1 runs no more graphs"));
    }

    #[test]
    fn names_of_any_length() {
        let long = "a".repeat(100);
        for (name, kept) in [("", ""), ("Stats", "Stats"), ("Größe", "Größe"), (&long, &long[..48])] {
            let mut words = [0; DETAILS - 2];
            pack(name, &mut words);
            assert_eq!(unpack(&words), kept);
        }
    }
}
