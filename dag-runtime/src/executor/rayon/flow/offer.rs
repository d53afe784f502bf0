//! Workers that came to a thread on which no task may start, and what becomes of the tasks that they were sent for.

use super::{Flow, Worker};
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

    /// The offer came to a thread on which no task may start. Says whether it goes on to others.
    #[cold]
    pub(in super::super) fn pass_on(&self, worker: &impl Worker) -> bool {
        if self.needs_workers() {
            worker.offer();
            return true;
        }
        self.withdraw_offer();
        // Somebody may have left the rest to this one.
        self.offer(worker);
        false
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

    fn withdraw_offer(&self) {
        self.on_offer.store(false, Ordering::SeqCst);
        sequential();
    }

    /// Whether tasks are ready, and the crew has a place for one who would run them.
    fn needs_workers(&self) -> bool {
        !self.is_stopped() && !self.ready.is_empty() && self.crew.has_place()
    }
}
