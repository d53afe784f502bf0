//! The ready set of one thread, from which others steal: a bitmap by priority.

use alloc::boxed::Box;

use crate::executor::rayon::sync::{AtomicU64, Ordering, sequential};

/// Words in a cache line.
const LINE: usize = 8;

/// How many marks there are at most. Few under loom, so that spans of several words are checked, too.
const MOST_MARKS: usize = if cfg!(loom) { 1 } else { 64 * LINE };

/// From how many words a thread steals at most at once.
const STOLEN_WORDS: u32 = 8;

/// A set of ranks that one thread mostly uses by itself.
///
/// Its first cache line has *marks*, which tell where it has ranks. So others see by one transfer whether there is anything,
/// and need a second one to take it. Each mark is of a *span*: as many words as are needed for the marks to fit.
#[derive(Debug)]
pub(super) struct OwnSet {
    lines: Box<[Line]>,
    /// A span has this power of two of words.
    span: u32,
    words: usize,
    /// In how many words the marks are.
    marks: usize,
}

#[derive(Debug)]
#[repr(align(64))]
struct Line([AtomicU64; LINE]);

/// What [`OwnSet::take`] and [`OwnSet::steal`] have taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Taken {
    pub(in super::super) rank: u32,
    /// Whether other ranks were moved, or were not to be seen for a moment: then the caller is as one that has put them.
    pub(in super::super) published: bool,
}

impl OwnSet {
    /// An empty set of ranks below `len`.
    pub(super) fn new(len: usize) -> Self {
        let words = len.div_ceil(64);
        let span = words.div_ceil(MOST_MARKS).next_power_of_two().ilog2();
        let marks = words.div_ceil(64 << span);
        let line = |_| Line(core::array::from_fn(|_| AtomicU64::new(0)));
        OwnSet { lines: (0..1 + words.div_ceil(LINE)).map(line).collect(), span, words, marks }
    }

    /// Adds a rank. The thread that takes it sees all that this thread did before.
    #[inline]
    pub(super) fn put(&self, rank: u32) {
        self.put_all(rank as usize / 64, 1 << (rank % 64));
    }

    /// Adds the ranks of a word.
    #[inline]
    fn put_all(&self, word: usize, bits: u64) {
        self.word(word).fetch_or(bits, Ordering::SeqCst);
        sequential();
        self.mark(word >> self.span);
    }

    /// Removes the lowest rank.
    #[inline]
    pub(super) fn take(&self) -> Option<Taken> {
        let mut published = false;
        for (k, marks) in self.marks().iter().enumerate() {
            loop {
                let marks = marks.load(Ordering::Relaxed);
                if marks == 0 {
                    break;
                }
                let span = 64 * k + marks.trailing_zeros() as usize;
                let taken = self.words_of(span).find_map(|word| self.take_from(word));
                if taken.is_none_or(|(_, is_last)| is_last) {
                    published |= self.unmark_if_empty(span);
                }
                if let Some((rank, _)) = taken {
                    return Some(Taken { rank, published });
                }
            }
        }
        None
    }

    /// Removes the lowest rank of a word. Also returns whether it was the last one.
    #[inline]
    fn take_from(&self, number: usize) -> Option<(u32, bool)> {
        let word = self.word(number);
        let mut seen = word.load(Ordering::Relaxed);
        while seen != 0 {
            let bit = seen & seen.wrapping_neg();
            seen = word.fetch_and(!bit, Ordering::AcqRel);
            if seen & bit != 0 {
                return Some((64 * number as u32 + bit.trailing_zeros(), seen == bit));
            }
        }
        None
    }

    /// Moves about half of another set to this one, but for the first rank, which it returns: every second word, or the lower
    /// half of the only one. Neighbours stay together, since they often have common successors.
    pub(super) fn steal(&self, victim: &OwnSet) -> Option<Taken> {
        let (mut rank, mut published) = (None, false);
        loop {
            let (mut skips, mut words, mut marked_again) = (false, 0, false);
            let mut marked = victim.marked_words().peekable();
            while let Some(number) = marked.next() {
                if skips {
                    skips = false;
                    continue;
                }
                let is_only_one = words == 0 && marked.peek().is_none();
                let mut bits = victim.take_word(number, is_only_one);
                marked_again |= victim.unmark_if_empty(number >> victim.span);
                if bits == 0 {
                    continue;
                }
                if rank.is_none() {
                    rank = Some(64 * number as u32 + bits.trailing_zeros());
                    bits &= bits - 1;
                }
                if bits != 0 {
                    self.put_all(number, bits);
                    published = true;
                }
                (skips, words) = (true, words + 1);
                if words == STOLEN_WORDS {
                    break;
                }
            }
            if rank.is_none() {
                // Who marks a span again may be late: then all ranks of it were taken, and none of its words was looked at.
                victim.marked_spans().for_each(|span| marked_again |= victim.unmark_if_empty(span));
            }
            published |= marked_again;
            if rank.is_some() || !marked_again {
                return rank.map(|rank| Taken { rank, published });
            }
        }
    }

    /// Removes all ranks of a word, or the lower half of them.
    fn take_word(&self, number: usize, half: bool) -> u64 {
        let word = self.word(number);
        if !half {
            return word.swap(0, Ordering::AcqRel);
        }
        // This changes nothing. But to read first, and then to write, would transfer the line twice.
        let lower = lower_half(word.fetch_or(0, Ordering::Relaxed));
        word.fetch_and(!lower, Ordering::AcqRel) & lower
    }

