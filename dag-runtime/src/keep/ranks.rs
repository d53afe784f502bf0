//! Runs of several ranks with a store. All of them make the same plan, of what all of them have found. What the run needs of an
//! output that was found, each rank reads by itself.

use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::Ordering;

use super::counts::Counts;
use super::job::KeptJob;
use super::keys::Keys;
use super::plan::{AT_START, Fate, Fates, Plan, Planner, bytes};
use crate::error::Outcome;
use crate::graph::KeptGraph;
use crate::key::{TaskKey, collect, collect_and_check};
use crate::slot::Codec;
use crate::store::{Content, Digest, Found, Hold, Part, Store};

/// What a rank knows before a run.
pub(crate) struct Findings<'run, J: ?Sized> {
    graph: &'run J,
    store: &'run Store,
    keys: Keys<'run>,
    /// What the store has of each task.
    found: Vec<Option<Found>>,
    hold: Option<Hold>,
    /// The tasks whose outputs were put into their slots.
    stored: Vec<bool>,
}

/// A plan that all ranks make alike, and what this one does for it.
pub(crate) struct RankPlan {
    fates: Fates,
    hits: Vec<(u32, Found)>,
    /// The tasks that may be called.
    pub(crate) runs: Vec<bool>,
    /// The tasks whose outputs this rank cannot read although it needs them.
    pub(crate) unreadable: Vec<u32>,
}

impl<'run, J: KeptGraph + ?Sized> Findings<'run, J> {
    /// Finds the keys that are known before the run.
    pub(crate) fn new(graph: &'run J, store: &'run Store) -> Self {
        let keys = Keys::new(graph.table(), graph.kept_lines(), store);
        let tasks = graph.table().len();
        let findings =
            Findings { graph, store, keys, found: vec![None; tasks], hold: None, stored: vec![false; tasks] };
        findings.planner().find_keys();
        findings
    }

    fn planner(&self) -> Planner<'_, 'run, J> {
        Planner { graph: self.graph, store: self.store, keys: &self.keys }
    }

    /// The key of a task as far as it tells keys of different ranks apart.
    pub(crate) fn key_word(&self, task: u32) -> u64 {
        match self.keys.get(task) {
            Some(Digest(bytes)) => u64::from_le_bytes(bytes[..8].try_into().unwrap_or_default()),
            None => self.keys.is_keyless(task).into(),
        }
    }

    /// The parts of the key of a task.
    pub(crate) fn parts(&self, task: u32) -> Option<Vec<Part>> {
        let mut key = TaskKey::new(self.graph.table(), &self.keys);
        Some(self.keys.parts(self.graph, task, &mut key)?.list())
    }

    /// Looks up all outputs, and keeps them from `gc`s.
    pub(crate) fn look_up(&mut self) {
        self.store.refresh();
        let planner = self.planner();
        let mut found = planner.find();
        let hold = planner.hold(&mut found);
        (self.found, self.hold) = (found, Some(hold));
    }

    pub(crate) fn is_found(&self, task: u32) -> bool {
        self.found[task as usize].is_some()
    }

    /// Some rank has not found the output of this task, or cannot read it.
    pub(crate) fn forget(&mut self, task: u32) {
        self.found[task as usize] = None;
        if core::mem::take(&mut self.stored[task as usize]) {
            self.graph.slots().release_before_run(self.graph.view().place(task));
        }
    }

    /// Plans the run. `needed` tells which outputs this rank needs, given which tasks may be called: those that were found are put
    /// into their slots, until there are many bytes of them.
    pub(crate) fn plan(&mut self, needed: impl FnOnce(&[bool]) -> Vec<bool>) -> RankPlan {
        let (fates, hits) = self.planner().decide(&self.found, |_, _| Some(Fate::Reads));
        let runs: Vec<bool> = (0..self.graph.table().len() as u32)
            .map(|task| matches!(fates.of(task), Fate::Runs | Fate::Asks))
            .collect();
        let needed = needed(&runs);
        let (mut unreadable, mut bytes) = (Vec::new(), 0);
        for &(task, found) in &hits {
            if fates.of(task) != Fate::Reads {
                continue;
            }
            let is_stored = self.stored[task as usize];
            if !needed[task as usize] {
                fates.set(task, Fate::Found);
            } else if is_stored || bytes + found.bytes <= AT_START {
                bytes += found.bytes;
                if is_stored || self.planner().decode(task).is_some() {
                    self.stored[task as usize] = true;
                    fates.set(task, Fate::Stored);
                } else {
                    unreadable.push(task);
                }
            } else if !self.planner().can_be_read(task) {
                unreadable.push(task);
            }
        }
        RankPlan { fates, hits, runs, unreadable }
    }

