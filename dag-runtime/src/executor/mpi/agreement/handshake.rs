//! How ranks agree before a run on the graph, on the version of this crate, and on the options.
//!
//! Each rank sends one number to all others. If all numbers are equal, the run starts. If not, each rank sends what it
//! has come for, and all fail with the same error. A rank that leaves for good takes part too, so that a rank that runs
//! one graph more than the others gets an error instead of waiting forever. So does a rank that cannot start the run:
//! its reason becomes the error of all ranks.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::error::Error;
use crate::executor::mpi::agreement::difference::{Details, difference};
use crate::executor::mpi::agreement::refusal::Refusal;
use crate::executor::mpi::agreement::roll_call::{RollCall, Starts};
use crate::executor::mpi::collective::{exchange, settle, tell};
use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::placement::Receivers;
use crate::executor::mpi::protocol::connection::Connection;
use crate::table::Table;

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
    /// Whether the run returns the outputs that are there if it fails.
    pub(crate) partial: bool,
    /// Whether there is an observer on this rank.
    pub(crate) observed: bool,
    /// Whether the run can be stopped on this rank.
    pub(crate) stops: bool,
    /// Whether outputs are kept on this rank.
    pub(crate) keeps: bool,
    /// The hash of the costs that were given on this rank; 0 if none were.
    pub(crate) costs: u64,
}

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
    let options = purpose.options & !Details::PARTIAL | if purpose.partial { Details::PARTIAL } else { 0 };
    let mine = (purpose.plan ^ options.rotate_left(32)) >> 1;
    let flags = u64::from(purpose.observed) | u64::from(purpose.stops) << 1 | u64::from(purpose.keeps) << 2;
    let graph = purpose.table.graph();
    let told = meet((connection, starts), (rank, ranks), Some(graph), &[mine, flags, purpose.costs], crowded);
    let column = |k: usize| told.iter().skip(k).step_by(NUMBERS);
    if column(0).all(|&number| number == mine) {
        let with_store = |with: bool| column(1).position(|&flags| (flags & 4 != 0) == with);
        if let (Some(with), Some(without)) = (with_store(true), with_store(false)) {
            settle(connection);
            let text = format!(
                "the ranks do not run graph `{graph}` alike: rank {with} runs it with a store, and rank {without} without one"
            );
            return Err(Error::setup(text, None).told_by(0, rank as usize));
        }
        let (costs, any) = (told[2], |bit: u64| column(1).any(|&flags| flags & bit != 0));
        return Ok(Agreed {
            observed: any(1),
            stops: any(2),
            costs,
            same_costs: column(2).all(|&other| other == costs),
        });
    }
    let sizes = purpose.table.sizes().map_or_else(String::new, ToString::to_string).into_bytes();
    let details = Details::of_run([purpose.plan, options, purpose.program], graph, &sizes);
    Err(tell_difference(connection, rank, (graph, Some(purpose.table)), details, sizes))
}

/// Tells all ranks that this one cannot start a run of a graph. Returns the error that all ranks get. The table is none
/// where that is why.
pub(crate) fn refuse(
    (connection, starts): (&mut Connection, &mut Starts),
    (rank, ranks): (u32, u32),
    (graph, table): (&'static str, Option<&Table>),
    refusal: &Refusal,
    crowded: bool,
) -> Error {
    meet((connection, starts), (rank, ranks), Some(graph), &[Details::REFUSING, 0, 0], crowded);
    let refusal = refusal.encode();
    let details = Details::of_refusal(graph, &refusal);
    tell_difference(connection, rank, (graph, table), details, refusal)
}

/// Waits until all ranks leave.
pub(crate) fn leave(connection: &mut Connection, starts: &mut Starts, rank: u32, ranks: u32) {
    loop {
        let told = meet((connection, starts), (rank, ranks), None, &[Details::LEAVING, 0, 0], true);
        if told.iter().step_by(NUMBERS).all(|&number| number == Details::LEAVING) {
            break;
        }
        tell_difference(connection, rank, ("", None), Details::of_leaving(), Vec::new());
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

/// Tells all ranks what this one has come for, with a report: the sizes of the graph, or why it cannot start. Returns the
/// error that all ranks get.
fn tell_difference(
    connection: &mut Connection,
    rank: u32,
    (graph, table): (&'static str, Option<&Table>),
    details: Details,
    report: Vec<u8>,
) -> Error {
    // Answers to ranks that asked may still be under way.
    connection.settle();
    let all = Details::of_all(&tell(connection, details.words(), true));
    let teller = all.iter().position(|details| !details.leaves()).unwrap_or_default();
    let refusing = all.iter().position(Details::refuses);
    let asked: Vec<usize> = match (refusing, Details::other_sizes(&all)) {
        (Some(refusing), _) => [refusing].into(),
        (None, Some(other)) => [0, other].into(),
        (None, None) => Vec::new(),
    };
    let mut reports = of_some(connection, rank, &asked, &all, report).into_iter();
    let error = match refusing {
        Some(_) => Refusal::decode(&reports.next().unwrap_or_default()).error(&all, (graph, table)),
        None => {
            let sizes = reports.map(|sizes| String::from_utf8_lossy(&sizes).into_owned()).collect();
            Error::setup(difference(&all, rank, graph, sizes), None)
        }
    };
    error.told_by(teller, rank as usize)
}

/// The reports of these ranks.
fn of_some(
    connection: &mut Connection,
    rank: u32,
    asked: &[usize],
    all: &[Details],
    report: Vec<u8>,
) -> Vec<Vec<u8>> {
    if asked.is_empty() {
        return Vec::new();
    }
    let is_asked = |other: usize| asked.contains(&other);
    let len = |other: usize| if is_asked(other) { all[other].report_len() } else { 0 };
    let lens: Vec<u64> = (0..all.len()).map(len).collect();
    let mine = if is_asked(rank as usize) { report } else { Vec::new() };
    let mut reports = exchange(connection, rank, &lens, mine.clone(), Receivers::All);
    reports[rank as usize] = Some(mine);
    asked.iter().map(|&other| reports[other].take().unwrap_or_default()).collect()
}
