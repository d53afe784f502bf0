//! How many workers a run has: at most as many as its pool has threads.

use crate::executor::rayon::sync::{AtomicU32, Ordering, sequential, spin_loop};

/// The number of workers of a run.
///
/// A worker leaves when it finds no task, and a worker joins when a task is published. The two can cross: one thread leaves
/// and then looks for published tasks, another one publishes a task and then looks for room here. All four accesses are
/// sequentially consistent, so at least one thread sees the other (Dekker's pattern). So no published task waits while there
/// is room for a worker.
#[derive(Debug)]
pub(super) struct WorkerCount {
    active: AtomicU32,
    limit: u32,
    /// How many of the active workers have a task.
    busy: AtomicU32,
}

impl WorkerCount {
    pub(super) fn new(limit: u32, active: u32) -> Self {
        WorkerCount { active: AtomicU32::new(active), limit, busy: AtomicU32::new(0) }
    }

    /// The most workers at a time.
    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    /// Looks for a task, and again up to `spins` times while other workers are busy: they may publish more.
    #[inline]
    pub(super) fn find_task<T>(&self, spins: u32, look: impl Fn() -> Option<T>) -> Option<T> {
        for _ in 0..spins {
            if let Some(found) = look() {
                return Some(found);
            }
            // May be out of date: then this gives up too early, or too late.
            if self.busy.load(Ordering::Relaxed) == 0 {
                return None;
            }
            spin_loop();
        }
        look()
    }

    /// Calls `work` as a busy worker.
    #[inline]
    pub(super) fn run_busy<T>(&self, work: impl FnOnce() -> T) -> T {
        self.busy.fetch_add(1, Ordering::Relaxed);
        let result = work();
        self.busy.fetch_sub(1, Ordering::Relaxed);
        result
    }

    /// Adds a worker, if there is room. To be called after a task was published.
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

    /// Whether there is room for a worker. If a thread that has published a task finds none, it leaves the task to the
    /// active workers: they look for tasks after they have left.
    pub(super) fn has_room(&self) -> bool {
        sequential();
        self.active.load(Ordering::SeqCst) < self.limit
    }

    /// Removes a worker. It then has to look whether a task was published.
    pub(super) fn leave(&self) {
        self.active.fetch_sub(1, Ordering::SeqCst);
        sequential();
    }
}
