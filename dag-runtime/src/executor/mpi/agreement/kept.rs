//! Runs with a store: how ranks agree on what was found there.
//!
//! They make sure that all see one folder and have the same keys. What not all have found, as on a file system that shows new
//! entries late, is found by none. Each then reads what it needs, and what one of them cannot read is found by none either.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::error::Error;
use crate::executor::mpi::collective::{exchange, settle, tell};
use crate::executor::mpi::hash::Hash;
use crate::executor::mpi::placement::{Plan, Receivers};
use crate::executor::mpi::protocol::connection::Connection;
use crate::graph::KeptGraph;
use crate::keep::{Findings, RankPlan};
use crate::store::{Part, Store};
use crate::table::View;

/// Agrees with all ranks on the plan of a run.
///
/// # Errors
///
/// Fails on all ranks if they do not see one folder, or have other keys.
pub(crate) fn agree<J: KeptGraph + ?Sized>(
    connection: &mut Connection,
    (rank, crowded): (u32, bool),
    (graph, store): (&J, &Store),
    findings: &mut Findings<'_, J>,
    (plan, receivers): (&Plan, Receivers),
) -> Result<RankPlan, Error> {
    let view = graph.view();
    let mut ranks = Ranks { connection, rank, crowded };
    let agreed = ranks.same_keys(graph, findings).and_then(|()| ranks.same_folder(store));
    if let Err(text) = agreed {
        // Answers to ranks that asked may still be under way.
        settle(ranks.connection);
        let text = format!("graph `{}` cannot run with its store: {text}", graph.table().graph());
        return Err(Error::setup(text, None).told_by(0, rank as usize));
    }
    findings.look_up();
    let kept: Vec<u32> =
        view.serial_order().iter().copied().filter(|&task| is_kept(graph, view, task)).collect();
    for task in ranks.union(&kept, |task| !findings.is_found(task)) {
        findings.forget(task);
    }
    loop {
        let planned = findings.plan(|runs| plan.needed(view, receivers, rank, runs));
        // No message of the run may arrive before all have come here.
        let is_any = |all: Vec<u64>| all.into_iter().any(|count| count > 0);
        if !is_any(ranks.tell(&[planned.unreadable.len() as u64])) {
            return Ok(planned);
        }
        for task in ranks.union(&kept, |task| planned.unreadable.contains(&task)) {
            findings.forget(task);
        }
    }
}

fn is_kept(graph: &(impl KeptGraph + ?Sized), view: &View, task: u32) -> bool {
    graph.kept_lines()[view.line(task) as usize].codec.is_some()
}

/// All ranks, as this one speaks to them before a run.
struct Ranks<'a> {
    connection: &'a mut Connection,
    rank: u32,
    crowded: bool,
}

