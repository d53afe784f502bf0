//! Which elements of a task of this rank other ranks run.

use alloc::collections::BTreeMap;
use core::ops::Range;
use std::time::Instant;

/// How long another rank should take for elements that it is lent, in nanoseconds: long beside the way there and back.
const LOAN_NANOS: u64 = 2_000_000;

/// By what factor loans grow at most.
const GROWTH: usize = 4;

/// The loans of a task's elements: a rank has one at a time.
#[derive(Default)]
pub(crate) struct Lender {
    terms: Terms,
    borrowers: BTreeMap<u32, Borrower>,
}

/// Whether elements can leave their rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Terms {
    #[default]
    Never,
    /// With the outputs that the task reads.
    Borrowed,
    /// By value: they are those of this output.
    Owned(u32),
}

/// A rank that has what the task reads.
struct Borrower {
    /// The elements that it runs, and since when.
    lent: Range<usize>,
    since: Instant,
    /// How many to lend it next; 0 where it cannot run any.
    next: usize,
}

impl Lender {
    pub(crate) fn new(terms: Terms) -> Self {
        Lender { terms, borrowers: BTreeMap::new() }
    }

    pub(crate) fn terms(&self) -> Terms {
        self.terms
    }

    /// No more elements can be lent.
    pub(crate) fn forbid(&mut self) {
        self.terms = Terms::Never;
    }

    /// Whether some may be lent.
    pub(crate) fn may_lend(&self) -> bool {
        self.terms != Terms::Never
    }

    /// Whether no element is lent now.
    pub(crate) fn has_all(&self) -> bool {
        self.borrowers.values().all(|borrower| borrower.lent.is_empty())
    }

    /// The ranks that have what the task reads.
    pub(crate) fn borrowers(&self) -> impl Iterator<Item = u32> + '_ {
        self.borrowers.keys().copied()
    }

    /// How many elements to lend to a rank next, or `first` where that was lent none. None where it cannot be lent any now.
    pub(crate) fn next_count(&self, to: u32, first: usize) -> Option<usize> {
        if !self.may_lend() {
            return None;
        }
        match self.borrowers.get(&to) {
            None => Some(first),
            Some(borrower) => (borrower.lent.is_empty() && borrower.next > 0).then_some(borrower.next),
        }
    }

    /// Whether a rank was never lent any.
    pub(crate) fn is_first(&self, to: u32) -> bool {
        !self.borrowers.contains_key(&to)
    }

    /// A rank is lent elements.
    pub(crate) fn begin(&mut self, to: u32, range: Range<usize>) {
        self.borrowers.insert(to, Borrower { next: range.len(), lent: range, since: Instant::now() });
    }

    /// A rank is done with what it was lent. Gives which elements that were, and how long it took.
    pub(crate) fn end(&mut self, source: u32) -> Option<(Range<usize>, u64)> {
        let borrower = self.borrowers.get_mut(&source)?;
        let range = core::mem::take(&mut borrower.lent);
        let nanos = borrower.since.elapsed().as_nanos() as u64;
        let fit = (range.len() as u64).saturating_mul(LOAN_NANOS) / nanos.max(1);
        borrower.next = (fit as usize).clamp(1, range.len().saturating_mul(GROWTH).max(1));
        Some((range, nanos))
    }

    /// A rank cannot run any.
    pub(crate) fn refuse(&mut self, source: u32) {
        if let Some(borrower) = self.borrowers.get_mut(&source) {
            borrower.next = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_has_one_loan_at_a_time() {
        let mut lender = Lender::new(Terms::Borrowed);
        assert_eq!((lender.next_count(1, 8), lender.is_first(1)), (Some(8), true));
        lender.begin(1, 0..8);
        assert_eq!((lender.next_count(1, 8), lender.has_all()), (None, false));
        assert_eq!((lender.next_count(2, 8), lender.is_first(1)), (Some(8), false));
        assert_eq!(lender.end(1).map(|(range, _)| range), Some(0..8));
        assert!(lender.has_all() && lender.next_count(1, 8).is_some_and(|count| (1..=32).contains(&count)));
        lender.refuse(1);
        assert_eq!(lender.next_count(1, 8), None);
        lender.forbid();
        assert_eq!((lender.next_count(2, 8), lender.end(3)), (None, None));
    }
}
