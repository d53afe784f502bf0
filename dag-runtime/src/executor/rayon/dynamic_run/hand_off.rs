//! Helpers on threads on which no task may start, and what becomes of the tasks that they were called for: these are
//! handed off to another thread.

use super::{DynamicRun, HAND_OFF_DEFERRED, Worker};
use crate::executor::rayon::sync::{Ordering, sequential};

impl DynamicRun<'_> {
    /// What a helper does on a thread on which no task may start: hands ready tasks off to other threads, if there is room
    /// for a helper. A run has one hand-off at a time.
    #[cold]
    pub(in super::super) fn hand_off(&self, worker: &impl Worker) {
        if self.needs_helpers() && !self.hand_off_active.swap(true, Ordering::SeqCst) {
            worker.send_hand_off();
        }
    }

    /// Starts another hand-off after one was [deferred](DynamicRun::defer_hand_off).
    #[cold]
    pub(in super::super) fn resume_hand_off(&self, worker: &impl Worker) {
        // Before `needs_helpers`: a hand-off that is deferred after that sets the flag again.
        self.signals.fetch_and(!HAND_OFF_DEFERRED, Ordering::SeqCst);
        self.hand_off(worker);
    }

    /// What a hand-off does on a thread on which no task may start. Returns whether the thread has to run one other job, to
    /// [resume](DynamicRun::resume_hand_off) the hand-off, and so to forward it to the next thread.
    ///
    /// The hand-off is deferred meanwhile, since that job may take long.
    #[cold]
    #[must_use]
    pub(in super::super) fn forward_hand_off(&self, worker: &impl Worker) -> bool {
        let is_needed = self.needs_helpers();
        if is_needed {
            self.defer_hand_off();
        } else {
            self.end_hand_off();
            // A thread that found this hand-off active has left its tasks to it.
            self.hand_off(worker);
        }
        is_needed
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

    /// What a hand-off does on a thread on which tasks may start: helps, if there is room, and hands off what is left.
    #[cold]
    pub(in super::super) fn accept_hand_off(&self, worker: &impl Worker) {
        self.end_hand_off();
        if !self.helpers.join() {
            return;
        }
        let Some(node) = self.take(worker) else { return self.go_on_helping(worker) };
        self.hand_off(worker);
        if self.run_from(node, worker) {
            self.go_on_helping(worker);
        } else {
            self.helpers.leave();
        }
    }

    /// Whether tasks are ready and the run is not stopped. While no helper is in the run, only its owner runs them.
    pub(in super::super) fn has_ready_tasks(&self) -> bool {
        !self.is_stopped() && self.has_tasks()
    }

    fn end_hand_off(&self) {
        self.hand_off_active.store(false, Ordering::SeqCst);
        sequential();
    }

    /// Whether tasks are ready, and there is room for a helper to run them.
    fn needs_helpers(&self) -> bool {
        self.has_ready_tasks() && self.helpers.has_room()
    }
}
