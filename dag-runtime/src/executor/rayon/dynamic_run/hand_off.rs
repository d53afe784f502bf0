//! Workers on threads on which no task may start, and what becomes of the tasks that they were spawned for: these are
//! handed off to another thread.

use super::{DynamicRun, HAND_OFF_DEFERRED, Worker};
use crate::executor::rayon::sync::{Ordering, sequential};

impl DynamicRun<'_> {
    /// What a worker does on a thread on which no task may start: leaves, and hands its tasks off.
    #[cold]
    pub(in super::super) fn refuse(&self, worker: &impl Worker) {
        self.workers.leave();
        self.hand_off(worker);
    }

    /// Hands ready tasks off to other threads, if there is room for a worker. A run has one hand-off at a time.
    #[cold]
    fn hand_off(&self, worker: &impl Worker) {
        if self.needs_workers() && !self.hand_off_active.swap(true, Ordering::SeqCst) {
            worker.send_hand_off();
        }
    }

    /// Starts another hand-off after one was [deferred](DynamicRun::defer_hand_off).
    #[cold]
    pub(super) fn resume_hand_off(&self, worker: &impl Worker) {
        // Before `needs_workers`: a hand-off that is deferred after that sets the flag again.
        self.signals.fetch_and(!HAND_OFF_DEFERRED, Ordering::SeqCst);
        self.hand_off(worker);
    }

    /// What a hand-off does on a thread on which no task may start: runs one `other` job, and goes on to the next thread.
    ///
    /// The hand-off is deferred meanwhile, since that job may take long.
    #[cold]
    pub(in super::super) fn forward_hand_off(&self, worker: &impl Worker, other: impl FnOnce()) {
        if self.needs_workers() {
            self.defer_hand_off();
            other();
            self.resume_hand_off(worker);
        } else {
            self.end_hand_off();
            // A thread that found this hand-off active has left its tasks to it.
            self.hand_off(worker);
        }
    }

    /// Ends the hand-off. The next worker that is about to start a task starts another one.
    ///
    /// If there is none, the thread that waits for the run finds [ready tasks](DynamicRun::has_ready_tasks).
    #[cold]
    pub(in super::super) fn defer_hand_off(&self) {
        self.end_hand_off();
        // After the hand-off has ended: a worker that sees the flag can start another one.
        self.signals.fetch_or(HAND_OFF_DEFERRED, Ordering::SeqCst);
    }

    /// What a hand-off does on a thread on which tasks may start: works, if there is room for a worker, and hands off what
    /// is left.
    #[cold]
    pub(in super::super) fn accept_hand_off(&self, worker: &impl Worker) {
        self.end_hand_off();
        if !self.workers.join() {
            return;
        }
        let Some(node) = self.take() else { return self.work(worker) };
        self.hand_off(worker);
        if self.workers.run_busy(|| self.run_from(node, worker)) {
            self.work(worker);
        } else {
            self.workers.leave();
        }
    }

    /// Whether tasks are ready and the run is not stopped. After all jobs of the run have ended, no worker runs them.
    pub(in super::super) fn has_ready_tasks(&self) -> bool {
        !self.is_stopped() && !self.ready.is_empty()
    }

    fn end_hand_off(&self) {
        self.hand_off_active.store(false, Ordering::SeqCst);
        sequential();
    }

    /// Whether tasks are ready, and there is room for a worker to run them.
    fn needs_workers(&self) -> bool {
        self.has_ready_tasks() && self.workers.has_room()
    }
}
