//! How many workers a run has, at most as many as its pool has threads.

use super::sync::{AtomicU32, Ordering, sequential};

/// The workers of a run.
///
/// A worker leaves when it finds nothing to do, and one is sent for when a task is published.
/// These two can cross: `leave` and then a look at what is published, against publishing and then a
/// look here. All four accesses are sequentially consistent, so at least one sees the other
/// (Dekker's pattern), and no task that is published waits while a place in the crew is free.
#[derive(Debug)]
pub(super) struct Crew {
    workers: AtomicU32,
    places: u32,
    /// How many of the workers have a task.
    busy: AtomicU32,
}

impl Crew {
    /// A crew that so many workers are in from the start.
    pub(super) fn new(places: u32, workers: u32) -> Self {
        Crew { workers: AtomicU32::new(workers), places, busy: AtomicU32::new(0) }
    }

    /// How many workers there can be.
    pub(super) fn places(&self) -> u32 {
        self.places
    }

    /// For a worker without a task: looks for one, again up to `times` times while others have
    /// tasks and may publish more.
    #[inline]
    pub(super) fn find<T>(&self, times: u32, look: impl Fn() -> Option<T>) -> Option<T> {
        for _ in 0..times {
            if let Some(found) = look() {
                return Some(found);
            }
            // May be out of date: then this gives up too early, or too late.
            if self.busy.load(Ordering::Relaxed) == 0 {
                return None;
            }
            core::hint::spin_loop();
        }
        look()
    }

    /// Whether any worker has a task. May be out of date.
    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed) > 0
    }

    /// Does some work, as one of those that have a task.
    #[inline]
    pub(super) fn busy<T>(&self, work: impl FnOnce() -> T) -> T {
        self.busy.fetch_add(1, Ordering::Relaxed);
        let result = work();
        self.busy.fetch_sub(1, Ordering::Relaxed);
        result
    }

    /// Takes a place, if one is free. To be called after a task was published.
    #[inline]
    pub(super) fn join(&self) -> bool {
        sequential();
        let mut workers = self.workers.load(Ordering::SeqCst);
        while workers < self.places {
            let more = workers + 1;
            match self.workers.compare_exchange(workers, more, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return true,
                Err(now) => workers = now,
            }
        }
        false
    }

    /// Whether a place is free. Who looks after a task was published, and finds none, leaves it to those who have one: they
    /// look for tasks after they have left.
    pub(super) fn has_place(&self) -> bool {
        sequential();
        self.workers.load(Ordering::SeqCst) < self.places
    }

    /// Gives a place up. The worker then has to look whether a task was published.
    pub(super) fn leave(&self) {
        self.workers.fetch_sub(1, Ordering::SeqCst);
        sequential();
    }
}
