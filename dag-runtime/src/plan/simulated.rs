//! The result of a simulation.

use alloc::vec::Vec;

/// When and where each task runs.
#[derive(Clone, Debug, Default)]
pub(super) struct SimulatedRun {
    pub(super) starts: Vec<u64>,
    pub(super) finishes: Vec<u64>,
    /// The workers that start the tasks.
    pub(super) workers: Vec<u32>,
    /// All tasks, in the order of their starts.
    pub(super) order: Vec<u32>,
    /// The parts of divided tasks, in the order of their starts.
    pub(super) parts: Vec<Part>,
    /// How long each worker has tasks, for workers that get any.
    pub(super) busy: Vec<u64>,
    pub(super) makespan: u64,
}

/// Some elements of a task with `each`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) task: u32,
    pub(super) worker: u32,
    pub(super) start: u64,
    pub(super) finish: u64,
}
