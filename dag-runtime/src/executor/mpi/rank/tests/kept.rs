//! Runs with a store: some outputs were found, and what only these use has none.

use alloc::vec;
use alloc::vec::Vec;

use super::network::Random;
use super::trial::{CODECS, TASKS, output, sum};
use crate::error::Outcome;
use crate::executor::mpi::placement::{Plan, Receivers};
use crate::executor::mpi::rank::{KeptOutput, KeptTasks};
use crate::slot::Codec;
use crate::table::Table;

/// What all ranks have planned, and what one of them needs.
pub(super) struct Kept {
    runs: Vec<bool>,
    found: Vec<bool>,
    needed: Vec<bool>,
}

impl Kept {
    pub(super) fn new(table: &'static Table, seed: u64, plan: &Plan, rank: u32) -> Self {
        let view = table.view();
        let mut random = Random(seed ^ 0x5707);
        let [mut runs, mut found, mut is_read, mut is_waited_for, mut has_readers] =
            [(); 5].map(|()| vec![false; TASKS]);
        let reads = |task: usize| view.reads_of(task as u32).iter().map(|&read| read as usize);
        (0..TASKS).flat_map(reads).for_each(|read| has_readers[read] = true);
        for task in (0..TASKS).rev() {
            let is_hit = random.below(3) == 0;
            let is_read = &mut is_read;
            is_read[task] |= view.place(task as u32).line.output;
            if !is_read[task] && !is_waited_for[task] && has_readers[task] {
                continue;
            }
            (found[task], runs[task]) = (is_hit && is_read[task], !is_hit);
            if runs[task] {
                reads(task).for_each(|read| is_read[read] = true);
                view.dependencies_of(task as u32)
                    .iter()
                    .for_each(|&other| is_waited_for[other as usize] = true);
            }
        }
        let needed = plan.needed(view, Receivers::All, rank, &runs);
        Kept { runs, found, needed }
    }

    /// Whether a task may be called.
    pub(super) fn runs(&self, task: u32) -> bool {
        self.runs[task as usize]
    }

    fn output(&self, task: u32) -> KeptOutput {
        match (self.found[task as usize] && self.needed[task as usize], task % 2) {
            (false, _) => KeptOutput::None,
            (true, 0) => KeptOutput::InSlot,
            (true, _) => KeptOutput::InStore,
        }
    }

    /// How many outputs are taken from the store on this rank, and how many tasks are not needed by any.
    pub(super) fn counts(&self) -> (usize, usize) {
        let taken = (0..TASKS as u32).filter(|&task| self.output(task) != KeptOutput::None);
        let unneeded = (0..TASKS).filter(|&task| !self.runs[task] && !self.found[task]);
        (taken.count(), unneeded.count())
    }
}

/// The output of each task.
pub(super) fn outputs(table: &'static Table) -> Vec<Vec<u64>> {
    let mut outputs: Vec<Vec<u64>> = Vec::new();
    for task in 0..TASKS as u32 {
        let inputs = table.view().reads_of(task).iter().map(|&read| sum(&outputs[read as usize]));
        outputs.push(output(task, inputs.fold(0, u64::wrapping_add)));
    }
    outputs
}

/// A rank's plan, with all outputs.
pub(super) struct KeptRank {
    pub(super) kept: Kept,
    pub(super) outputs: Vec<Vec<u64>>,
}

impl KeptTasks for KeptRank {
    fn may_run(&self, task: u32) -> bool {
        self.kept.runs(task)
    }

    fn may_be_lent(&self, task: u32) -> bool {
        self.may_run(task)
    }

    fn output(&self, task: u32) -> KeptOutput {
        self.kept.output(task)
    }

    fn read(&self, task: u32) -> Outcome<(&'static Codec, Vec<u8>)> {
        let codec = CODECS[task as usize].as_ref().ok_or("it has a codec")?;
        Ok((codec, self.outputs[task as usize].iter().flat_map(|number| number.to_ne_bytes()).collect()))
    }

    fn decoding(&self, _: u32, _: bool, decode: &mut dyn FnMut()) {
        decode();
    }

    fn news(&self, task: u32) -> Vec<u8> {
        // Of some tasks there is something to be said.
        if task.is_multiple_of(7) { vec![task as u8; 33] } else { Vec::new() }
    }

    fn hear(&self, task: u32, news: &[u8]) {
        assert_eq!(news, self.news(task));
    }
}
