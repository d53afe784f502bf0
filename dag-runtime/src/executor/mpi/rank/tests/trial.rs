//! A job for tests: each task makes an output of those that it reads, and its runs are counted.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use core::time::Duration;
use std::thread::sleep;

use super::kept::KeptRank;
use super::network::{Random, is_sending};
use crate::error::Outcome;
use crate::executor::mpi::rank::{KeptOutput, KeptTasks};
use crate::graph::Job;
use crate::slot::{Codec, Cx, Finished, PlainOf, Position, Slot, Slots, Task, release_of};
use crate::stop::Stop;
use crate::table::{Line, RawEdge, SharedTable, Table, Use};

pub(super) const TASKS: usize = 60;

pub(super) struct Value;

impl Task for Value {
    type Output = Vec<u64>;
}

pub(super) type Array = [Slot<Value>; TASKS];

pub(super) static CODECS: [Option<Codec>; TASKS] = [PlainOf::<Vec<u64>>::CODEC; TASKS];

/// What a run is to be like.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) ranks: u32,
    pub(super) keep_going: bool,
    /// Whether ranks help each other; then rank 0 gets to run less often than the others.
    pub(super) dynamic: bool,
    pub(super) failing: BTreeSet<u32>,
    /// Stops the run after this many tasks.
    pub(super) stop_after: Option<u32>,
    /// Whether tasks are long.
    pub(super) slow: bool,
    /// How many further runs follow on the same connections.
    pub(super) more_runs: u32,
    /// Whether some outputs were found in a store.
    pub(super) kept: bool,
}

/// What has become of the tasks on all ranks.
pub(super) struct Ledger<'a> {
    pub(super) plan: &'a Plan,
    pub(super) stop: Stop,
    /// How often each task has run, and on which rank at last.
    pub(super) runs: Vec<AtomicU32>,
    pub(super) on: Vec<AtomicU32>,
    /// The tasks that take an output by value, with that.
    pub(super) moves: Vec<(u32, u32)>,
}

impl Ledger<'_> {
    /// How many tasks have run.
    pub(super) fn count(&self) -> u32 {
        self.runs.iter().map(|runs| runs.load(SeqCst)).sum()
    }
}

/// The job of one rank.
pub(super) struct Trial<'a> {
    pub(super) rank: u32,
    pub(super) table: SharedTable,
    pub(super) slots: &'a Array,
    pub(super) ledger: &'a Ledger<'a>,
    pub(super) finished: Finished,
    /// In a run with a store.
    pub(super) kept: Option<KeptRank>,
}

/// The output of a task: short, so long that two do not fit into a message, or too long for one.
pub(super) fn output(task: u32, inputs: u64) -> Vec<u64> {
    let len = match task % 4 {
        1 => 700,
        3 => 300,
        _ => 1 + task % 3,
    };
    (0..u64::from(len))
        .map(|k| (inputs ^ u64::from(task)).wrapping_mul(0x0000_0100_0000_01b3).wrapping_add(k))
        .collect()
}

pub(super) fn sum(outputs: &[u64]) -> u64 {
    outputs.iter().fold(0, |sum, &output| sum.wrapping_add(output))
}

impl Trial<'_> {
    /// Stores the outputs that are taken from the store before the run.
    pub(super) fn store_kept(&self) {
        for task in 0..TASKS as u32 {
            if self.kept.as_ref().is_some_and(|kept| kept.output(task) == KeptOutput::InSlot) {
                let position = Position::new();
                #[allow(unsafe_code)]
                // SAFETY: the run has not begun, and the task stores no output.
                let cx = unsafe { Cx::new(&position) };
                self.put_kept(task, &cx);
            }
        }
    }

    fn put_kept(&self, task: u32, cx: &Cx<'_>) {
        let output = self.kept.as_ref().map(|kept| kept.outputs[task as usize].clone());
        let _ = self.slots[task as usize].put(cx, Ok(output.unwrap_or_default()));
    }

    fn read(&self, task: u32, read: u32, cx: &Cx<'_>) -> u64 {
        let slot = &self.slots[read as usize];
        if !self.ledger.moves.contains(&(task, read)) {
            return sum(slot.get(cx));
        }
        assert!(!is_sending(self.rank, read), "an output is moved while it is sent");
        let mut taken = slot.take(cx, false);
        let sum = sum(&taken);
        taken.fill(0);
        sum
    }
}

