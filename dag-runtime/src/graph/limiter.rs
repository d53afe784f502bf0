//! Tasks that wait for units of limits, and the units that are free.
//!
//! A task gets all its units at once or waits. Free units go to the waiting task of the highest priority. If it does not fit,
//! what it needs of them is reserved: no other task gets these, so that it fits when enough tasks have ended.

use alloc::boxed::Box;
use alloc::collections::BinaryHeap;
use core::cmp::Reverse;

use super::{Needs, Taken};

/// The free units of a run, and the tasks that wait for some.
#[derive(Debug)]
pub(crate) struct Limiter<'run> {
    needs: &'run Needs,
    free: Box<[u64]>,
    /// For each kind of needs, the ranks of the tasks that wait. Those of one kind fit or do not fit together.
    waiting: Box<[BinaryHeap<Reverse<u32>>]>,
    /// How many wait.
    count: usize,
}

impl<'run> Limiter<'run> {
    /// All units are free, and no task waits.
    pub(crate) fn new(needs: &'run Needs) -> Self {
        let waiting = needs.kinds().iter().map(|_| BinaryHeap::new()).collect();
        Limiter { needs, free: needs.totals().into(), waiting, count: 0 }
    }

    /// A task of this kind waits. A lower rank is a higher priority.
    pub(crate) fn wait(&mut self, kind: u32, rank: u32) {
        self.waiting[kind as usize].push(Reverse(rank));
        self.count += 1;
    }

    /// Gives the units of a task of this kind back.
    pub(crate) fn give_back(&mut self, kind: u32) {
        for &(limit, units) in &self.needs.kinds()[kind as usize] {
            let free = &mut self.free[limit as usize];
            *free += units;
            debug_assert!(*free <= self.needs.totals()[limit as usize], "units are given back once");
        }
    }

    /// Takes the units of the first waiting task that may start, if its rank is below this one. Returns its rank.
    pub(crate) fn start(&mut self, below: u32) -> Option<u32> {
        let (kind, _) = self.first_to_start().filter(|&(_, rank)| rank < below)?;
        for &(limit, units) in &self.needs.kinds()[kind] {
            self.free[limit as usize] -= units;
        }
        self.count -= 1;
        self.waiting[kind].pop().map(|Reverse(rank)| rank)
    }

    /// The rank of the first waiting task that may start.
    pub(crate) fn first_rank(&self) -> Option<u32> {
        self.first_to_start().map(|(_, rank)| rank)
    }

    #[cfg(feature = "rayon")]
    /// Whether a task that waits may start.
    pub(crate) fn can_start(&self) -> bool {
        self.first_to_start().is_some()
    }

    #[cfg(feature = "rayon")]
    /// The limit of which a task of this kind and rank needs more than is free for it, if there is one.
    pub(crate) fn missing(&self, kind: u32, rank: u32) -> Option<u32> {
        let reserved = match self.first() {
            Some((first, before)) if before < rank && !self.fits(first, &[]) => &*self.needs.kinds()[first],
            _ => &[],
        };
        let taken = self.needs.kinds()[kind as usize].iter();
        let is_missing = |&(limit, units): &(u32, u64)| !self.is_free(limit, units, reserved);
        taken.copied().find(is_missing).map(|(limit, _)| limit)
    }

    /// Takes out a task that waits, if it does.
    #[cfg(feature = "mpi")]
    pub(crate) fn remove(&mut self, kind: u32, rank: u32) {
        let waiting = &mut self.waiting[kind as usize];
        let before = waiting.len();
        waiting.retain(|&Reverse(other)| other != rank);
        self.count -= before - waiting.len();
    }

    #[cfg(feature = "rayon")]
    /// Takes out a task that waits, without units.
    pub(crate) fn pop(&mut self) -> Option<u32> {
        let kind = self.waiting.iter_mut().find(|waiting| !waiting.is_empty())?;
        self.count -= 1;
        kind.pop().map(|Reverse(rank)| rank)
    }

    /// Whether all units are free, and no task waits.
    #[cfg(all(test, feature = "mpi"))]
    pub(crate) fn is_idle(&self) -> bool {
        *self.free == *self.needs.totals() && self.count == 0
    }

    /// The kind and the rank of the first waiting task that may start.
    fn first_to_start(&self) -> Option<(usize, u32)> {
        if self.count == 0 {
            return None;
        }
        let first = self.first()?;
        if self.fits(first.0, &[]) {
            return Some(first);
        }
        let reserved = &self.needs.kinds()[first.0];
        self.heads().filter(|&(kind, _)| self.fits(kind, reserved)).min_by_key(|&(_, rank)| rank)
    }

