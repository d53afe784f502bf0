//! What follows when a task has ended: who may run now, who is told, and what nobody needs any more.

use alloc::vec;
use core::cmp::Reverse;

use crate::error::{Failure, guard};
use crate::executor::mpi::crew::Reason;
use crate::executor::mpi::protocol::connection::{Head, Kind};
use crate::executor::mpi::rank::Run;
use crate::executor::outcome::Failed;

impl Run<'_> {
    /// A task has run here.
    pub(crate) fn ran(&mut self, node: u32, outcome: Result<(), Reason>) {
        match outcome {
            Ok(()) => {
                self.present[node as usize] = true;
                if self.is_own(node) { self.finish(node) } else { self.give_back(node) }
            }
            Err(Reason { element, failure }) => {
                self.failed(Failed { node, element, failure, finished: false });
                if self.is_own(node) { self.close(node) } else { self.give_up(node, true) }
            }
        }
    }

    /// One of its own tasks has finished, here or elsewhere: its output is there.
    pub(crate) fn finish(&mut self, node: u32) {
        if let Err(failure) = self.tell(node) {
            self.fails(node, failure);
            self.close(node);
            self.release_unread(node);
            return;
        }
        self.open -= 1;
        self.unlock(node);
        self.release_reads(node);
        self.release_unread(node);
    }

    /// The tasks that wait for this one have one less to wait for.
    pub(crate) fn unlock(&mut self, node: u32) {
        let plan = self.plan;
        for &user in plan.users.of(node) {
            let waits = &mut self.waits[user as usize];
            *waits -= 1;
            if *waits == 0 {
                if self.blocked[user as usize] {
                    self.abandon(user);
                } else {
                    self.ready.push(Reverse(self.plan.order.position(user)));
                }
            }
        }
        if !self.guests.is_empty() {
            self.guests_input(node);
        }
    }

    /// One of its own tasks has not finished and will not.
    pub(crate) fn abandon(&mut self, node: u32) {
        if !self.is_own(node) {
            return self.give_up(node, false);
        }
        self.unrun.push(node);
        self.close(node);
    }

    /// One of its own tasks is done, and has not finished.
    pub(crate) fn close(&mut self, node: u32) {
        self.open -= 1;
        self.block(node);
        self.release_reads(node);
    }

    /// Tells all that wait for a task that it has not finished.
    pub(crate) fn block(&mut self, node: u32) {
        let plan = self.plan;
        let mut missing = vec![node];
        while let Some(node) = missing.pop() {
            for to in plan.destinations.of(node) {
                self.post.write(to.rank, Head::of(Kind::Missing, node), &[]);
            }
            for &user in plan.users.of(node) {
                self.blocked[user as usize] = true;
                self.waits[user as usize] -= 1;
                if self.waits[user as usize] == 0 {
                    self.unrun.push(user);
                    self.open -= 1;
                    self.release_reads(user);
                    missing.push(user);
                }
            }
            if plan.retained[node as usize] {
                self.missed.insert(node);
                self.guests_miss(node);
            }
        }
    }

    /// What becomes of an output has failed here.
    pub(crate) fn fails(&mut self, node: u32, failure: Failure) {
        if let Some(trace) = self.crew.trace() {
            trace.failed(node, None, &failure);
        }
        self.failed(Failed { node, element: None, failure, finished: true });
    }

    pub(crate) fn failed(&mut self, failed: Failed) {
        let node = failed.node;
        self.failures.push(failed);
        self.stop_all(node);
    }

    /// Something of a task has failed: nothing new is to start, if no failure is to be outlived.
    pub(crate) fn stop_all(&mut self, node: u32) {
        if !self.setting.keep_going {
            self.halt(node);
        }
    }

    /// Stops the run where somebody wants it.
    #[inline]
    pub(crate) fn heed(&mut self) {
        if self.is_to_stop() {
            self.halt(0);
        }
    }

    /// Whether somebody on this rank wants the run to stop.
    #[inline]
    pub(crate) fn is_to_stop(&self) -> bool {
        self.setting.stops && self.setting.monitor.stops() == Some(true)
    }

    /// Nothing new is to start, anywhere; `node` is the task whose failure is the reason, if one is.
    fn halt(&mut self, node: u32) {
        if self.stopped {
            return;
        }
        self.stop();
        for to in (0..self.setting.ranks).filter(|&to| to != self.setting.rank) {
            self.post.write(to, Head::of(Kind::Stop, node), &[]);
        }
    }

    /// Nothing new is to start.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
        self.crew.stop();
    }

    /// A task is done: what it reads is needed by one less.
    pub(crate) fn release_reads(&mut self, node: u32) {
        if self.setting.prepared.keeps_all {
            return;
        }
        for &output in self.view.reads_of(node) {
            self.let_go(output);
        }
    }

    pub(crate) fn let_go(&mut self, output: u32) {
        self.holds[output as usize] -= 1;
        self.release_unread(output);
    }

    /// Drops an output that nobody needs any more.
    pub(crate) fn release_unread(&mut self, output: u32) {
        let is_unread = self.holds[output as usize] == 0 && self.present[output as usize];
        if is_unread && !self.setting.prepared.keeps_all {
            self.release(output);
        }
    }

    pub(crate) fn release(&mut self, output: u32) {
        self.present[output as usize] = false;
        let place = self.view.place(output);
        if place.line.release.is_none() {
            return;
        }
        let slots = self.setting.job.slots();
        #[allow(unsafe_code)]
        // SAFETY: all that reads it here is done, and it is not being sent: `holds` counted both.
        let outcome = guard(|| unsafe { slots.release(place) });
        if let Err(failure) = outcome {
            self.fails(output, failure);
        }
    }
}