impl Ranks<'_> {
    fn tell(&mut self, numbers: &[u64]) -> Vec<u64> {
        tell(self.connection, numbers, self.crowded)
    }

    /// The tasks, of these, for which this holds on any rank.
    fn union(&mut self, tasks: &[u32], holds: impl Fn(u32) -> bool) -> Vec<u32> {
        let word = |tasks: &[u32]| (0..).zip(tasks).map(|(bit, &task)| u64::from(holds(task)) << bit).sum();
        let mine: Vec<u64> = tasks.chunks(64).map(word).collect();
        if mine.is_empty() {
            return Vec::new();
        }
        let told = self.tell(&mine);
        let mut all = vec![0; mine.len()];
        for of_rank in told.chunks_exact(mine.len()) {
            all.iter_mut().zip(of_rank).for_each(|(all, word)| *all |= word);
        }
        let is_in = |&(place, _): &(usize, &u32)| all[place / 64] >> (place % 64) & 1 == 1;
        tasks.iter().enumerate().filter(is_in).map(|(_, &task)| task).collect()
    }

    /// Makes sure that all ranks have the same keys.
    fn same_keys<J: KeptGraph + ?Sized>(
        &mut self,
        graph: &J,
        findings: &Findings<'_, J>,
    ) -> Result<(), String> {
        let order = graph.view().serial_order();
        // For each task, a hash of the keys of all before it.
        let mut hash = Hash::new();
        let mut hashes = vec![hash.finish()];
        hashes.extend(order.iter().map(|&task| {
            hash.add(findings.key_word(task));
            hash.finish()
        }));
        let other = |all: &[u64]| all.iter().position(|&of_rank| of_rank != all[0]);
        let Some(mut other_rank) = other(&self.tell(&[hash.finish()])) else { return Ok(()) };
        // Those before the first one are the same, and those before the second one are not.
        let (mut same, mut differ) = (0, order.len());
        while differ - same > 1 {
            let middle = same.midpoint(differ);
            match other(&self.tell(&[hashes[middle]])) {
                None => same = middle,
                Some(rank) => (differ, other_rank) = (middle, rank),
            }
        }
        let task = order[same];
        let name = graph.table().task(task as usize).map_or_else(String::new, |task| task.name().to_string());
        let part = self.other_part(findings.parts(task).unwrap_or_default(), other_rank);
        let part = part.map_or_else(|| "what counts for".into(), |part| format!("{part} of"));
        Err(format!(
            "{part} task `{name}` is not the same on rank {other_rank} as on rank 0: inputs and code have to be the same \
             on all ranks"
        ))
    }

    /// The name of the first of these parts of a key that is another one on this rank than on rank 0.
    fn other_part(&mut self, parts: Vec<Part>, other: usize) -> Option<String> {
        let report = postcard::to_allocvec(&parts).unwrap_or_default();
        let lens = self.tell(&[report.len() as u64]);
        let mut reports = exchange(self.connection, self.rank, &lens, report, Receivers::All);
        let mut of = |rank: usize| -> Vec<Part> {
            if rank == self.rank as usize {
                return parts.clone();
            }
            postcard::from_bytes(&reports[rank].take().unwrap_or_default()).unwrap_or_default()
        };
        let (first, other) = (of(0), of(other));
        first.into_iter().zip(other).find(|(first, other)| first != other).map(|(_, other)| other.name)
    }

    /// Makes sure that all ranks see the folder of rank 0.
    fn same_folder(&mut self, store: &Store) -> Result<(), String> {
        let made = if self.rank == 0 { store.make_identity() } else { None };
        let [low, high] = halves(made.unwrap_or_default());
        let told = self.tell(&[made.is_some().into(), low, high]);
        let of_rank_0 = [told[1], told[2]];
        // Without an id, nobody can tell.
        let is_same = told[0] == 0 || self.rank == 0 || store.has_identity(whole(of_rank_0));
        let told = self.tell(&[is_same.into()]);
        let Some(other) = told.iter().position(|&is_same| is_same == 0) else { return Ok(()) };
        let path = self.text_of(other, &store.folder().to_string_lossy());
        Err(format!(
            "rank {other} sees another folder in `{path}` than rank 0: all ranks need one that they share"
        ))
    }

    /// The text of one rank, where all have one.
    fn text_of(&mut self, source: usize, mine: &str) -> String {
        let is_mine = source == self.rank as usize;
        let report = if is_mine { mine.as_bytes().to_vec() } else { Vec::new() };
        let lens = self.tell(&[report.len() as u64]);
        let mut reports = exchange(self.connection, self.rank, &lens, report, Receivers::All);
        if is_mine {
            return mine.into();
        }
        String::from_utf8_lossy(&reports[source].take().unwrap_or_default()).into_owned()
    }
}

fn halves(id: [u8; 16]) -> [u64; 2] {
    let id = u128::from_le_bytes(id);
    [id as u64, (id >> 64) as u64]
}

fn whole([low, high]: [u64; 2]) -> [u8; 16] {
    (u128::from(low) | u128::from(high) << 64).to_le_bytes()
}
