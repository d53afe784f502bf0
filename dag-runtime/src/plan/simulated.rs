//! The result of a simulation.

use alloc::vec::Vec;

/// When and where each task runs.
#[derive(Clone, Debug, Default)]
pub(super) struct SimulatedRun {
    pub(super) starts: Vec<u64>,
    pub(super) finishes: Vec<u64>,
    /// Those that begin the tasks.
    pub(super) workers: Vec<u32>,
    /// All tasks, as they start.
    pub(super) order: Vec<u32>,
    /// The parts of tasks that are divided, as they start.
    pub(super) parts: Vec<Part>,
    /// For how long each worker has tasks, of those that get any.
    pub(super) busy: Vec<u64>,
    pub(super) makespan: u64,
}

/// Some elements of a task that runs once for each of several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) task: u32,
    pub(super) worker: u32,
    pub(super) start: u64,
    pub(super) finish: u64,
}
