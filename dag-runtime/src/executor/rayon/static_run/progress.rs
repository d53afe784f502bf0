//! How far one thread is in its static schedule.

use std::time::{Duration, Instant};

use crate::executor::rayon::sync::{AtomicBool, AtomicU32, CacheLine, Ordering};

/// How long a thread waits for another one before it abandons the schedule.
pub(super) const MAX_WAIT: Duration = Duration::from_micros(30);

/// How often a thread that waits looks before it reads the clock.
const SPINS: u32 = 64;

/// In [`ThreadProgress::claimed`]: no further task can be claimed.
const CLOSED: u32 = 1 << 31;

/// How far one thread is in its static schedule.
#[derive(Debug)]
pub(super) struct ThreadProgress {
    /// How many tasks were claimed, and one more at the end. Written by the thread alone, until it is closed.
    pub(super) claimed: CacheLine<AtomicU32>,
    /// How many tasks are done, as far as other threads need to know.
    pub(super) published: CacheLine<AtomicU32>,
    /// Whether the dynamic run counts the last claimed task as done.
    pub(super) is_last_counted: AtomicBool,
}

impl ThreadProgress {
    pub(super) fn new() -> Self {
        ThreadProgress {
            claimed: CacheLine(AtomicU32::new(0)),
            published: CacheLine(AtomicU32::new(0)),
            is_last_counted: AtomicBool::new(false),
        }
    }

    /// Claims the next task. Returns false if the thread was closed.
    #[inline]
    pub(super) fn claim(&self) -> bool {
        self.claimed.0.fetch_add(1, Ordering::AcqRel) & CLOSED == 0
    }

    /// Ends the claiming of tasks. Returns how many were claimed, all of which but the last one are done; one more if the
    /// thread has reached the end, where all are done.
    pub(super) fn close(&self) -> usize {
        self.claimed.0.fetch_or(CLOSED, Ordering::AcqRel) as usize
    }

    /// Whether the thread has claimed a task.
    pub(super) fn has_begun(&self) -> bool {
        self.claimed.0.load(Ordering::Relaxed) & !CLOSED > 0
    }

    /// Waits for a condition, for up to `longest` and while the thread is not closed. Returns whether the condition holds.
    #[inline]
    pub(super) fn wait_until(&self, longest: impl Fn() -> Duration, condition: impl Fn() -> bool) -> bool {
        condition() || !cfg!(loom) && self.spin_until(longest(), condition)
    }

    fn spin_until(&self, longest: Duration, condition: impl Fn() -> bool) -> bool {
        let mut start = None;
        loop {
            for _ in 0..SPINS {
                if condition() {
                    return true;
                }
                core::hint::spin_loop();
            }
            if self.claimed.0.load(Ordering::Relaxed) & CLOSED != 0 {
                return false;
            }
            if start.get_or_insert_with(Instant::now).elapsed() > longest {
                return false;
            }
        }
    }
}