    /// The first waiting task of each kind: the kind and its rank.
    fn heads(&self) -> impl Iterator<Item = (usize, u32)> {
        let heads = self.waiting.iter().enumerate();
        heads.filter_map(|(kind, waiting)| Some((kind, waiting.peek()?.0)))
    }

    /// The first waiting task.
    fn first(&self) -> Option<(usize, u32)> {
        self.heads().min_by_key(|&(_, rank)| rank)
    }

    /// Whether what tasks of this kind take is free, apart from what is reserved.
    fn fits(&self, kind: usize, reserved: &Taken) -> bool {
        self.needs.kinds()[kind].iter().all(|&(limit, units)| self.is_free(limit, units, reserved))
    }

    fn is_free(&self, limit: u32, units: u64, reserved: &Taken) -> bool {
        let reserved = reserved.iter().find(|&&(of, _)| of == limit).map_or(0, |&(_, units)| units);
        units.checked_add(reserved).is_some_and(|sum| sum <= self.free[limit as usize])
    }
}

#[cfg(all(test, feature = "rayon", not(loom)))]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;
    use crate::graph::Collected;

    /// What tasks take of two limits.
    fn needs(totals: [u64; 2], tasks: &[[u64; 2]]) -> Needs {
        let mut found = Collected::new(tasks.len());
        for (task, units) in (0..).zip(tasks) {
            let taken: Vec<(u32, u64)> = (0..).zip(*units).filter(|&(_, units)| units > 0).collect();
            found.add(task, &taken);
        }
        found.finish(totals.into())
    }

    /// Starts all tasks that may start.
    fn start_all(limiter: &mut Limiter<'_>) -> Vec<u32> {
        let started: Vec<u32> = core::iter::from_fn(|| limiter.start(u32::MAX)).collect();
        assert!(!limiter.can_start());
        started
    }

    #[test]
    fn the_highest_priority_comes_first() {
        let needs = needs([2, 9], &[[1, 0], [1, 3], [1, 0], [1, 3], [1, 0]]);
        let mut limiter = Limiter::new(&needs);
        for task in [3, 4, 1, 2, 0] {
            limiter.wait(needs.kind_of(task), task);
        }
        assert_eq!(limiter.start(0), None);
        assert_eq!(start_all(&mut limiter), [0, 1]);
        limiter.give_back(needs.kind_of(1));
        assert_eq!((limiter.start(2), limiter.start(3)), (None, Some(2)));
        limiter.give_back(needs.kind_of(0));
        limiter.give_back(needs.kind_of(2));
        assert_eq!(start_all(&mut limiter), [3, 4]);
    }

    #[test]
    fn the_first_that_does_not_fit_reserves_what_is_free() {
        // The first task needs all of the first limit, and the others some of either.
        let needs = needs([4, 2], &[[4, 1], [1, 0], [0, 1], [0, 1], [2, 0]]);
        let kind = |task| needs.kind_of(task);
        let mut limiter = Limiter::new(&needs);
        limiter.wait(kind(1), 1);
        assert_eq!(start_all(&mut limiter), [1]);
        [0, 2, 3, 4].into_iter().for_each(|task| limiter.wait(kind(task), task));
        // Of the second limit, the first task leaves one unit.
        assert_eq!(start_all(&mut limiter), [2]);
        limiter.give_back(kind(2));
        assert_eq!(start_all(&mut limiter), [3]);
        limiter.give_back(kind(1));
        assert_eq!(start_all(&mut limiter), [0]);
        limiter.give_back(kind(3));
        assert_eq!(start_all(&mut limiter), vec![0; 0]);
        limiter.give_back(kind(0));
        assert_eq!(start_all(&mut limiter), [4]);
    }

    #[test]
    fn a_limit_that_is_never_reached_does_not_bind() {
        let binding = |totals, threads| {
            let needs = needs(totals, &[[2, 1], [0, 1], [1, 0]]).binding(threads)?;
            Some([0, 1, 2].map(|task| match needs.kind_of(task) {
                crate::graph::FREE => 0,
                kind => needs.kinds()[kind as usize].len(),
            }))
        };
        assert_eq!(binding([4, 2], 2), None);
        assert_eq!(binding([3, 2], 2), Some([1, 0, 1]));
        assert_eq!(binding([4, 1], 2), Some([1, 1, 0]));
        assert_eq!(binding([2, 1], 1), None);
        assert_eq!(binding([2, 1], 3), Some([2, 1, 1]));
    }
}
