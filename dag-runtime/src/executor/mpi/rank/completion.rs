//! What follows when a task is done: which tasks can run now, who is told, and which outputs nobody needs any more.

use alloc::vec;
use alloc::vec::Vec;

use super::RankRun;
use super::execution::TaskFailure;
use crate::error::{Failure, StopReason};
use crate::executor::mpi::protocol::message::{Kind, Record};
use crate::executor::mpi::report::FirstFailures;
use crate::executor::outcome::Failed;

impl RankRun<'_> {
    /// A task has run here.
    pub(super) fn task_ran(&mut self, task: u32, outcome: Result<(), TaskFailure>) {
        match outcome {
            Ok(()) => {
                self.set_present(task);
                if self.context.is_own(task) { self.finish(task) } else { self.return_output(task) }
            }
            Err(failure) => self.task_failed(task, failure.of(task).into()),
        }
    }

    /// A task has failed here.
    #[cold]
    pub(super) fn task_failed(&mut self, task: u32, failures: FirstFailures) {
        self.record_failures(task, failures);
        if self.context.is_own(task) { self.close(task) } else { self.return_unfinished(task, true) }
    }

    /// One of its own tasks has finished, here or elsewhere: its output is there.
    pub(super) fn finish(&mut self, task: u32) {
        if let Err(failure) = self.tell(task) {
            self.output_failed(task, failure);
            self.close(task);
            self.release_unread(task);
            return;
        }
        self.dependencies.own_is_done();
        self.unlock(task);
        self.release_reads(task);
        self.release_unread(task);
    }

    /// The tasks that wait for the output of this one have one input less to wait for.
    pub(super) fn unlock(&mut self, task: u32) {
        let mut blocked = Vec::new();
        let (ready, kept) = (&mut self.ready, self.context.kept);
        self.dependencies.is_there(task, |user, can_run| {
            let can_run = can_run || kept.is_some_and(|kept| !kept.may_run(user));
            if can_run { ready.push(user) } else { blocked.push(user) }
        });
        blocked.into_iter().for_each(|user| self.abandon(user));
        self.retained_is_there(task);
    }

    /// A task has not finished and will not. Where it is another rank's, that is told so.
    pub(super) fn abandon(&mut self, task: u32) {
        if !self.context.is_own(task) {
            return self.return_unfinished(task, false);
        }
        self.ending.unrun.push(task);
        self.close(task);
    }

    /// One of its own tasks is done, and has not finished.
    pub(super) fn close(&mut self, task: u32) {
        self.dependencies.own_is_done();
        self.block(task);
        self.release_reads(task);
    }

    /// Tells all that wait for a task that it has not finished.
    pub(super) fn block(&mut self, task: u32) {
        let plan = self.context.plan();
        let mut missing = vec![task];
        while let Some(task) = missing.pop() {
            for to in plan.destinations.of(task) {
                self.connection.write(to.rank, Record::of(Kind::Missing, task), &[]);
            }
            let before = missing.len();
            let (ready, kept) = (&mut self.ready, self.context.kept);
            self.dependencies.will_not_be(task, |user| {
                // What is not called needs nothing.
                let needs_nothing = kept.is_some_and(|kept| !kept.may_run(user));
                if needs_nothing { ready.push(user) } else { missing.push(user) }
            });
            for &user in &missing[before..] {
                self.ending.unrun.push(user);
                self.dependencies.own_is_done();
                self.release_reads(user);
            }
            self.retained_will_not_be(task);
        }
    }

    /// What becomes of an output has failed here.
    pub(super) fn output_failed(&mut self, task: u32, failure: Failure) {
        if let Some(trace) = self.workers.execution().trace() {
            trace.failed(task, None, &failure);
        }
        if self.context.view().place(task).line.output {
            self.ending.lost.push(task);
        }
        self.record_failures(task, Failed { node: task, element: None, failure, finished: true }.into());
    }

    /// Records failures of one task.
    pub(super) fn record_failures(&mut self, task: u32, failures: FirstFailures) {
        self.ending.failures.append(failures);
        self.stop_after_failure(task);
    }

    /// Something of a task has failed: no further task is to start, unless the run is to go on.
    pub(super) fn stop_after_failure(&mut self, task: u32) {
        if !self.context.options.keep_going {
            self.stop_everywhere(task);
        }
    }

    /// Stops the run where a thread of this rank wants it.
    #[inline]
    pub(super) fn stop_if_requested(&mut self) {
        if let Some(reason) = self.context.stop_reason() {
            self.stop_because(reason);
        }
    }

    #[cold]
    fn stop_because(&mut self, reason: StopReason<'_>) {
        if !self.stopped {
            self.ending.stop.reason = Some(reason.to_owned());
            self.stop_everywhere(0);
        }
    }

    /// No further task is to start on any rank; `task` is the one whose failure is the reason, if one is.
    fn stop_everywhere(&mut self, task: u32) {
        if !self.stopped {
            self.stop_here();
            self.write_to_all(Record::of(Kind::Stop, task));
        }
    }

    /// No further task is to start here.
    pub(super) fn stop_here(&mut self) {
        self.stopped = true;
        self.workers.execution().stop();
        self.ending.stop.running.extend(self.last_ran.take());
    }

    /// A task is done: what it reads is held by one less.
    #[inline]
    pub(super) fn release_reads(&mut self, task: u32) {
        if !self.context.prepared.keeps_all {
            self.let_go_of_reads(task);
        }
    }

    fn let_go_of_reads(&mut self, task: u32) {
        for &output in self.reads_of(task) {
            self.let_go(output);
        }
    }

    /// An output was sent from where it lies.
    pub(super) fn was_sent(&mut self, output: u32) {
        if let Err(failure) = self.outputs.was_sent(output) {
            self.output_failed(output, failure);
        }
        self.end_waiting();
    }

    /// Tasks that wait for what is sent are looked at again.
    pub(super) fn end_waiting(&mut self) {
        while let Some(task) = self.waiting.pop() {
            self.ready.push(task);
        }
    }

    pub(super) fn let_go(&mut self, output: u32) {
        if let Err(failure) = self.outputs.let_go(output) {
            self.output_failed(output, failure);
        }
    }

    #[inline]
    pub(super) fn release_unread(&mut self, output: u32) {
        if let Err(failure) = self.outputs.release_unread(output) {
            self.output_failed(output, failure);
        }
    }
}
