//! Outputs that a rank is sent anyway, and that tasks on loan to it wait for.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

/// Outputs that very many tasks read are kept to the end of a run by all ranks that have them, and do not go with a loan.
#[derive(Default)]
pub(super) struct Retained {
    /// For each of these outputs, the tasks on loan that wait for it.
    waiting: BTreeMap<u32, Vec<u32>>,
    /// Those that will never be here.
    missed: BTreeSet<u32>,
}

impl Retained {
    /// Whether an output will never be here.
    pub(super) fn is_missed(&self, output: u32) -> bool {
        self.missed.contains(&output)
    }

    /// A task waits for an output.
    pub(super) fn wait(&mut self, output: u32, task: u32) {
        self.waiting.entry(output).or_default().push(task);
    }

    /// Whether any task waits.
    #[inline]
    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// An output is here. Gives those that wait for it.
    pub(super) fn is_there(&mut self, output: u32) -> Vec<u32> {
        self.waiting.remove(&output).unwrap_or_default()
    }

    /// An output will never be here. Gives those that wait for it.
    pub(super) fn will_not_be(&mut self, output: u32) -> Vec<u32> {
        self.missed.insert(output);
        self.is_there(output)
    }
}
