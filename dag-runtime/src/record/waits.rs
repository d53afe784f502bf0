//! How long tasks have waited for units of limits.

use core::time::Duration;

use alloc::vec::Vec;

use crate::ordered::{Key, nanoseconds, sort_by_key};
use crate::record::Recording;
use crate::table::TaskRef;

/// What was recorded of a task that has waited.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredWait {
    pub(super) limit: &'static str,
    pub(super) rank: usize,
    pub(super) since: Duration,
    /// `None` while it waits, and if it has never started.
    pub(super) until: Option<Duration>,
}

/// The time for which a task has waited for units of a limit, before it has started: one of [`Recording::waits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait<'recording> {
    /// The task.
    pub task: TaskRef<'recording>,
    /// The limit of which it needed more than was free.
    pub limit: &'static str,
    /// The MPI rank on which it has waited; 0 elsewhere.
    pub rank: usize,
    /// When it began to wait, since the start of the run.
    pub since: Duration,
    /// When it has started, or the run has ended. While it waits, the last time known.
    pub until: Duration,
}

impl Wait<'_> {
    /// For how long it has waited.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.until.saturating_sub(self.since)
    }
}

impl Recording {
    /// The tasks that have waited for units of a limit, in the order in which they began to.
    #[must_use]
    pub fn waits(&self) -> Vec<Wait<'_>> {
        let end = if self.waits.is_empty() { Duration::ZERO } else { self.elapsed() };
        let wait = |((task, _), &StoredWait { limit, rank, since, until }): (Key, &StoredWait)| {
            let until = until.unwrap_or(end).max(since);
            Some(Wait { task: self.table.task(task as usize)?, limit, rank, since, until })
        };
        let mut waits: Vec<_> = self.waits.iter().filter_map(wait).collect();
        sort_by_key(&mut waits, |wait| (nanoseconds(wait.since), !nanoseconds(wait.until)));
        waits
    }
}
