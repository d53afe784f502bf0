//! What follows when a task has run: its successors become ready or are skipped, and outputs are dropped.

use alloc::vec;

use super::{DynamicRun, Ordering, STOPPED, Worker};

/// Marks a task, in its count of finished dependencies, as one that is skipped, since a dependency has failed
/// or was skipped. No count is that high.
const BLOCKED: u32 = 1 << 31;

/// What a task is after one more of its dependencies is done.
enum Arrival {
    Waiting,
    Ready,
    Blocked,
}

impl DynamicRun<'_> {
    /// Completes a task that has run. Returns a task that the same worker can run next.
    #[inline(always)]
    pub(super) fn complete(&self, node: u32, finished: bool, worker: &impl Worker) -> Option<u32> {
        if finished {
            return self.finish(node, worker);
        }
        self.fail(node, worker);
        None
    }

    /// Completes a task that has finished. Of the tasks that become ready, returns the one of the highest priority.
    #[inline]
    fn finish(&self, node: u32, worker: &impl Worker) -> Option<u32> {
        let mut next = None;
        let mut published = false;
        for &successor in self.urgency.successors_of(node) {
            match self.arrive(successor) {
                Arrival::Waiting => {}
                Arrival::Ready if next.is_none() => next = Some(successor),
                Arrival::Ready => {
                    self.put(successor, worker);
                    published = true;
                }
                Arrival::Blocked => self.skip_dependents(successor, worker),
            }
        }
        if published {
            self.call(worker);
        }
        self.release_reads(node, worker);
        if self.view.reader_count(node) == 0 {
            self.release(node, worker);
        }
        next
    }

    #[cold]
    fn fail(&self, node: u32, worker: &impl Worker) {
        if self.keep_going && !self.is_stopped() {
            self.skip_dependents(node, worker);
        } else {
            self.signals.fetch_or(STOPPED, Ordering::Relaxed);
        }
    }

    /// Completes a task that has failed or is skipped: it counts as done, and its dependents are skipped.
    #[cold]
    fn skip_dependents(&self, node: u32, worker: &impl Worker) {
        let mut done = vec![node];
        let mut published = false;
        while let Some(node) = done.pop() {
            for &successor in self.urgency.successors_of(node) {
                let goes_on = worker.needs_nothing(successor);
                if !goes_on {
                    self.counts[successor as usize].fetch_or(BLOCKED, Ordering::Relaxed);
                }
                match self.arrive(successor) {
                    Arrival::Waiting => {}
                    Arrival::Ready if goes_on => {
                        self.put(successor, worker);
                        published = true;
                    }
                    Arrival::Ready | Arrival::Blocked => done.push(successor),
                }
            }
            self.release_reads(node, worker);
        }
        if published {
            self.call(worker);
        }
    }

    /// Counts one more finished dependency of a task. The caller that gets `Ready` sees all that the dependencies did.
    #[inline]
    fn arrive(&self, node: u32) -> Arrival {
        let last = self.view.in_degree(node) - 1;
        if last == 0 {
            return Arrival::Ready;
        }
        let before = self.count(node as usize);
        if before == last {
            Arrival::Ready
        } else if before == last | BLOCKED {
            Arrival::Blocked
        } else {
            Arrival::Waiting
        }
    }

    /// Adds one to a count, and returns the count before. The last caller sees all that happened before
    /// the other calls.
    #[inline]
    fn count(&self, index: usize) -> u32 {
        self.counts[index].fetch_add(1, Ordering::AcqRel)
    }

    /// Counts one more finished reader of each output that a task reads. Drops the outputs whose last reader it is.
    #[inline]
    fn release_reads(&self, node: u32, worker: &impl Worker) {
        for &output in self.view.reads_of(node) {
            let readers = self.view.reader_count(output);
            if readers == u32::MAX || self.view.place(output).line.release.is_none() {
                continue;
            }
            let last = readers - 1;
            if last == 0 || self.count(self.view.len() + output as usize) == last {
                self.release(output, worker);
            }
        }
    }

    #[inline]
    fn release(&self, node: u32, worker: &impl Worker) {
        if !worker.release(node) && !self.keep_going {
            self.signals.fetch_or(STOPPED, Ordering::Relaxed);
        }
    }
}
