//! How many helpers a run has: one fewer than its pool has threads, since the thread that owns the run works as well.

use crate::executor::rayon::sync::{AtomicU32, Ordering, sequential};

/// The number of helpers of a run that look for tasks or run them.
///
/// A helper leaves when it finds no task, and one is called when a task is published. The two can cross: one thread leaves
/// and then looks for published tasks, another one publishes a task and then looks for room here. All four accesses are
/// sequentially consistent, so at least one thread sees the other (Dekker's pattern). So no published task waits while there
/// is room for a helper.
///
/// It has a cache line of its own: what is beside it is read before each task.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct HelperCount {
    active: AtomicU32,
    limit: u32,
}

impl HelperCount {
    /// A count with at most `limit` helpers, of which `active` are there from the start.
    pub(super) fn new(limit: u32, active: u32) -> Self {
        HelperCount { active: AtomicU32::new(active), limit }
    }

    /// The most helpers at a time.
    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    /// Adds a helper, if there is room.
    #[inline]
    pub(super) fn join(&self) -> bool {
        sequential();
        let mut active = self.active.load(Ordering::SeqCst);
        while active < self.limit {
            let more = active + 1;
            match self.active.compare_exchange(active, more, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return true,
                Err(now) => active = now,
            }
        }
        false
    }

    /// Whether there is room for a helper. If a thread that has published a task finds none, it leaves the task to the
    /// active helpers: they look for tasks after they have left.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        sequential();
        self.active.load(Ordering::SeqCst) < self.limit
    }

    /// Removes a helper. It then has to look whether a task was published.
    pub(super) fn leave(&self) {
        self.active.fetch_sub(1, Ordering::SeqCst);
        sequential();
    }
}
