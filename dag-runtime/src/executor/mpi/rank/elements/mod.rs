//! Tasks that run once for each element of an output: which elements are handed out.
//!
//! The rank's own thread opens and closes such a task, and hands out its elements, some at a time, to the threads of its rank and,
//! as loans, to other ranks. So all that is here belongs to one thread.

mod borrowed;
mod element_task;
mod lender;
mod remaining;

use alloc::sync::Arc;
use core::mem;
use std::time::Instant;

pub(crate) use self::borrowed::{Borrowed, Lent};
pub(super) use self::element_task::{ElementTask, ElementTasks, Role};
pub(crate) use self::lender::{Lender, Terms};
pub(crate) use self::remaining::Remaining;
use super::RankRun;
use super::execution::TaskFailure;
use super::task_elements::{Ran, TaskElements};
use super::work::Work;
use crate::executor::each::chunk_after;
use crate::executor::mpi::report::FirstFailures;

impl RankRun<'_> {
    /// Whether a task is run some elements at a time.
    pub(super) fn is_in_steps(&self, task: u32) -> bool {
        (self.steal.is_enabled() || !self.workers.is_single()) && self.context.view().place(task).line.each
    }

    /// What to run next of a task that was taken from those that are ready. None where it is done.
    pub(super) fn next_work(&mut self, task: u32) -> Option<Work> {
        if !self.elements.contains(task) && !self.is_in_steps(task) {
            return Some(Work::whole(task));
        }
        self.open(task);
        let mut workers = self.workers.threads();
        let elements = self.elements.get_mut(task)?;
        elements.is_ready = false;
        if matches!(&elements.role, Role::Own(lender) if lender.may_lend()) {
            workers *= self.context.ranks as usize;
        }
        // So that the last chunks end at about the same time.
        let most = (elements.remaining.len() / (2 * workers)).clamp(1, elements.chunk);
        let range = elements.remaining.take(most);
        let (Some(state), false) = (&elements.state, range.is_empty()) else {
            self.settle(task);
            return None;
        };
        elements.under_way += range.len();
        let work = Work::elements(task, Arc::clone(state), range);
        self.requeue(task);
        Some(work)
    }

    /// Runs a task on this thread, some elements at a time; none where it was stopped between them.
    pub(super) fn attempt_in_steps(&mut self, task: u32) -> Option<Result<(), FirstFailures>> {
        let execution = self.workers.execution();
        let state = match TaskElements::open(execution, self.workers.threads(), task) {
            Ok(state) => state,
            Err(failure) => return Some(Err(execution.failed(task, failure).of(task).into())),
        };
        let (mut done, mut chunk, mut failures) = (0, 1, FirstFailures::default());
        while done < state.width() && (failures.is_empty() || self.context.options.keep_going) {
            if self.context.stop_reason().is_some() {
                break;
            }
            let end = state.width().min(done + chunk);
            let start = Instant::now();
            let ran = state.run(execution, done..end);
            chunk = chunk_after(end - done, start.elapsed().as_nanos() as u64);
            done = end;
            self.last_ran = Some((task, Some(ran.elements)));
            failures.append(ran.failures);
        }
        if failures.is_empty() && done == state.width() {
            return Some(state.close(execution).map_err(|failure| failure.of(task).into()));
        }
        state.clear();
        if failures.is_empty() {
            return None;
        }
        execution.elements_failed(&failures);
        Some(Err(failures))
    }

    /// Begins a task, if it is not open; where that fails, ends it.
    pub(super) fn open(&mut self, task: u32) {
        let (execution, threads) = (self.workers.execution(), self.workers.threads());
        let Some(elements) = self.elements.get_mut(task) else {
            match TaskElements::open(execution, threads, task) {
                Ok(state) => {
                    let role = Role::Own(Lender::new(self.terms(task, &state)));
                    let remaining = Remaining::of(0..state.width());
                    self.elements.insert(task, ElementTask::new(role, Some(state), remaining));
                }
                Err(failure) => {
                    let failure = execution.failed(task, failure);
                    self.task_ran(task, Err(failure));
                }
            }
            return;
        };
        if elements.state.is_some() {
            return;
        }
        let Role::Borrowed(borrowed) = &mut elements.role else { return };
        let part = borrowed.elements.take();
        match TaskElements::open_part(execution, threads, task, borrowed.first(), part) {
            Ok(state) => elements.state = Some(state),
            Err(failure) => {
                elements.remaining = Remaining::default();
                elements.failures.here.push(failure.of(task));
                self.stop_after_failure(task);
            }
        }
    }

    /// Puts a task among those that are ready, where elements are left.
    pub(super) fn requeue(&mut self, task: u32) {
        let Some(elements) = self.elements.get_mut(task) else { return };
        if elements.remaining.len() > 0 && !elements.is_ready {
            elements.is_ready = true;
            self.ready.push(task);
        }
    }

    /// Takes a task out of those that are ready, where no elements are left.
    pub(super) fn unqueue(&mut self, task: u32) {
        let Some(elements) = self.elements.get_mut(task) else { return };
        if elements.is_ready && elements.remaining.len() == 0 {
            elements.is_ready = false;
            self.ready.remove(task);
            self.stop_waiting(task);
        }
    }

    /// Takes work back that was not started.
    pub(super) fn put_back(&mut self, work: Work) {
        let task = work.task;
        self.give_back(task);
        let Some(range) = work.into_elements() else { return self.ready.push(task) };
        if let Some(elements) = self.elements.get_mut(task) {
            elements.under_way -= range.len();
            elements.remaining.put(range);
        }
        self.requeue(task);
    }

    /// Elements have run here.
    pub(super) fn elements_ran(&mut self, task: u32, count: usize, nanos: u64, ran: Ran) {
        let Some(elements) = self.elements.get_mut(task) else { return };
        elements.under_way -= count;
        elements.chunk = chunk_after(count, nanos);
        elements.nanos += nanos;
        elements.failures.incomplete |= !ran.complete;
        if !ran.failures.is_empty() {
            elements.failures.here.append(ran.failures);
            self.stop_after_failure(task);
        }
        self.settle(task);
    }

    /// What becomes of all elements has failed.
    pub(super) fn element_failed(&mut self, task: u32, failure: TaskFailure) {
        if let Some(elements) = self.elements.get_mut(task) {
            elements.failures.here.push(failure.of(task));
        }
        self.stop_after_failure(task);
    }

    /// Ends a task of which nothing runs any more, if nothing of it is to run.
    pub(super) fn settle(&mut self, task: u32) {
        let Some(elements) = self.elements.get(task) else { return };
        let left = elements.remaining.len();
        if elements.is_ready || elements.under_way > 0 || (left > 0 && !self.stopped) {
            return;
        }
        let incomplete = elements.failures.incomplete || left > 0;
        match &elements.role {
            Role::Own(lender) if !lender.has_all() => {}
            Role::Own(_) => self.end_own(task, incomplete),
            Role::Borrowed(_) if !elements.failures.here.is_empty() => {
                self.return_elements_unfinished(task, true);
            }
            Role::Borrowed(_) if incomplete => self.return_elements_unfinished(task, false),
            Role::Borrowed(_) => self.return_elements(task),
        }
    }

    /// Ends a task of this rank.
    fn end_own(&mut self, task: u32, incomplete: bool) {
        let Some(elements) = self.elements.remove(task) else { return };
        let ElementTask { role: Role::Own(lender), state: Some(state), failures, .. } = elements else {
            return;
        };
        self.end_loans(task, &lender);
        if failures.here.is_empty() && !incomplete && !failures.elsewhere {
            self.context.record_time(task, elements.nanos);
            let outcome = state.close(self.workers.execution());
            return self.task_ran(task, outcome);
        }
        state.clear();
        if !failures.here.is_empty() {
            self.workers.execution().elements_failed(&failures.here);
            self.task_failed(task, failures.here);
        } else if failures.elsewhere {
            self.close(task);
        } else {
            self.abandon(task);
        }
    }

    /// What there was of a task of another rank is over: tells of the elements that have failed here.
    pub(super) fn drop_borrowed(&mut self, task: u32, mut elements: ElementTask) {
        let failures = mem::take(&mut elements.failures.here);
        if !failures.is_empty() {
            self.workers.execution().elements_failed(&failures);
            self.record_failures(task, failures);
        }
        elements.clear();
    }

    /// A task that is ready will not run, or no further element of it.
    pub(super) fn drop_ready(&mut self, task: u32) {
        match self.elements.get_mut(task) {
            Some(elements) => {
                elements.is_ready = false;
                self.settle(task);
            }
            None => self.abandon(task),
        }
    }
}