    /// The job of the run. `is_own` tells which tasks run on this rank.
    pub(crate) fn into_job(
        self,
        plan: RankPlan,
        counts: &'run Counts<'run>,
        is_own: impl Fn(u32) -> bool,
    ) -> RankJob<'run, J> {
        let mut used = Vec::new();
        for (task, found) in &plan.hits {
            let bytes = if plan.fates.of(*task) == Fate::Found { 0 } else { found.bytes };
            if is_own(*task) {
                counts.hit(found, bytes);
                used.extend(self.keys.get(*task).copied());
            } else {
                counts.read(bytes as usize);
            }
        }
        self.store.used(&used);
        let is_late = |task| self.keys.get(task).is_none() && !self.keys.is_keyless(task);
        let late = (0..self.graph.table().len() as u32).map(is_late).collect();
        let hold = self.hold.unwrap_or_else(|| self.store.hold(&[]));
        let kept = Plan { fates: plan.fates, hits: plan.hits, _hold: hold };
        let job = KeptJob::planned(self.graph, self.store, self.keys, kept, counts);
        RankJob { job, runs: plan.runs, late }
    }
}

/// Where a rank finds the output of a task that is not called on any rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In its slot.
    Slot,
    /// In the store.
    Store,
    /// Nowhere: it does not need it.
    Nowhere,
}

/// What others have to know of a task that has finished: whether it depends on an `Err` that was caught, and its key, if that was
/// not known before the run.
pub(crate) type News = (bool, Option<Digest>);

/// The job of one rank.
pub(crate) struct RankJob<'run, J: ?Sized> {
    pub(crate) job: KeptJob<'run, J>,
    runs: Vec<bool>,
    /// The tasks whose keys are found while the run goes on.
    late: Vec<bool>,
}

impl<J: KeptGraph + ?Sized> RankJob<'_, J> {
    /// Whether a task may be called.
    #[inline]
    pub(crate) fn may_run(&self, task: u32) -> bool {
        self.runs[task as usize]
    }

    /// Whether another rank than its own may run a task, or elements of it: one that knows its key.
    pub(crate) fn may_run_elsewhere(&self, task: u32) -> bool {
        self.may_run(task) && !self.late[task as usize]
    }

    /// Where the output of a task is that is not called.
    pub(crate) fn place(&self, task: u32) -> Place {
        match self.job.plan.fates.of(task) {
            Fate::Stored => Place::Slot,
            Fate::Reads => Place::Store,
            _ => Place::Nowhere,
        }
    }

    /// Reads the output of a task that is in the store.
    ///
    /// # Errors
    ///
    /// Fails if it is there no longer.
    pub(crate) fn read(&self, task: u32) -> Outcome<(&'static Codec, Vec<u8>)> {
        let (codec, content) = self.job.content(task)?;
        if let Content::Output(bytes) = content {
            return Ok((codec, bytes));
        }
        Ok((codec, bytes(&content, self.job.graph.view().place(task))?.to_vec()))
    }

    /// Decodes the output of a task of another rank, and notes the files in it. An output from the store is to have those that it
    /// was kept with.
    pub(crate) fn decoding(&self, task: u32, from_store: bool, decode: &mut dyn FnMut()) {
        let ((), files) = if from_store { collect_and_check(decode) } else { collect(decode) };
        self.job.keys.files.in_output(task, files);
    }

    /// What others have to know of a task that has finished.
    #[inline]
    pub(crate) fn news(&self, task: u32) -> Option<News> {
        if !self.job.asks && !self.job.any_tainted.load(Ordering::Relaxed) {
            return None;
        }
        let key = self.job.keys.get(task).copied().filter(|_| self.late[task as usize]);
        let tainted = self.job.is_tainted(task);
        (tainted || key.is_some()).then_some((tainted, key))
    }

    /// Another rank has said this of a task.
    pub(crate) fn hear(&self, task: u32, (tainted, key): News) {
        if tainted {
            self.job.taint(task);
        }
        if let Some(key) = key {
            self.job.keys.set(task, key);
        }
    }
}
