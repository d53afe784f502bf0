//! How the elements of tasks that run once for each of them are divided among workers.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use crate::executor::each::chunk_after;
use crate::executor::rayon::sync::{AtomicUsize, Ordering};
use crate::table::View;

/// The chunks of all tasks of a run that run once for each element of an output.
#[derive(Debug)]
pub(super) struct AllChunks {
    /// In the order of the tasks.
    all: Box<[Chunks]>,
    /// For each line of such tasks, its first task, and how many such tasks are before it.
    lines: Box<[(u32, usize)]>,
}

impl AllChunks {
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
        AllChunks { all: (0..count).map(|_| Chunks::new()).collect(), lines: lines.into() }
    }

    /// These tasks, in ascending order.
    pub(super) fn tasks(&self, view: &View) -> impl Iterator<Item = u32> {
        self.lines.iter().flat_map(|&(first, _)| first..first + view.place(first).line.len() as u32)
    }

    /// The index of a task among these, if it is one.
    #[inline(always)]
    pub(super) fn index_of(&self, view: &View, node: u32) -> Option<usize> {
        if self.lines.is_empty() || !view.place(node).line.each {
            return None;
        }
        let after = self.lines.partition_point(|&(first, _)| first <= node);
        let (first, before) = self.lines[after - 1];
        Some(before + (node - first) as usize)
    }

    #[inline]
    pub(super) fn get(&self, each: usize) -> &Chunks {
        &self.all[each]
    }
}

/// The elements of one task that runs once for each of them.
///
/// Only the worker that has taken the task out of the ready set opens it and takes a chunk. Then it puts the task back if
/// elements are left. So no two workers do this at a time, and the ready set makes each step visible to the next one. Only
/// `done` is written by many workers at once.
#[derive(Debug)]
pub(super) struct Chunks {
    /// How many elements there are.
    width: AtomicUsize,
    /// How many were taken.
    taken: AtomicUsize,
    /// How many are done.
    done: AtomicUsize,
    /// How many elements the next chunk has.
    chunk: AtomicUsize,
}

const NOT_OPEN: usize = usize::MAX;

impl Chunks {
    fn new() -> Self {
        Chunks {
            width: AtomicUsize::new(NOT_OPEN),
            taken: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            chunk: AtomicUsize::new(1),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.width.load(Ordering::Relaxed) != NOT_OPEN
    }

    /// Opens the task, which has `width` elements.
    pub(super) fn open(&self, width: usize) {
        self.width.store(width, Ordering::Relaxed);
    }

    /// Takes the next chunk, where up to `workers` workers share the elements. Returns it, and how many elements are left.
    pub(super) fn next(&self, workers: u32) -> (Range<usize>, usize) {
        let first = self.taken.load(Ordering::Relaxed);
        let left = self.width.load(Ordering::Relaxed) - first;
        // A share of half of what is left, so that the last chunks end at about the same time.
        let most = (left / (2 * workers as usize)).max(1);
        let count = self.chunk.load(Ordering::Relaxed).min(most).min(left);
        self.taken.store(first + count, Ordering::Relaxed);
        (first..first + count, left - count)
    }

    /// Counts elements that are done, after this many nanoseconds. Returns whether all are done now: then the caller sees what
    /// was done for each of them.
    pub(super) fn complete(&self, count: usize, nanos: u64) -> bool {
        self.chunk.store(chunk_after(count, nanos), Ordering::Relaxed);
        self.done.fetch_add(count, Ordering::AcqRel) + count == self.width.load(Ordering::Relaxed)
    }
}
