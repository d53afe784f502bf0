//! How ranks agree before a run on the graph, on the version of this crate, and on the options.
//!
//! Each rank sends one number to all others. If all numbers are equal, the run starts. If not, each rank sends what it
//! has come for, and all fail with the same error. A rank that leaves for good takes part too, so that a rank that runs
//! one graph more than the others gets an error instead of waiting forever. So does a rank that cannot start the run:
//! its reason becomes the error of all ranks.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::error::{Cause, Error, Failure};
use crate::executor::mpi::agreement::roll_call::{RollCall, Starts};
use crate::executor::mpi::collective::{exchange, tell};
use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::placement::Receivers;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::outcome::names;
use crate::table::Table;

/// The number of a rank that runs no more graphs.
const LEAVING: u64 = u64::MAX;
/// The number of a rank that cannot start this run.
const REFUSING: u64 = u64::MAX - 1;

/// How many numbers a rank sends if the first ones differ: three hashes, and 48 bytes of a name. A rank that refuses
/// sends the length of its reason in place of the options.
const DETAILS: usize = 9;
/// The index at which the name begins.
const NAME: usize = 3;

/// What a rank has come to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose<'run> {
    pub(crate) table: &'run Table,
    /// The hash of the graph and the types of its outputs.
    pub(crate) program: u64,
    /// The hash of the same and the placement of its tasks.
    pub(crate) plan: u64,
    /// The hash of the options.
    pub(crate) options: u64,
    /// Whether there is an observer on this rank.
    pub(crate) observed: bool,
    /// Whether the run can be stopped on this rank.
    pub(crate) stops: bool,
    /// The hash of the costs that were given on this rank; 0 if none were.
    pub(crate) costs: u64,
}

/// Why a rank cannot start a run: the task at fault, if there is one, and the reason.
pub(crate) type Refusal = (Option<String>, String);

/// What all ranks have agreed on.
#[derive(Debug)]
pub(crate) struct Agreed {
    /// Whether there is an observer on any rank.
    pub(crate) observed: bool,
    /// Whether the run can be stopped on any rank.
    pub(crate) stops: bool,
    /// The hash of the costs that rank 0 was given; 0 if it was given none.
    pub(crate) costs: u64,
    /// Whether all ranks were given the same costs.
    pub(crate) same_costs: bool,
}

/// How many numbers a rank sends at first.
const NUMBERS: usize = 3;

/// Checks that all ranks have come to run the same.
///
/// # Errors
///
/// Fails on all ranks if they have not.
pub(crate) fn agree(
    (connection, starts): (&mut Connection, &mut Starts),
    (rank, ranks): (u32, u32),
    purpose: &Purpose<'_>,
    crowded: bool,
) -> Result<Agreed, Error> {
    let mine = (purpose.plan ^ purpose.options.rotate_left(32)) >> 1;
    let flags = u64::from(purpose.observed) | u64::from(purpose.stops) << 1;
    let graph = purpose.table.graph();
    let told = meet((connection, starts), (rank, ranks), Some(graph), &[mine, flags, purpose.costs], crowded);
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
    details[..NAME].copy_from_slice(&[purpose.plan, purpose.options, purpose.program]);
    pack(graph, &mut details[NAME..]);
    Err(tell_difference(connection, rank, Some(purpose.table), &details, Vec::new()))
}

/// Tells all ranks that this one cannot start a run. Returns the error that all ranks get.
pub(crate) fn refuse(
    (connection, starts): (&mut Connection, &mut Starts),
    (rank, ranks): (u32, u32),
    table: &Table,
    reason: &Refusal,
    crowded: bool,
) -> Error {
    let graph = table.graph();
    meet((connection, starts), (rank, ranks), Some(graph), &[REFUSING, 0, 0], crowded);
    let reason = postcard::to_allocvec(reason).unwrap_or_default();
    let mut details = [0; DETAILS];
    details[..NAME].copy_from_slice(&[REFUSING, reason.len() as u64, 0]);
    pack(graph, &mut details[NAME..]);
    tell_difference(connection, rank, Some(table), &details, reason)
}

/// Waits until all ranks leave.
pub(crate) fn leave(connection: &mut Connection, starts: &mut Starts, rank: u32, ranks: u32) {
    loop {
        let told = meet((connection, starts), (rank, ranks), None, &[LEAVING, 0, 0], true);
        if told.iter().step_by(NUMBERS).all(|&number| number == LEAVING) {
            break;
        }
        let mut details = [0; DETAILS];
        details[0] = LEAVING;
        tell_difference(connection, rank, None, &details, Vec::new());
    }
}

/// Sends the numbers of this rank when it comes to a run, or leaves for good. Returns those of all ranks.
fn meet(
    (connection, starts): (&mut Connection, &mut Starts),
    (rank, ranks): (u32, u32),
    graph: Option<&str>,
    mine: &[u64],
    crowded: bool,
) -> Vec<u64> {
    starts.begin();
    let mut roll_call = RollCall::new(rank, ranks, graph);
    let mut gathering = connection.transport.gather(mine);
    let mut idle = Idle::new(crowded, crowded);
    loop {
        if let Some(all) = gathering.test() {
            return all;
        }
        idle.wait(false);
        roll_call.attend(connection, starts, &idle);
    }
}

