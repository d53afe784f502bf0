//! The time that a run on one thread may take.

use core::cell::Cell;
use std::time::{Duration, Instant};

/// A run in which a task takes less is short: to hand a task to another thread costs as much.
const TASK: Duration = Duration::from_nanos(100);

/// A walk reads the clock again after so many tasks.
const FEW: u32 = 16;

/// The same while tasks are tiny on average: beside these it takes long to read the clock.
const FEW_IF_TINY: u32 = 64;

/// A task that takes less is tiny.
const TINY: Duration = Duration::from_nanos(20);

/// So much for each of `tasks` tasks, and `base`.
pub(super) fn allowance(base: Duration, task: Duration, tasks: u32) -> Duration {
    base.saturating_add(task.saturating_mul(tasks))
}

/// When a walk on one thread turns out to be too slow.
#[derive(Debug)]
pub(super) struct Deadline {
    start: Instant,
    base: Duration,
    task: Duration,
    /// After how many tasks the clock is to be read next.
    next: Cell<u32>,
    missed: Cell<Option<u32>>,
}

impl Deadline {
    /// Of a walk through `tasks` tasks that starts now, and may take `base` beside them, where a shared run takes
    /// `shared`: half as much again, so that not each disturbance ends it.
    pub(super) fn new(base: Duration, shared: Duration, tasks: u32) -> Self {
        let task = TASK.max((shared + shared / 2) / tasks.max(1));
        Deadline { start: Instant::now(), base, task, next: Cell::new(1), missed: Cell::new(None) }
    }

    /// Whether the walk may go on, after so many tasks. Reads the clock after the first task, and then
    /// after every few.
    #[inline]
    pub(super) fn allows(&self, done: u32) -> bool {
        done < self.next.get() || self.look(done)
    }

    /// The same by the clock.
    #[inline(never)]
    fn look(&self, done: u32) -> bool {
        if self.missed.get().is_some() {
            return false;
        }
        let took = self.start.elapsed();
        if took > allowance(self.base, self.task, done) {
            self.missed.set(Some(done));
            self.next.set(0);
            return false;
        }
        let few = if took < allowance(Duration::ZERO, TINY, done) { FEW_IF_TINY } else { FEW };
        self.next.set(done.saturating_add(done.clamp(1, few)));
        true
    }

    /// Whether a walk that has done so many tasks is as fast as it should be.
    fn is_met(&self, done: u32) -> bool {
        self.missed.get().is_none() && self.start.elapsed() <= allowance(self.base, self.task, done)
    }

    /// How long a walk took that has ended now, after so many tasks, whether it was as fast as it should be, and whether it
    /// was so short that sharing it could not have paid.
    pub(super) fn verdict(&self, done: u32) -> (Duration, bool, bool) {
        let took = self.start.elapsed();
        (took, self.is_met(done), took <= allowance(self.base, TASK, done))
    }

    /// After how many tasks it was missed, if it was.
    pub(super) fn missed(&self) -> Option<u32> {
        self.missed.get()
    }
}