impl Job for Trial<'_> {
    fn shared_table(&self) -> &SharedTable {
        &self.table
    }

    fn call(&self, task: u32, cx: &Cx<'_>) -> Outcome<()> {
        let ledger = self.ledger;
        if ledger.plan.slow {
            sleep(Duration::from_millis(2));
        }
        if ledger.plan.stop_after.is_some_and(|most| ledger.count() >= most) {
            ledger.stop.stop();
        }
        ledger.runs[task as usize].fetch_add(1, SeqCst);
        ledger.on[task as usize].store(self.rank, SeqCst);
        if let Some(kept) = self.kept.as_ref().filter(|kept| !kept.may_run(task)) {
            if kept.output(task) == KeptOutput::InStore {
                self.put_kept(task, cx);
            }
            return Ok(());
        }
        let reads = self.table.view().reads_of(task).iter();
        let inputs = reads.map(|&read| self.read(task, read, cx)).fold(0, u64::wrapping_add);
        if ledger.plan.failing.contains(&task) {
            return Err(format!("task {task} fails").into());
        }
        let written = self.slots[task as usize].put(cx, Ok(output(task, inputs)))?;
        self.finished.insert(task, &written);
        Ok(())
    }

    fn finished(&self) -> Option<&Finished> {
        Some(&self.finished)
    }

    fn slots(&self) -> Slots<'_> {
        Slots::of(self.slots)
    }
}

/// Edges of all kinds, among them to one task that very many read. Some outputs are moved after all others have read them.
fn edges(seed: u64) -> Vec<RawEdge> {
    let mut random = Random(seed);
    let mut edges = Vec::new();
    for task in 1..TASKS as u32 {
        let mut before = BTreeSet::new();
        if task % 2 == 0 && task > 4 {
            before.insert(1);
        }
        before.extend((0..random.below(4)).map(|_| random.below(task as usize) as u32));
        for to in before {
            let how = if random.below(4) == 0 { Use::Order } else { Use::Borrow };
            edges.push(RawEdge { node: task, to, how, ..RawEdge::EMPTY });
        }
    }
    for output in (0..TASKS as u32).filter(|&output| !is_output(output)) {
        let reads = |edge: &RawEdge| edge.to == output && edge.how == Use::Borrow;
        let mut readers: Vec<u32> = edges.iter().filter(|edge| reads(edge)).map(|edge| edge.node).collect();
        let Some(taker) = readers.pop().filter(|_| random.below(3) > 0) else { continue };
        let before = upstream(&edges, taker);
        for reader in readers.into_iter().filter(|reader| !before.contains(reader)) {
            edges.push(RawEdge { node: taker, to: reader, how: Use::Order, ..RawEdge::EMPTY });
        }
        edges
            .iter_mut()
            .filter(|edge| edge.node == taker && reads(edge))
            .for_each(|edge| edge.how = Use::Value);
        edges.sort_by_key(|edge| edge.node);
    }
    edges
}

/// The tasks that a task depends on.
fn upstream(edges: &[RawEdge], task: u32) -> BTreeSet<u32> {
    let mut all = BTreeSet::from([task]);
    // They depend on tasks with lower numbers.
    for node in (0..=task).rev() {
        if all.contains(&node) {
            all.extend(edges.iter().filter(|edge| edge.node == node).map(|edge| edge.to));
        }
    }
    all
}

fn is_output(task: u32) -> bool {
    task % 10 == 7
}

/// The tasks that take an output by value, with that.
pub(super) fn moves(seed: u64) -> Vec<(u32, u32)> {
    let is_move = |edge: &RawEdge| edge.how == Use::Value;
    edges(seed).into_iter().filter(is_move).map(|edge| (edge.node, edge.to)).collect()
}

/// A graph with these edges, and outputs.
pub(super) fn table(seed: u64) -> &'static Table {
    let nodes = (0..TASKS as u32).map(|task| Line {
        name: format!("t{task}").leak(),
        cost: 1,
        output: is_output(task),
        offset: task as usize * size_of::<Slot<Value>>(),
        release: release_of::<Vec<u64>>(),
        ..Line::EMPTY
    });
    Table::leak("Network", nodes.collect(), edges(seed))
}
