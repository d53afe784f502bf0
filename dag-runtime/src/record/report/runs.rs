//! The tasks of a report.

use alloc::vec::Vec;
use core::time::Duration;

use crate::record::{Failures, TaskRun};
use crate::state::TaskState;
use crate::table::{SharedTable, Table};

/// The tasks of a report, which may outlive the recording.
#[derive(Clone, Debug)]
pub(super) struct TaskRuns {
    pub(super) table: SharedTable,
    pub(super) runs: Vec<StoredRun>,
    pub(super) failures: Failures,
}

impl TaskRuns {
    pub(super) fn iter(&self) -> impl Iterator<Item = TaskRun<'_>> {
        self.runs.iter().filter_map(|run| run.of_table(&self.table))
    }
}

/// A [`TaskRun`] without its table.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredRun {
    task: usize,
    state: TaskState,
    rank: usize,
    worker: usize,
    start: Duration,
    end: Duration,
    elements: Option<usize>,
    work: Duration,
    caught: usize,
    retried: usize,
}

impl StoredRun {
    pub(super) fn of(run: &TaskRun<'_>) -> Self {
        let TaskRun { task, state, rank, worker, start, end, elements, work, caught, retried } = *run;
        let task = task.index();
        StoredRun { task, state, rank, worker, start, end, elements, work, caught, retried }
    }

    fn of_table(self, table: &Table) -> Option<TaskRun<'_>> {
        let StoredRun { task, state, rank, worker, start, end, elements, work, caught, retried } = self;
        let task = table.task(task)?;
        Some(TaskRun { task, state, rank, worker, start, end, elements, work, caught, retried })
    }
}
