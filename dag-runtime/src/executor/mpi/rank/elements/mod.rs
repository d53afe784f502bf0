//! Tasks that run once for each element of an output, in a run: which elements are handed out.
//!
//! The thread that speaks MPI opens and closes such a task, and hands out its elements, some at a time,
//! to the threads of its rank. So all that is here belongs to one thread.

pub(crate) mod task_elements;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::ops::Range;
use std::time::Instant;

use crate::executor::each::chunk_after;
use crate::executor::mpi::crew::{Reason, Work, keep_first};
use crate::executor::mpi::rank::Run;
use crate::executor::mpi::rank::elements::task_elements::{Ran, Sheet};
use crate::executor::mpi::rank::steal::elements::{Loan, Role};
use crate::executor::outcome::Failed;
use crate::unwind::discard;

/// A task of which some elements have run, or may.
pub(crate) struct Each {
    /// None where it is not open here.
    pub(crate) sheet: Option<Arc<Sheet>>,
    pub(crate) role: Role,
    pub(crate) pool: Pool,
    /// How many elements were handed out and are not back.
    under_way: usize,
    /// How many to hand out together.
    chunk: usize,
    /// Whether it is among those that are ready.
    pub(crate) is_ready: bool,
    /// That of the first element that has failed.
    failure: Option<Reason>,
    /// Whether some elements have not run that were handed out.
    incomplete: bool,
    /// Whether one has failed on another rank, which has told so.
    failed_elsewhere: bool,
    /// How long its elements took, those of all threads together.
    pub(crate) nanos: u64,
}

impl Each {
    fn new(role: Role, sheet: Option<Arc<Sheet>>, pool: Pool) -> Self {
        Each {
            sheet,
            role,
            pool,
            under_way: 0,
            chunk: 1,
            is_ready: false,
            failure: None,
            incomplete: false,
            failed_elsewhere: false,
            nanos: 0,
        }
    }

    /// Of a task of another rank.
    pub(crate) fn guest() -> Self {
        Each::new(Role::Guest(Loan::default()), None, Pool::default())
    }

    /// Drops what there is of it: nothing of it runs, or will.
    fn clear(self) {
        if let Some(sheet) = &self.sheet {
            sheet.clear();
        }
        if let Role::Guest(loan) = self.role {
            discard(loan.elements);
        }
    }

    /// Other elements are lent. That earlier ones have failed remains: the task has.
    pub(crate) fn renew(&mut self, pool: Pool) {
        self.pool = pool;
        self.incomplete = false;
    }

    /// How many elements to hand out together.
    pub(crate) fn chunk(&self) -> usize {
        self.chunk
    }

    /// Elements are lost that have run elsewhere, or did not.
    pub(crate) fn lose(&mut self, failed: bool) {
        self.failed_elsewhere |= failed;
        self.incomplete |= !failed;
    }
}

/// Elements that are not handed out.
#[derive(Default)]
pub(crate) struct Pool {
    /// None of these is empty.
    ranges: Vec<Range<usize>>,
    left: usize,
}

impl Pool {
    pub(crate) fn of(range: Range<usize>) -> Self {
        let mut pool = Pool::default();
        pool.put(range);
        pool
    }

    /// How many there are.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Takes up to `most` elements that follow each other: none only where none is left.
    pub(crate) fn take(&mut self, most: usize) -> Range<usize> {
        let Some(range) = self.ranges.last_mut() else { return 0..0 };
        let taken = range.start..range.end.min(range.start + most);
        range.start = taken.end;
        if range.start == range.end {
            self.ranges.pop();
        }
        self.left -= taken.len();
        taken
    }

    /// Puts elements back.
    pub(crate) fn put(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.left += range.len();
        match self.ranges.last_mut() {
            Some(last) if last.start == range.end => last.start = range.start,
            _ => self.ranges.push(range),
        }
    }
}

