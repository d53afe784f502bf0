//! In a run with a store: which outputs a rank needs of those that were found.

use alloc::vec;
use alloc::vec::Vec;

use super::plan::{Plan, Receivers};
use crate::table::View;

impl Plan {
    /// The outputs that a rank, whose plan this is, needs where these tasks may run: of its own tasks, of the run, and what it keeps
    /// for tasks that it is lent.
    pub(crate) fn needed(&self, view: &View, receivers: Receivers, rank: u32, runs: &[bool]) -> Vec<bool> {
        let mut needed = vec![false; view.len()];
        for task in 0..view.len() as u32 {
            let k = task as usize;
            needed[k] |= receivers.contain(rank) && view.place(task).line.output;
            needed[k] |= self.retained[k] && self.keeps(rank, task);
            if runs[k] && self.homes[k] == rank {
                view.reads_of(task).iter().for_each(|&read| needed[read as usize] = true);
            }
        }
        needed
    }
}
