//! When a rank that runs tasks looks for messages, and which tasks it times.

use std::time::Instant;

use crate::executor::mpi::prepared::TaskTime;

/// How long messages that arrive may wait, in nanoseconds, while a rank runs short tasks.
const INTERVAL: u64 = 10_000;
/// This many brief tasks in a row are not timed, as it would take about as long as they do.
const MOST_UNTIMED: u32 = 15;
/// After so long a time of tasks, in nanoseconds, to look once more takes less than a hundredth of it.
const PER_LOOK: u64 = 100_000;
/// So often a rank looks at most.
const MOST_LOOKS: u64 = 64;

/// The time since a rank has looked for messages.
#[derive(Default)]
pub(super) struct Polling {
    /// How long tasks have run on this thread since.
    nanos: u64,
    /// When the last task has ended, if it was timed, and was run since.
    last_end: Option<Instant>,
    /// How many tasks have run since one was timed.
    untimed: u32,
}

impl Polling {
    /// Whether it is time to look, between two tasks.
    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.nanos >= INTERVAL
    }

    /// It looks now. Gives how often: MPI libraries take little of what has come at each call, some only one thing, which may
    /// be none of ours. So after long tasks, one look would leave most of what came meanwhile.
    #[inline]
    pub(super) fn looks(&mut self) -> u64 {
        let looks = (self.nanos / PER_LOOK).clamp(1, MOST_LOOKS);
        (self.nanos, self.last_end) = (0, None);
        looks
    }

    /// Whether a task that usually takes so long need not be timed. Then it counts as that.
    #[inline]
    pub(super) fn skips_timing(&mut self, time: TaskTime) -> bool {
        if !time.is_brief() || self.untimed >= MOST_UNTIMED {
            return false;
        }
        self.untimed += 1;
        self.nanos += time.nanos();
        self.last_end = None;
        true
    }

    /// When a task starts that is timed.
    #[inline]
    pub(super) fn start(&mut self) -> Instant {
        self.untimed = 0;
        self.last_end.unwrap_or_else(Instant::now)
    }

    /// It has ended. Gives how many nanoseconds it took.
    #[inline]
    pub(super) fn end(&mut self, start: Instant) -> u64 {
        let end = Instant::now();
        self.last_end = Some(end);
        let nanos = (end - start).as_nanos() as u64;
        self.nanos += nanos;
        nanos
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_looks_more_often_after_longer_tasks() {
        for (micros, looks) in [(0, 1), (9, 1), (199, 1), (200, 2), (1_000, 10), (1_000_000, 64)] {
            let mut polling = Polling { nanos: 1_000 * micros, ..Polling::default() };
            assert_eq!(polling.looks(), looks, "after {micros} us");
            assert!(!polling.is_due());
        }
    }
}
