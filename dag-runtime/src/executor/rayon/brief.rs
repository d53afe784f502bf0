//! Runs that are so short that one thread is faster than several.

use core::cell::Cell;
use std::time::{Duration, Instant};

/// What a task may take where a run is to be short: less than it costs to hand one to another thread.
const TASK: Duration = Duration::from_nanos(100);

/// What a run of `tasks` tasks may take, and `base`, to be a short one.
pub(super) fn limit(base: Duration, tasks: u32) -> Duration {
    base.saturating_add(TASK.saturating_mul(tasks))
}

/// When a walk through a graph that should be short is not.
#[derive(Debug)]
pub(in super::super) struct Deadline {
    start: Instant,
    base: Duration,
    missed: Cell<Option<u32>>,
}

impl Deadline {
    /// Of a walk that starts now, and may take `base` beside its tasks.
    pub(super) fn new(base: Duration) -> Self {
        Deadline { start: Instant::now(), base, missed: Cell::new(None) }
    }

    /// Whether the walk may go on, after so many tasks. Reads the clock after the first task, and then
    /// after every few.
    #[inline]
    pub(in super::super) fn allows(&self, done: u32) -> bool {
        if self.missed.get().is_some() {
            return false;
        }
        if done == 0 || !done.is_multiple_of(16) && !done.is_power_of_two() {
            return true;
        }
        let met = self.is_met(done);
        if !met {
            self.missed.set(Some(done));
        }
        met
    }

    /// Whether a walk that has ended now, after so many tasks, was as short as it should be.
    pub(super) fn is_met(&self, done: u32) -> bool {
        self.missed.get().is_none() && self.start.elapsed() <= limit(self.base, done)
    }

    /// After how many tasks it was missed, if it was.
    pub(super) fn missed(&self) -> Option<u32> {
        self.missed.get()
    }
}
