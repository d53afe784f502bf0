//! Intervals in which workers were busy with tasks, or with elements that workers share.

use alloc::vec::Vec;
use core::time::Duration;

use crate::ordered::{Map, nanoseconds, of_task, sort_by_key};
use crate::record::{Recording, TaskRun};

/// The interval in which a worker ran a task, or some elements of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    /// The number of the task.
    pub(super) task: usize,
    pub(super) rank: usize,
    pub(super) worker: usize,
    pub(super) start: Duration,
    pub(super) end: Duration,
}

impl Interval {
    pub(super) fn time(&self) -> Duration {
        self.end.saturating_sub(self.start)
    }
}

impl Recording {
    /// The total time of the elements of each task that workers share.
    pub(super) fn shared_work(&self) -> Map<Duration> {
        let mut work = Map::default();
        for interval in &self.elements {
            *work.entry(of_task(interval.task), || Duration::ZERO) += interval.time();
        }
        work
    }

    /// All intervals of these tasks, in the order of their starts.
    pub(super) fn intervals(&self, runs: &[TaskRun<'_>]) -> Vec<Interval> {
        let shared = self.shared_work();
        let whole = runs.iter().filter(|run| shared.get(of_task(run.task.index())).is_none());
        let whole = whole.map(|&TaskRun { task, rank, worker, start, end, .. }| Interval {
            task: task.index(),
            rank,
            worker,
            start,
            end,
        });
        let mut all: Vec<Interval> = whole.chain(self.elements.iter().copied()).collect();
        sort_by_key(&mut all, |interval| (nanoseconds(interval.start), !nanoseconds(interval.end)));
        all
    }
}
