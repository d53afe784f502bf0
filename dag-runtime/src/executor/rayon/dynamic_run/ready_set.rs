//! The tasks that are ready to run: a bitmap by priority.

use alloc::boxed::Box;

use crate::executor::rayon::sync::{AtomicU64, Ordering};

/// From this many words on, a summary tells which ones have a bit.
const SUMMARY_FROM: usize = 33;

/// A set of ranks. The lowest rank, which is the highest priority, is taken first. The set has a fixed size, is
/// lock-free, and may be used by any number of threads.
#[derive(Debug)]
pub(in super::super) struct ReadySet {
    /// Bit `r % 64` of word `r / 64` stands for the rank `r`.
    words: Box<[AtomicU64]>,
    /// Bit `w % 64` of word `w / 64` is set while `words[w]` has a bit, except between
    /// two steps of another thread. Empty where there are few words.
    summary: Box<[AtomicU64]>,
}

impl ReadySet {
    /// An empty set of ranks below `len`.
    pub(in super::super) fn new(len: usize) -> Self {
        ReadySet::with_summary(len, len.div_ceil(64) >= SUMMARY_FROM)
    }

    /// As [`ReadySet::new`], with a summary or without.
    pub(in super::super) fn with_summary(len: usize, summary: bool) -> Self {
        let words = zeros(len);
        let summary = zeros(if summary { words.len() } else { 0 });
        ReadySet { words, summary }
    }

    /// Adds a rank, before any other thread uses the set.
    pub(in super::super) fn put_first(&mut self, rank: u32) {
        set(&self.words, rank, Ordering::Relaxed);
        if !self.summary.is_empty() {
            set(&self.summary, rank / 64, Ordering::Relaxed);
        }
    }

    /// Adds a rank. The thread that takes it sees all that this thread did before.
    #[inline]
    pub(in super::super) fn put(&self, rank: u32) {
        // Sequentially consistent, as `WorkerCount` needs it.
        if self.summary.is_empty() {
            set(&self.words, rank, Ordering::SeqCst);
        } else if set_first(&self.words, rank, Ordering::SeqCst) {
            set(&self.summary, rank / 64, Ordering::AcqRel);
        }
    }

    /// Removes the lowest rank. May miss one that is added meanwhile.
    #[inline]
    pub(in super::super) fn take(&self) -> Option<u32> {
        if self.summary.is_empty() { take_from(&self.words, 0) } else { self.take_by_summary() }
    }

    fn take_by_summary(&self) -> Option<u32> {
        for (k, summary) in self.summary.iter().enumerate() {
            let mut left = summary.load(Ordering::Relaxed);
            while left != 0 {
                let word = 64 * k as u32 + left.trailing_zeros();
                let here = word as usize..word as usize + 1;
                let taken = take_from(&self.words[here], word);
                self.unmark_if_empty(word);
                if taken.is_some() {
                    return taken;
                }
                left &= left - 1;
            }
        }
        None
    }

    /// Removes the mark of a word in the summary, if the word has no bit.
    #[inline]
    fn unmark_if_empty(&self, word: u32) {
        if self.summary.is_empty() || self.words[word as usize].load(Ordering::Relaxed) != 0 {
            return;
        }
        self.summary[word as usize / 64].fetch_and(!(1 << (word % 64)), Ordering::AcqRel);
        // If a bit was set meanwhile, its mark in the summary may be the one that was just removed. If that mark came first,
        // this load sees the bit.
        if self.words[word as usize].load(Ordering::Acquire) != 0 {
            set(&self.summary, word, Ordering::AcqRel);
        }
    }

    /// Whether the set is empty. Sees every rank that was added before, in the order of sequentially
    /// consistent accesses.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| word.load(Ordering::SeqCst) == 0)
    }
}

/// Words for `len` bits, all zero.
fn zeros(len: usize) -> Box<[AtomicU64]> {
    (0..len.div_ceil(64)).map(|_| AtomicU64::new(0)).collect()
}

#[inline]
fn set(words: &[AtomicU64], bit: u32, ordering: Ordering) {
    words[bit as usize / 64].fetch_or(1 << (bit % 64), ordering);
}

/// Sets a bit. Returns whether its word was zero.
#[inline]
fn set_first(words: &[AtomicU64], bit: u32, ordering: Ordering) -> bool {
    words[bit as usize / 64].fetch_or(1 << (bit % 64), ordering) == 0
}

/// Clears the lowest bit and returns its number. The first word has the number `first`.
#[inline]
fn take_from(words: &[AtomicU64], first: u32) -> Option<u32> {
    for (k, word) in words.iter().enumerate() {
        let mut seen = word.load(Ordering::Relaxed);
        while seen != 0 {
            let bit = seen.trailing_zeros();
            let mask = 1 << bit;
            // In this form one instruction on x86.
            if word.fetch_and(!mask, Ordering::Acquire) & mask != 0 {
                return Some(64 * (first + k as u32) + bit);
            }
            seen = word.load(Ordering::Relaxed);
        }
    }
    None
}

#[cfg(all(test, not(loom)))]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::vec::Vec;
    use std::thread;

    use super::*;

    #[test]
    fn takes_the_lowest_first() {
        for len in [1, 64, 65, 64 * SUMMARY_FROM, 100_000] {
            let mut ready = ReadySet::new(len);
            let mut expected = BTreeSet::new();
            let rank = |k: usize| (k * 7919 % len) as u32;
            for k in 0..len.min(500) {
                expected.insert(rank(k));
                if k % 2 == 0 { ready.put_first(rank(k)) } else { ready.put(rank(k)) }
            }
            for k in 500..700 {
                assert_eq!(ready.is_empty(), expected.is_empty());
                assert_eq!(ready.take(), expected.pop_first());
                assert_eq!(ready.take(), expected.pop_first());
                expected.insert(rank(k));
                ready.put(rank(k));
            }
            while let Some(rank) = expected.pop_first() {
                assert_eq!(ready.take(), Some(rank));
            }
            assert_eq!(ready.take(), None);
            assert!(ready.is_empty());
        }
    }

    #[test]
    fn each_rank_is_taken_by_one_thread() {
        for len in [60, 1000, 5000] {
            let ready = ReadySet::new(len);
            let taken: Vec<Vec<u32>> = thread::scope(|scope| {
                let work = |thread: usize| {
                    let mut taken = Vec::new();
                    for rank in (thread..len).step_by(4) {
                        ready.put(rank as u32);
                        taken.extend(ready.take());
                    }
                    while let Some(rank) = ready.take() {
                        taken.push(rank);
                    }
                    taken
                };
                let threads: Vec<_> = (0..4).map(|thread| scope.spawn(move || work(thread))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let mut all = taken.concat();
            all.sort_unstable();
            all.extend(core::iter::from_fn(|| ready.take()));
            assert!(all.into_iter().eq(0..len as u32));
        }
    }
}
