//! Graphs with `keep`, as runs with a store see them.

use super::{Frame, Job, PartialFrame, RawGraph};
use crate::key::TaskKey;
use crate::slot::KeptLine;

/// The job of a graph with `keep`.
pub(crate) trait KeptGraph: Job {
    /// Writes what counts for the key of a task by its own line.
    fn write_key(&self, task: u32, key: &mut TaskKey<'_>);
    /// What the keys of each line count, and how its outputs are encoded.
    fn kept_lines(&self) -> &'static [KeptLine];
}

impl<G: RawGraph> KeptGraph for Frame<'_, G> {
    fn write_key(&self, task: u32, key: &mut TaskKey<'_>) {
        G::key(self.inputs, task, key);
    }

    fn kept_lines(&self) -> &'static [KeptLine] {
        G::KEPT
    }
}

impl<G: RawGraph> KeptGraph for PartialFrame<'_, G> {
    fn write_key(&self, task: u32, key: &mut TaskKey<'_>) {
        self.frame().write_key(task, key);
    }

    fn kept_lines(&self) -> &'static [KeptLine] {
        G::KEPT
    }
}
