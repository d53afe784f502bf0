//! Tasks that run once for each element of an output, in a run: which elements are handed out.
//!
//! The thread that speaks MPI opens and closes such a task, and hands out its elements, some at a time,
//! to the threads of its rank. So all that is here belongs to one thread.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::ops::Range;

use super::crew::{Reason, Work, keep_first};
use super::run::Run;
use super::sheet::{Ran, Sheet};
use crate::executor::each::chunk_after;

/// A task of which some elements have run, or may.
pub(super) struct Each {
    sheet: Arc<Sheet>,
    pub(super) pool: Pool,
    /// How many elements were handed out and are not back.
    pub(super) under_way: usize,
    /// How many to hand out together.
    chunk: usize,
    /// Whether it is among those that are ready.
    is_ready: bool,
    /// That of the first element that has failed.
    failure: Option<Reason>,
    /// Whether some elements have not run that were handed out.
    incomplete: bool,
    /// How long its elements took, those of all threads together.
    nanos: u64,
}

/// Elements that are not handed out.
#[derive(Default)]
pub(super) struct Pool {
    /// None of these is empty.
    ranges: Vec<Range<usize>>,
    left: usize,
}

impl Pool {
    pub(super) fn of(range: Range<usize>) -> Self {
        let mut pool = Pool::default();
        pool.put(range);
        pool
    }

    /// How many there are.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Takes up to `most` elements that follow each other: none only where none is left.
    pub(super) fn take(&mut self, most: usize) -> Range<usize> {
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
    pub(super) fn put(&mut self, range: Range<usize>) {
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
    fn is_in_steps(&self, node: u32) -> bool {
        (self.shares || !self.crew.is_single()) && self.view.place(node).line.each
    }

    /// What to run next of a task that was taken from those that are ready. None where it is done.
    pub(super) fn next_work(&mut self, node: u32) -> Option<Work> {
        if !self.each.contains_key(&node) {
            if !self.is_in_steps(node) {
                return Some(Work::whole(node));
            }
            self.open_each(node);
        }
        let workers = self.crew.threads();
        let each = self.each.get_mut(&node)?;
        each.is_ready = false;
        // So that the last chunks end at about the same time.
        let most = (each.pool.left() / (2 * workers)).clamp(1, each.chunk);
        let elements = each.pool.take(most);
        if elements.is_empty() {
            self.settle(node);
            return None;
        }
        each.under_way += elements.len();
        let work = Work::elements(node, Arc::clone(&each.sheet), elements);
        self.requeue(node);
        Some(work)
    }

    /// Begins a task; where that fails, ends it.
    fn open_each(&mut self, node: u32) {
        match self.crew.open(node) {
            Ok(sheet) => {
                let each = Each {
                    pool: Pool::of(0..sheet.width()),
                    sheet,
                    under_way: 0,
                    chunk: 1,
                    is_ready: false,
                    failure: None,
                    incomplete: false,
                    nanos: 0,
                };
                self.each.insert(node, each);
            }
            Err(reason) => self.ran(node, Err(reason)),
        }
    }

    /// Puts a task among those that are ready, where elements are left.
    fn requeue(&mut self, node: u32) {
        let Some(each) = self.each.get_mut(&node) else { return };
        if each.pool.left() > 0 && !each.is_ready {
            each.is_ready = true;
            self.ready.push(Reverse(self.view.rank(node)));
        }
    }

    /// Takes elements back that were not started.
    pub(super) fn put_back(&mut self, work: Work) {
        let node = work.node;
        let Some(elements) = work.into_elements() else {
            return self.ready.push(Reverse(self.view.rank(node)));
        };
        if let Some(each) = self.each.get_mut(&node) {
            each.under_way -= elements.len();
            each.pool.put(elements);
        }
        self.requeue(node);
    }

    /// Elements have run here.
    pub(super) fn elements_ran(&mut self, node: u32, count: usize, nanos: u64, ran: Ran) {
        let Some(each) = self.each.get_mut(&node) else { return };
        each.under_way -= count;
        each.chunk = chunk_after(count, nanos);
        each.nanos += nanos;
        each.incomplete |= !ran.complete;
        if let Some(reason) = ran.failure {
            keep_first(&mut each.failure, reason);
            self.stop_all(node);
        }
        self.settle(node);
    }

    /// Ends a task of which nothing runs any more, if nothing of it is to run.
    fn settle(&mut self, node: u32) {
        let Some(each) = self.each.get(&node) else { return };
        if each.is_ready || each.under_way > 0 || (each.pool.left() > 0 && !self.stopped) {
            return;
        }
        let Some(each) = self.each.remove(&node) else { return };
        if let Some(Reason { element, failure }) = each.failure {
            each.sheet.clear();
            let reason = self.crew.fails(node, element, failure);
            self.ran(node, Err(reason));
        } else if each.incomplete || each.pool.left() > 0 {
            each.sheet.clear();
            self.abandon(node);
        } else {
            self.learn(node, each.nanos);
            let outcome = self.crew.close(&each.sheet);
            self.ran(node, outcome);
        }
    }

    /// A task that is ready will not run, or no further element of it.
    pub(super) fn drop_ready(&mut self, node: u32) {
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
