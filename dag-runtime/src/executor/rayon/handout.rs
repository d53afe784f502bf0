//! How the elements of tasks that run once for each of them are handed out to workers.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use super::sync::{AtomicUsize, Ordering};
use crate::executor::each::chunk_after;
use crate::table::View;

/// All tasks of a run that run once for each element of an output.
#[derive(Debug)]
pub(super) struct Handouts {
    /// In the order of their numbers.
    all: Box<[Handout]>,
    /// For each line of such tasks, the first one, and how many there are before it.
    lines: Box<[(u32, usize)]>,
}

impl Handouts {
    /// Those of a graph.
    pub(super) fn new(view: &View) -> Self {
        let (mut lines, mut count, mut node) = (Vec::new(), 0, 0);
        while (node as usize) < view.len() {
            let line = view.place(node).line;
            if line.each {
                lines.push((node, count));
                count += line.len();
            }
            node += line.len() as u32;
        }
        Handouts { all: (0..count).map(|_| Handout::new()).collect(), lines: lines.into() }
    }

    /// The numbers of these tasks.
    pub(super) fn tasks(&self, view: &View) -> impl Iterator<Item = u32> {
        self.lines.iter().flat_map(|&(first, _)| first..first + view.place(first).line.len() as u32)
    }

    /// Which of these a task is, if it is one.
    #[inline]
    pub(super) fn find(&self, view: &View, node: u32) -> Option<usize> {
        if self.lines.is_empty() || !view.place(node).line.each {
            return None;
        }
        let after = self.lines.partition_point(|&(first, _)| first <= node);
        let (first, before) = self.lines[after - 1];
        Some(before + (node - first) as usize)
    }

    #[inline]
    pub(super) fn get(&self, each: usize) -> &Handout {
        &self.all[each]
    }
}

/// The elements of one task that runs once for each of them.
///
/// Whoever took the task out of the set of those that are ready, and nobody else, opens it and takes
/// elements; then it is put back, as long as some are left. So these steps need no more than to be seen
/// by the next one, which the set takes care of. Only that elements are done is counted by many at once.
#[derive(Debug)]
pub(super) struct Handout {
    /// How many there are.
    width: AtomicUsize,
    /// How many were handed out.
    next: AtomicUsize,
    /// How many are done.
    done: AtomicUsize,
    /// How many to hand out together.
    chunk: AtomicUsize,
}

const NOT_OPEN: usize = usize::MAX;

impl Handout {
    /// Of a task that is not open.
    fn new() -> Self {
        Handout {
            width: AtomicUsize::new(NOT_OPEN),
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            chunk: AtomicUsize::new(1),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.width.load(Ordering::Relaxed) != NOT_OPEN
    }

    /// There are as many elements.
    pub(super) fn open(&self, width: usize) {
        self.width.store(width, Ordering::Relaxed);
    }

    /// Hands out some elements, among so many workers. Gives them, and how many are left.
    pub(super) fn take(&self, workers: u32) -> (Range<usize>, usize) {
        let first = self.next.load(Ordering::Relaxed);
        let left = self.width.load(Ordering::Relaxed) - first;
        // So that the last chunks end at about the same time.
        let most = (left / (2 * workers as usize)).max(1);
        let count = self.chunk.load(Ordering::Relaxed).min(most).min(left);
        self.next.store(first + count, Ordering::Relaxed);
        (first..first + count, left - count)
    }

    /// Elements are done, in so many nanoseconds. Says whether all are now: then the caller sees what
    /// was done for each of them.
    pub(super) fn finish(&self, count: usize, nanos: u64) -> bool {
        self.chunk.store(chunk_after(count, nanos), Ordering::Relaxed);
        self.done.fetch_add(count, Ordering::AcqRel) + count == self.width.load(Ordering::Relaxed)
    }
}