    /// Whether the set is empty. Sees every rank that was added before, in the order of sequentially consistent accesses, unless
    /// another thread has taken it or is about to return [`Taken::published`].
    pub(super) fn is_empty(&self) -> bool {
        self.marks().iter().all(|marks| marks.load(Ordering::SeqCst) == 0)
    }

    #[inline]
    fn marks(&self) -> &[AtomicU64] {
        &self.lines[0].0[..self.marks]
    }

    #[inline]
    fn word(&self, word: usize) -> &AtomicU64 {
        &self.lines[1 + word / LINE].0[word % LINE]
    }

    /// The words of a span.
    fn words_of(&self, span: usize) -> core::ops::Range<usize> {
        span << self.span..((span + 1) << self.span).min(self.words)
    }

    /// The spans that may have ranks.
    fn marked_spans(&self) -> impl Iterator<Item = usize> {
        self.marks().iter().enumerate().flat_map(|(k, marks)| {
            let mut left = marks.load(Ordering::Relaxed);
            core::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(64 * k + bit)
            })
        })
    }

    /// The words that may have ranks.
    fn marked_words(&self) -> impl Iterator<Item = usize> {
        let is_alone = self.span == 0;
        let has_ranks = move |word: &usize| is_alone || self.word(*word).load(Ordering::Relaxed) != 0;
        self.marked_spans().flat_map(|span| self.words_of(span)).filter(has_ranks)
    }

    /// Marks a span that has ranks.
    #[inline]
    fn mark(&self, span: usize) {
        let (marks, bit) = (&self.marks()[span / 64], 1 << (span % 64));
        if marks.load(Ordering::SeqCst) & bit == 0 {
            marks.fetch_or(bit, Ordering::SeqCst);
        }
    }

    /// Removes the mark of a span, unless it has ranks. Returns whether some were added meanwhile: then it is marked again.
    fn unmark_if_empty(&self, span: usize) -> bool {
        let has_ranks = || self.words_of(span).any(|word| self.word(word).load(Ordering::SeqCst) != 0);
        if has_ranks() {
            return false;
        }
        self.marks()[span / 64].fetch_and(!(1 << (span % 64)), Ordering::SeqCst);
        sequential();
        let was_added = has_ranks();
        if was_added {
            self.mark(span);
        }
        was_added
    }
}

/// The lower half of the bits that are set, and the one in the middle.
fn lower_half(bits: u64) -> u64 {
    let mut upper = bits;
    for _ in 0..bits.count_ones().div_ceil(2) {
        upper &= upper - 1;
    }
    bits & !upper
}

#[cfg(all(test, not(loom)))]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::vec::Vec;

    use super::*;

    fn take(set: &OwnSet) -> Option<u32> {
        set.take().map(|taken| taken.rank)
    }

    #[test]
    fn takes_the_lowest_first() {
        // In the last ones, a mark is of several words.
        for len in [1, 64, 65, 5000, 64 * 64 * 8, 64 * 64 * 8 + 1, 100_000] {
            let set = OwnSet::new(len);
            let mut expected = BTreeSet::new();
            let rank = |k: usize| (k * 7919 % len) as u32;
            for k in 0..700 {
                expected.insert(rank(k));
                set.put(rank(k));
                if k % 3 == 0 {
                    assert_eq!(take(&set), expected.pop_first());
                }
                assert_eq!(set.is_empty(), expected.is_empty());
            }
            while let Some(rank) = expected.pop_first() {
                assert_eq!(set.take(), Some(Taken { rank, published: false }));
            }
            assert_eq!(set.take(), None);
            assert!(set.is_empty());
        }
    }

    #[test]
    fn a_mark_without_ranks_is_removed() {
        for len in [64, 64 * 64 * 8, 64 * 64 * 8 + 1, 100_000] {
            let (own, victim) = (OwnSet::new(len), OwnSet::new(len));
            let last = (victim.words - 1) >> victim.span;
            [0, last].into_iter().for_each(|span| victim.mark(span));
            assert_eq!(own.steal(&victim), None);
            assert!(victim.is_empty(), "{len}");
        }
    }

    #[test]
    fn every_second_word_is_stolen_or_the_lower_half_of_the_only_one() {
        let (own, victim) = (OwnSet::new(100_000), OwnSet::new(100_000));
        [10, 20, 5000, 90_000, 90_001].into_iter().for_each(|rank| victim.put(rank));
        assert_eq!(own.steal(&victim), Some(Taken { rank: 10, published: true }));
        let left: Vec<u32> = core::iter::from_fn(|| take(&victim)).collect();
        assert_eq!(left, [5000]);
        let moved: Vec<u32> = core::iter::from_fn(|| take(&own)).collect();
        assert_eq!(moved, [20, 90_000, 90_001]);
        [3, 4, 5, 6, 7].into_iter().for_each(|rank| victim.put(rank));
        assert_eq!(own.steal(&victim), Some(Taken { rank: 3, published: true }));
        assert_eq!((take(&victim), take(&own), take(&own), take(&own)), (Some(6), Some(4), Some(5), None));
        assert_eq!(own.steal(&victim), Some(Taken { rank: 7, published: false }));
        assert!(own.is_empty() && victim.is_empty());
        assert_eq!(own.steal(&victim), None);
    }
}
