//! What every part of a run on a pool needs: its job, its observer and its failures.

use alloc::vec::Vec;
use core::mem;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use ::rayon::{ThreadPool, current_num_threads, current_thread_index};

use crate::error::Failure;
use crate::executor::outcome::{Failed, append};
use crate::graph::Job;
use crate::observe::{Clock, Monitor, Tally, Watch, is_watched};
use crate::unwind::ignore;

/// What every part of a run on a pool needs.
pub(super) struct RunContext<'run> {
    pub(super) job: &'run (dyn Job + Sync),
    watched: Option<(&'run (dyn Monitor + Sync), Clock)>,
    pub(super) keep_going: bool,
    /// Whether no further element may start.
    pub(super) stop: AtomicBool,
    failures: Mutex<Vec<Failed>>,
    tally: Tally,
}

impl<'run> RunContext<'run> {
    pub(super) fn new(
        job: &'run (dyn Job + Sync),
        monitor: &'run (dyn Monitor + Sync),
        keep_going: bool,
    ) -> Self {
        RunContext {
            job,
            watched: is_watched(monitor).then(|| (monitor, Clock::start())),
            keep_going,
            stop: AtomicBool::new(false),
            failures: Mutex::new(Vec::new()),
            tally: Tally::new(monitor),
        }
    }

    #[inline]
    pub(super) fn watch(&self) -> Option<Watch<'_>> {
        self.watched.map(|(monitor, clock)| Watch::new(monitor, self.job.shared_table(), &self.tally, clock))
    }

    /// Records a failure and reports it to the observer. Unless the run keeps going, no further element starts.
    #[cold]
    pub(super) fn fail(&self, node: u32, element: Option<usize>, failure: Failure, finished: bool) {
        self.fail_all([Failed { node, element, failure, finished }].into());
    }

    /// Records failures of one task and reports the first one of them.
    #[cold]
    pub(super) fn fail_all(&self, failures: Vec<Failed>) {
        if !self.keep_going {
            self.stop.store(true, Ordering::Relaxed);
        }
        let first = failures.iter().min_by_key(|failed| failed.element);
        if let (Some(watch), Some(Failed { node, element, failure, .. })) = (self.watch(), first) {
            ignore(|| watch.failed(*node, worker_index(), *element, failure));
        }
        append(&mut self.failures.lock().unwrap_or_else(PoisonError::into_inner), failures);
    }

    /// All failures that were recorded.
    pub(super) fn take_failures(&mut self) -> Vec<Failed> {
        mem::take(self.failures.get_mut().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The number of this thread in its pool.
pub(super) fn worker_index() -> usize {
    current_thread_index().unwrap_or(0)
}

/// The number of threads of a pool, or of the current pool.
pub(in crate::executor) fn threads(pool: Option<&ThreadPool>) -> usize {
    pool.map_or_else(current_num_threads, ThreadPool::current_num_threads)
}