/// Tells all ranks what this one has come for. Returns the error that all ranks get.
fn tell_difference(
    connection: &mut Connection,
    rank: u32,
    table: Option<&Table>,
    details: &[u64; DETAILS],
    reason: Vec<u8>,
) -> Error {
    // Answers to ranks that asked may still be under way.
    connection.settle();
    let all = tell(connection, details, true);
    let all: Vec<_> = all.chunks_exact(DETAILS).collect();
    let stays = |details: &&[u64]| details[0] != LEAVING;
    let teller = all.iter().position(stays).unwrap_or_default();
    let refuses = |details: &&[u64]| details[0] == REFUSING;
    let Some(refusing) = all.iter().position(refuses) else {
        let reason = difference(&all, rank, table.map_or("", Table::graph));
        return Error::setup(reason, None).told_by(teller, rank as usize);
    };
    let lens: Vec<u64> = all.iter().map(|details| if refuses(details) { details[1] } else { 0 }).collect();
    let own = reason.clone();
    let mut reasons = exchange(connection, rank, &lens, reason, Receivers::All);
    let reason = if refusing == rank as usize { Some(own) } else { reasons.swap_remove(refusing) };
    let (task, reason): Refusal = postcard::from_bytes(&reason.unwrap_or_default()).unwrap_or_default();
    let error = match (task, table) {
        (Some(task), Some(table)) => {
            let cause = Cause::of_task(task, Failure::error(reason.into()));
            Error::tasks(table.graph(), vec![cause], names(table, |_| true)).on_rank(refusing)
        }
        _ if all.iter().all(refuses) => Error::setup(reason, None),
        _ => {
            let graph = unpack(&all[refusing][NAME..]);
            Error::setup(format!("graph `{graph}` cannot start on rank {refusing}: {reason}"), None)
        }
    };
    error.told_by(teller, rank as usize)
}

/// Describes what is not the same on all ranks.
fn difference(all: &[&[u64]], rank: u32, graph: &str) -> String {
    if let Some(gone) = all.iter().position(|details| details[0] == LEAVING) {
        return format!("graph `{graph}` is not run by all ranks: rank {gone} runs no more graphs");
    }
    let other = |of: fn(&[u64]) -> &[u64]| (1..all.len()).find(|&k| of(all[k]) != of(all[0]));
    if let Some(k) = other(|details| &details[NAME..]) {
        return format!(
            "the ranks do not run the same graph: rank 0 runs `{}`, and rank {k} runs `{}`",
            unpack(&all[0][NAME..]),
            unpack(&all[k][NAME..])
        );
    }
    if let Some(k) = other(|details| &details[2..3]) {
        return format!(
            "the ranks run different programs: graph `{graph}` is not the same on rank {k} as on rank 0: its tasks, \
             their dependencies, the types of their outputs or the version of dag-runtime differ"
        );
    }
    if let Some(k) = other(|details| &details[1..2]) {
        return format!(
            "the ranks do not run graph `{graph}` with the same options: rank {k} has others than rank 0"
        );
    }
    let k = other(|details| &details[..1]).unwrap_or(rank as usize);
    format!(
        "`on` gives other ranks to tasks of graph `{graph}` on rank {k} than on rank 0: what it computes them from has \
         to be the same on all"
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

    fn details(hashes: [u64; NAME], name: &str) -> [u64; DETAILS] {
        let mut details = [0; DETAILS];
        details[..NAME].copy_from_slice(&hashes);
        pack(name, &mut details[NAME..]);
        details
    }

    #[test]
    fn says_what_differs() {
        let (a, b) = (details([1, 1, 1], "Stats"), details([2, 1, 1], "Heat"));
        assert!(
            difference(&[&a, &a, &b], 0, "Stats").ends_with("rank 0 runs `Stats`, and rank 2 runs `Heat`")
        );
        let other = details([1, 2, 1], "Stats");
        assert!(difference(&[&a, &other], 0, "Stats").ends_with("rank 1 has others than rank 0"));
        let other = details([3, 1, 1], "Stats");
        assert!(difference(&[&a, &a, &other], 0, "Stats").contains("on rank 2 than on rank 0"));
        let other = details([3, 2, 2], "Stats");
        assert!(difference(&[&a, &other], 0, "Stats").starts_with("the ranks run different programs"));
        let gone = [LEAVING; DETAILS];
        assert!(difference(&[&a, &gone], 0, "Stats").ends_with("rank 1 runs no more graphs"));
    }

    #[test]
    fn names_of_any_length() {
        let long = "a".repeat(100);
        for (name, kept) in [("", ""), ("Stats", "Stats"), ("Größe", "Größe"), (&long, &long[..48])] {
            let mut words = [0; DETAILS - NAME];
            pack(name, &mut words);
            assert_eq!(unpack(&words), kept);
        }
    }
}
