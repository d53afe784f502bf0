//! A task in a plan.

use crate::table::TaskRef;

/// When and where a task runs in a [`Plan`](crate::Plan).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedTask<'table> {
    pub(super) task: TaskRef<'table>,
    pub(super) start: u64,
    pub(super) finish: u64,
    pub(super) worker: u32,
    pub(super) is_wanted: bool,
}

impl<'table> PlannedTask<'table> {
    /// The task.
    #[must_use]
    pub fn task(self) -> TaskRef<'table> {
        self.task
    }

    /// When it starts.
    #[must_use]
    pub fn start(self) -> u64 {
        self.start
    }

    /// When it ends: after its cost, or earlier if several workers run its elements.
    #[must_use]
    pub fn finish(self) -> u64 {
        self.finish
    }

    /// Whether it is wanted: whether its name was not given to [`Planner::without`](crate::Planner::without).
    #[must_use]
    pub fn is_wanted(self) -> bool {
        self.is_wanted
    }

    /// The worker that runs it or, if several do, starts it; from 0.
    #[must_use]
    pub fn worker(self) -> usize {
        self.worker as usize
    }
}