impl Run<'_> {
    /// Whether a task is run some elements at a time.
    pub(crate) fn is_in_steps(&self, node: u32) -> bool {
        (self.shares || !self.crew.is_single()) && self.view.place(node).line.each
    }

    /// What to run next of a task that was taken from those that are ready. None where it is done.
    pub(crate) fn next_work(&mut self, node: u32) -> Option<Work> {
        if !self.each.contains_key(&node) && !self.is_in_steps(node) {
            return Some(Work::whole(node));
        }
        self.open_each(node);
        let mut workers = self.crew.threads();
        let each = self.each.get_mut(&node)?;
        each.is_ready = false;
        if matches!(&each.role, Role::Own(lender) if lender.may_lend()) {
            workers *= self.setting.ranks as usize;
        }
        // So that the last chunks end at about the same time.
        let most = (each.pool.left() / (2 * workers)).clamp(1, each.chunk);
        let elements = each.pool.take(most);
        let (Some(sheet), false) = (&each.sheet, elements.is_empty()) else {
            self.settle(node);
            return None;
        };
        each.under_way += elements.len();
        let work = Work::elements(node, Arc::clone(sheet), elements);
        self.requeue(node);
        Some(work)
    }

    /// Runs a task on this thread, some elements at a time; none where it was stopped between them.
    pub(crate) fn attempt_in_steps(&self, node: u32) -> Option<Result<(), Reason>> {
        let sheet = match self.crew.open(node) {
            Ok(sheet) => sheet,
            Err(reason) => return Some(Err(self.crew.tell_failed(node, reason))),
        };
        let (mut done, mut chunk, mut failure) = (0, 1, None);
        while done < sheet.width() && (failure.is_none() || self.setting.keep_going) {
            if self.is_to_stop() {
                break;
            }
            let end = sheet.width().min(done + chunk);
            let start = Instant::now();
            let ran = self.crew.run_elements(&sheet, done..end);
            chunk = chunk_after(end - done, start.elapsed().as_nanos() as u64);
            done = end;
            if let Some(reason) = ran.failure {
                keep_first(&mut failure, reason);
            }
        }
        if failure.is_none() && done == sheet.width() {
            return Some(self.crew.close(&sheet));
        }
        sheet.clear();
        failure.map(|reason| Err(self.crew.tell_failed(node, reason)))
    }

    /// Begins a task, if it is not open; where that fails, ends it.
    pub(crate) fn open_each(&mut self, node: u32) {
        let each = self.each.get_mut(&node);
        if each.as_ref().is_some_and(|each| each.sheet.is_some()) {
            return;
        }
        if let Some(each) = each {
            let Role::Guest(loan) = &mut each.role else { return };
            match self.crew.open_loan(node, loan) {
                Ok(sheet) => each.sheet = Some(sheet),
                Err(reason) => {
                    each.pool = Pool::default();
                    each.failure = Some(reason);
                    self.stop_all(node);
                }
            }
            return;
        }
        match self.crew.open(node) {
            Ok(sheet) => {
                let lender = self.terms(node, &sheet);
                let pool = Pool::of(0..sheet.width());
                self.each.insert(node, Each::new(Role::Own(lender), Some(sheet), pool));
            }
            Err(reason) => {
                let reason = self.crew.tell_failed(node, reason);
                self.ran(node, Err(reason));
            }
        }
    }

    /// Puts a task among those that are ready, where elements are left.
    pub(crate) fn requeue(&mut self, node: u32) {
        let Some(each) = self.each.get_mut(&node) else { return };
        if each.pool.left() > 0 && !each.is_ready {
            each.is_ready = true;
            self.ready.push(Reverse(self.plan.order.position(node)));
        }
    }

    /// Takes a task out of those that are ready, where no elements are left.
    pub(crate) fn unqueue(&mut self, node: u32) {
        let Some(each) = self.each.get_mut(&node) else { return };
        if each.is_ready && each.pool.left() == 0 {
            each.is_ready = false;
            let rank = self.plan.order.position(node);
            self.ready.retain(|&Reverse(other)| other != rank);
        }
    }

    /// Takes elements back that were not started.
    pub(crate) fn put_back(&mut self, work: Work) {
        let node = work.node;
        let Some(elements) = work.into_elements() else {
            return self.ready.push(Reverse(self.plan.order.position(node)));
        };
        if let Some(each) = self.each.get_mut(&node) {
            each.under_way -= elements.len();
            each.pool.put(elements);
        }
        self.requeue(node);
    }

    /// Elements have run here.
    pub(crate) fn elements_ran(&mut self, node: u32, count: usize, nanos: u64, ran: Ran) {
        let Some(each) = self.each.get_mut(&node) else { return };
        each.under_way -= count;
        each.chunk = chunk_after(count, nanos);
        each.nanos += nanos;
        each.incomplete |= !ran.complete;
        if let Some(reason) = ran.failure {
            self.each_fails(node, reason);
        }
        self.settle(node);
    }

    /// An element has failed, or what becomes of them all.
    pub(crate) fn each_fails(&mut self, node: u32, reason: Reason) {
        if let Some(each) = self.each.get_mut(&node) {
            keep_first(&mut each.failure, reason);
        }
        self.stop_all(node);
    }

    /// Ends a task of which nothing runs any more, if nothing of it is to run.
    pub(crate) fn settle(&mut self, node: u32) {
        let Some(each) = self.each.get_mut(&node) else { return };
        if each.is_ready || each.under_way > 0 || (each.pool.left() > 0 && !self.stopped) {
            return;
        }
        let failure = each.failure.take();
        let incomplete = each.incomplete || each.pool.left() > 0;
        match &each.role {
            Role::Own(lender) if !lender.has_all() => each.failure = failure,
            Role::Own(_) => self.end_each(node, failure, incomplete),
            Role::Guest(_) if failure.is_some() => {
                each.failure = failure;
                self.default(node, true);
            }
            Role::Guest(_) if incomplete => self.default(node, false),
            Role::Guest(_) => self.repay(node),
        }
    }

    /// Ends a task of this rank.
    fn end_each(&mut self, node: u32, failure: Option<Reason>, incomplete: bool) {
        let Some(each) = self.each.remove(&node) else { return };
        let Each { role: Role::Own(lender), sheet: Some(sheet), .. } = &each else { return };
        self.tell_over(node, lender);
        if failure.is_none() && !incomplete && !each.failed_elsewhere {
            self.learn(node, each.nanos);
            let outcome = self.crew.close(sheet);
            return self.ran(node, outcome);
        }
        sheet.clear();
        match failure {
            Some(reason) => {
                let reason = self.crew.tell_failed(node, reason);
                self.ran(node, Err(reason));
            }
            None if each.failed_elsewhere => self.close(node),
            None => self.abandon(node),
        }
    }

    /// What there was of a task of another rank is over: tells of the first element that has failed here.
    pub(crate) fn end_guest(&mut self, node: u32, mut each: Each) {
        if let Some(reason) = each.failure.take() {
            let Reason { element, failure } = self.crew.tell_failed(node, reason);
            self.failed(Failed { node, element, failure, finished: false });
        }
        each.clear();
    }

    /// A task that is ready will not run, or no further element of it.
    pub(crate) fn drop_ready(&mut self, node: u32) {
        match self.each.get_mut(&node) {
            Some(each) => {
                each.is_ready = false;
                self.settle(node);
            }
            None => self.abandon(node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_gives_each_element_once() {
        let mut pool = Pool::of(0..10);
        assert_eq!((pool.take(3), pool.take(4), pool.left()), (0..3, 3..7, 3));
        pool.put(3..7);
        pool.put(0..3);
        assert_eq!((pool.left(), pool.take(100)), (10, 0..10));
        assert_eq!((pool.left(), pool.take(1)), (0, 0..0));
        pool.put(4..6);
        pool.put(8..9);
        assert_eq!((pool.take(5), pool.take(5), pool.take(5)), (8..9, 4..6, 0..0));
    }
}
