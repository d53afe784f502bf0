//! The first failures of a rank or of a job. There may be very many of them, and what is kept and sent is bounded.

use alloc::vec::Vec;
use core::mem;

use crate::executor::outcome::Failed;
use crate::unwind::discard;

/// This many failures of a job are kept.
pub(crate) const MOST_FAILURES: usize = 1000;

/// A failure and its rank.
pub(crate) struct RankFailure {
    pub(crate) rank: u32,
    pub(crate) failed: Failed,
}

/// A failure that has a place among others, in the order of the graph's list.
pub(crate) trait Placed {
    /// The rank of the task, where it is known, and the task.
    fn task(&self) -> (u32, u32);

    /// The place.
    fn place(&self) -> impl Ord;
}

impl Placed for Failed {
    fn task(&self) -> (u32, u32) {
        (0, self.node)
    }

    fn place(&self) -> impl Ord {
        (self.node, self.element, self.finished)
    }
}

impl Placed for RankFailure {
    fn task(&self) -> (u32, u32) {
        (self.rank, self.failed.node)
    }

    fn place(&self) -> impl Ord {
        (self.failed.node, self.failed.element, self.failed.finished, self.rank)
    }
}

/// The first failures, and what is known of the others.
pub(crate) struct FirstFailures<F = Failed> {
    /// In no order, and at most twice as many as are kept in the end.
    kept: Vec<F>,
    /// How many are not kept.
    more: usize,
    /// The tasks of those that are not kept, and their ranks: some several times.
    others: Vec<(u32, u32)>,
}

impl<F> Default for FirstFailures<F> {
    fn default() -> Self {
        FirstFailures { kept: Vec::new(), more: 0, others: Vec::new() }
    }
}

impl From<Failed> for FirstFailures {
    fn from(failed: Failed) -> Self {
        FirstFailures { kept: [failed].into(), ..FirstFailures::default() }
    }
}

impl<F: Placed> FirstFailures<F> {
    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The first one.
    pub(crate) fn first(&self) -> Option<&F> {
        self.kept.iter().min_by(|a, b| a.place().cmp(&b.place()))
    }

    /// Those that are kept now, in no order.
    #[cfg(test)]
    pub(crate) fn kept(&self) -> &[F] {
        &self.kept
    }

    #[cold]
    pub(crate) fn push(&mut self, failure: F) {
        self.kept.push(failure);
        if self.kept.len() >= 2 * MOST_FAILURES {
            self.keep_first();
        }
    }

    /// Takes those of others.
    pub(crate) fn append(&mut self, others: FirstFailures<F>) {
        let FirstFailures { kept, more, others } = others;
        kept.into_iter().for_each(|failure| self.push(failure));
        self.add_others(more, others);
    }

    /// Adds a number of further failures, of these tasks on these ranks.
    pub(crate) fn add_others(&mut self, more: usize, tasks: impl IntoIterator<Item = (u32, u32)>) {
        self.more += more;
        for task in tasks {
            if self.others.last() != Some(&task) {
                self.others.push(task);
            }
        }
    }

    fn keep_first(&mut self) {
        self.kept.sort_unstable_by(|a, b| a.place().cmp(&b.place()));
        if self.kept.len() > MOST_FAILURES {
            let left_out = self.kept.split_off(MOST_FAILURES);
            self.add_others(left_out.len(), left_out.iter().map(Placed::task));
            left_out.into_iter().for_each(discard);
        }
    }

    /// The first failures in order, how many more there are, and the ranks and tasks of these, each once.
    pub(crate) fn take(&mut self) -> (Vec<F>, usize, Vec<(u32, u32)>) {
        self.keep_first();
        let FirstFailures { kept, more, mut others } = mem::take(self);
        others.sort_unstable();
        others.dedup();
        (kept, more, others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Failure;

    fn failed(node: u32, element: usize) -> Failed {
        Failed { node, element: Some(element), failure: Failure::error("no".into()), finished: false }
    }

    #[test]
    fn the_first_ones_are_kept() {
        let mut all = FirstFailures::default();
        // From the last one to the first one.
        for node in (0..10).rev() {
            let mut of_task = FirstFailures::default();
            (0..700).rev().for_each(|element| of_task.push(failed(node, element)));
            assert_eq!(of_task.first().map(|first| first.element), Some(Some(0)));
            all.append(of_task);
            assert!(all.kept.len() < 2 * MOST_FAILURES);
        }
        let (kept, more, others) = all.take();
        let places: Vec<_> = kept.iter().map(|failed| (failed.node, failed.element.unwrap())).collect();
        let expected: Vec<_> = (0..2).flat_map(|node| (0..700).map(move |k| (node, k))).take(1000).collect();
        assert_eq!(places, expected);
        assert_eq!((more, others), (6000, (1..10).map(|node| (0, node)).collect()));
        assert!(all.is_empty() && all.take().1 == 0);
    }
}
