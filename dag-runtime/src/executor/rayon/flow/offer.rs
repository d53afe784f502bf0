//! Workers that came to a thread on which no task may start, and what becomes of the tasks that they were sent for.

use super::{Flow, OWED, Worker};
use crate::executor::rayon::sync::{Ordering, sequential};

impl Flow<'_> {
    /// What a worker does that came to a thread on which no task may start: gives up its place, and has others asked.
    #[cold]
    pub(in super::super) fn refuse(&self, worker: &impl Worker) {
        self.crew.leave();
        self.offer(worker);
    }

    /// Has ready tasks offered to other threads, if there is a place in the crew. One offer at a time goes round.
    #[cold]
    fn offer(&self, worker: &impl Worker) {
        if self.needs_workers() && !self.on_offer.swap(true, Ordering::SeqCst) {
            worker.offer();
        }
    }

    /// Has the tasks offered that were [parked](Flow::park).
    #[cold]
    pub(super) fn offer_anew(&self, worker: &impl Worker) {
        // Before the look: who parks an offer after it raises this again.
        self.signals.fetch_and(!OWED, Ordering::SeqCst);
        self.offer(worker);
    }

    /// The offer came to a thread on which no task may start. It does `other` work, and sends the offer on.
    ///
    /// The offer is parked meanwhile, since that work may take long.
    #[cold]
    pub(in super::super) fn pass_on(&self, worker: &impl Worker, other: impl FnOnce()) {
        if self.needs_workers() {
            self.park();
            other();
            self.offer_anew(worker);
        } else {
            self.withdraw_offer();
            // Somebody may have left the rest to this one.
            self.offer(worker);
        }
    }

    /// Ends the offer. The next worker that is about to start a task makes another one.
    ///
    /// If there is none, the thread that waits for the run finds [tasks left](Flow::has_left_tasks).
    #[cold]
    pub(in super::super) fn park(&self) {
        self.withdraw_offer();
        // After the offer is withdrawn, so that who sees this makes another one.
        self.signals.fetch_or(OWED, Ordering::SeqCst);
    }

    /// The offer came to a thread that is free: it works if there is a place, and has yet others asked while tasks are left.
    /// Says whether it has found a task.
    #[cold]
    pub(in super::super) fn take_up(&self, worker: &impl Worker) -> bool {
        self.withdraw_offer();
        if !self.crew.join() {
            return false;
        }
        let Some(node) = self.take() else { return self.work(worker) };
        self.offer(worker);
        if self.crew.busy(|| self.run_from(node, worker)) {
            self.work(worker);
        } else {
            self.crew.leave();
        }
        true
    }

    /// Whether tasks are ready that nobody runs, once all jobs of the run have ended.
    pub(in super::super) fn has_left_tasks(&self) -> bool {
        !self.is_stopped() && !self.ready.is_empty()
    }

    fn withdraw_offer(&self) {
        self.on_offer.store(false, Ordering::SeqCst);
        sequential();
    }

    /// Whether tasks are ready, and the crew has a place for one who would run them.
    fn needs_workers(&self) -> bool {
        self.has_left_tasks() && self.crew.has_place()
    }
}
