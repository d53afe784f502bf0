//! A run in progress: what has become of its tasks, and when something has happened last.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use core::time::Duration;
use std::time::Instant;

use crate::backend::Backend;
use crate::observe::{RunEvent, RunId, TaskEvent};
use crate::table::{Limits, SharedTable};

/// What has become of a task that has started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    Running = 1,
    Ended = 2,
    Failed = 3,
}

/// What is known of a task that has started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Started {
    pub(super) state: State,
    pub(super) worker: usize,
    /// When it has started, or ended, since the start of the run.
    pub(super) at: Duration,
}

/// In the word of a task: two bits of state, 14 of its worker, and 48 of a time in microseconds. If it has not started, zero, or behind
/// the bits of state the number of the limit for which it waits, from 1.
const MOST_WORKERS: u64 = (1 << 14) - 1;

impl Started {
    fn word(self) -> u64 {
        (self.at.as_micros() as u64) << 16 | (self.worker as u64).min(MOST_WORKERS) << 2 | self.state as u64
    }

    fn of(word: u64) -> Option<Self> {
        let state = match word & 3 {
            1 => State::Running,
            2 => State::Ended,
            3 => State::Failed,
            _ => return None,
        };
        let worker = (word >> 2 & MOST_WORKERS) as usize;
        Some(Started { state, worker, at: Duration::from_micros(word >> 16) })
    }
}

/// A run in progress.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) id: RunId,
    pub(super) table: SharedTable,
    pub(super) backend: Backend,
    pub(super) workers: usize,
    pub(super) rank: usize,
    start: Instant,
    /// The run inside of which this one is.
    around: Option<Arc<Run>>,
    /// The task that has started last on its thread, before it.
    pub(super) before: Option<(RunId, usize)>,
    tasks: Box<[AtomicU64]>,
    /// When something has happened last, in nanoseconds since the start.
    last: AtomicU64,
    /// The same at the time of the last report.
    reported: AtomicU64,
}

impl Run {
    pub(super) fn new(
        event: &RunEvent<'_>,
        around: Option<Arc<Run>>,
        before: Option<(RunId, usize)>,
    ) -> Self {
        Run {
            id: event.run,
            table: event.shared_table(),
            backend: event.backend,
            workers: event.workers,
            rank: event.rank,
            start: Instant::now(),
            around,
            before,
            tasks: vec![0; event.table.len()].into_iter().map(AtomicU64::new).collect(),
            last: AtomicU64::new(0),
            reported: AtomicU64::new(u64::MAX),
        }
    }

    /// The time since its start.
    pub(super) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Something happens. Events of other ranks, which come after the run, are ignored.
    #[inline]
    pub(super) fn touch(&self, event: &TaskEvent<'_>, state: Option<State>) {
        if event.rank != self.rank {
            return;
        }
        if let Some(state) = state {
            let started = Started { state, worker: event.worker, at: event.at };
            self.tasks[event.task.index()].store(started.word(), Relaxed);
        }
        self.last.store(event.at.as_nanos() as u64, Relaxed);
        let mut around = self.around.as_ref();
        while let Some(run) = around {
            run.last.store(run.now().as_nanos() as u64, Relaxed);
            around = run.around.as_ref();
        }
    }

    /// A task waits for units of a limit. That is no sign of life.
    pub(super) fn wait(&self, event: &TaskEvent<'_>, limit: &'static str) {
        let mut limits = self.table.limits().map_or(&[][..], Limits::all).iter();
        if let (true, Some(limit)) = (event.rank == self.rank, limits.position(|other| other.name == limit)) {
            self.tasks[event.task.index()].store((limit as u64 + 1) << 2, Relaxed);
        }
    }

    /// The limit for which a task waits that has not started.
    pub(super) fn limit_of(&self, task: usize) -> Option<&'static str> {
        let word = self.tasks[task].load(Relaxed);
        let limit = if word & 3 == 0 { (word >> 2).checked_sub(1)? } else { return None };
        Some(self.table.limits()?.all().get(limit as usize)?.name)
    }

    pub(super) fn started(&self, task: usize) -> Option<Started> {
        Started::of(self.tasks[task].load(Relaxed))
    }

    pub(super) fn is_running(&self, task: usize) -> bool {
        self.started(task).is_some_and(|started| started.state == State::Running)
    }

    /// Checks whether nothing has happened for this time, and nobody was told so.
    ///
    /// # Errors
    ///
    /// Returns how long it takes at least until that is so.
    pub(super) fn check(&self, now: Duration, limit: Duration) -> Result<Duration, Duration> {
        let last = self.last.load(Relaxed);
        let silence = now.saturating_sub(Duration::from_nanos(last));
        if self.reported.load(Relaxed) == last {
            return Err(limit);
        }
        if silence < limit {
            return Err(limit - silence);
        }
        self.reported.store(last, Relaxed);
        Ok(silence)
    }
}
