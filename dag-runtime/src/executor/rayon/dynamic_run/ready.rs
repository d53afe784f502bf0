//! The tasks that are ready: one set for all workers, or one for each thread.

use alloc::boxed::Box;

use super::own_set::{OwnSet, Taken};
use super::ready_set::ReadySet;
use crate::executor::rayon::sync::{AtomicU32, CacheLine, Ordering};

/// If it is not known how long tasks take, up to this many threads share one set.
const SHARED_UP_TO: u32 = 8;

/// Threads share one set if tasks usually take more nanoseconds than this, and than [`LONG_FOR_EACH`] for each thread.
const LONG: u64 = 10_000;
const LONG_FOR_EACH: u64 = 1_000;

/// Threads share one set if the product of the numbers of threads and tasks is below this: sets of their own would cost more than
/// they save.
const FEW: usize = 512;

/// How many tasks that are ready at first, one after the other, are in the set of the same thread.
const TOGETHER: usize = 16;

/// The ranks of the tasks that are ready.
#[derive(Debug)]
pub(in super::super) enum Ready {
    /// Tasks start in the order of their priority.
    Shared(ReadySet),
    /// The order of priority holds for each set. Threads do not wait for each other's cache lines.
    Own(Box<[OwnReady]>),
}

/// The set of a thread, and where it steals.
#[derive(Debug)]
pub(in super::super) struct OwnReady {
    set: OwnSet,
    victims: CacheLine<Victims>,
}

impl Ready {
    /// An empty set of ranks below `len`, for this many threads and tasks that usually take so long, if that is known.
    pub(super) fn new(len: usize, threads: u32, usual_nanos: Option<u64>) -> Self {
        let is_short = match usual_nanos {
            Some(nanos) => nanos <= LONG.max(LONG_FOR_EACH * u64::from(threads)),
            None => threads > SHARED_UP_TO,
        };
        let is_large = len >= 2 * threads as usize && len * threads as usize >= FEW;
        if threads > 1 && is_short && is_large {
            Ready::own(len, threads)
        } else {
            Ready::Shared(ReadySet::new(len))
        }
    }

    /// The same, with a set for each of this many threads.
    pub(in super::super) fn own(len: usize, threads: u32) -> Self {
        let own =
            |seed| OwnReady { set: OwnSet::new(len), victims: CacheLine(Victims(AtomicU32::new(seed))) };
        Ready::Own((0..threads).map(own).collect())
    }

    /// Adds a rank, before any other thread uses the set. It is the `k`-th one.
    pub(in super::super) fn put_first(&mut self, k: u32, rank: u32) {
        match self {
            Ready::Shared(set) => set.put_first(rank),
            Ready::Own(own) => own[k as usize / TOGETHER % own.len()].set.put(rank),
        }
    }

    /// Adds a rank, on this thread of the pool. The thread that takes it sees all that this thread did before.
    #[inline]
    pub(in super::super) fn put(&self, thread: impl Fn() -> usize, rank: u32) {
        match self {
            Ready::Shared(set) => set.put(rank),
            Ready::Own(own) => own[set_of(thread(), own)].set.put(rank),
        }
    }

    /// Removes the lowest rank, on this thread of the pool; where each one has a set, the lowest one of the first set that has any.
    #[inline]
    pub(in super::super) fn take(&self, thread: impl Fn() -> usize) -> Option<Taken> {
        match self {
            Ready::Shared(set) => set.take().map(|rank| Taken { rank, published: false }),
            Ready::Own(own) => take_from(own, set_of(thread(), own)),
        }
    }

    /// Whether no rank is there. Sees every rank that was added before, in the order of sequentially consistent accesses.
    pub(in super::super) fn is_empty(&self) -> bool {
        match self {
            Ready::Shared(set) => set.is_empty(),
            Ready::Own(own) => own.iter().all(|own| own.set.is_empty()),
        }
    }
}

/// The number of the set of a thread. An owner that is a thread of another pool may have any number there.
#[inline]
fn set_of(thread: usize, own: &[OwnReady]) -> usize {
    thread.min(own.len() - 1)
}

/// Takes a rank of the set of this thread, or steals from another one.
fn take_from(all: &[OwnReady], thread: usize) -> Option<Taken> {
    let own = &all[thread];
    own.set.take().or_else(|| {
        let (before, after) = all.split_at(own.victims.0.next(all.len()));
        let mut victims = after.iter().chain(before).filter(|victim| !core::ptr::eq(*victim, own));
        victims.find_map(|victim| own.set.steal(&victim.set))
    })
}

/// Where a thread begins to look for something to steal: each time at a random set, so that not all look at the same one.
#[derive(Debug)]
struct Victims(AtomicU32);

impl Victims {
    /// A number below `len`.
    fn next(&self, len: usize) -> usize {
        // A linear congruential generator. Not exact if threads share it, and need not be.
        let next = self.0.load(Ordering::Relaxed).wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0.store(next, Ordering::Relaxed);
        (next >> 16) as usize % len
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use alloc::vec::Vec;
    use std::thread;

    use super::*;

    #[test]
    fn threads_share_one_set_for_long_tasks_and_small_graphs() {
        let is_own = |len, threads, usual| matches!(Ready::new(len, threads, usual), Ready::Own(_));
        assert!(is_own(10_000, 2, Some(10_000)) && !is_own(10_000, 2, Some(10_001)));
        assert!(is_own(10_000, 64, Some(64_000)) && !is_own(10_000, 64, Some(64_001)));
        assert!(!is_own(10_000, 8, None) && is_own(10_000, 9, None));
        assert!(is_own(256, 2, Some(1)) && !is_own(255, 2, Some(1)));
        assert!(is_own(256, 128, Some(1)) && !is_own(255, 128, Some(1)));
        assert!(!is_own(10_000, 1, Some(1)));
    }

    #[test]
    fn a_thread_takes_its_own_ranks_first_and_then_steals() {
        let mut ready = Ready::own(10_000, 2);
        [10, 20, 30, 40].into_iter().for_each(|rank| ready.put_first(0, rank));
        ready.put_first(TOGETHER as u32, 50);
        let rank = |thread| ready.take(|| thread).map(|taken| taken.rank);
        assert_eq!([rank(1), rank(1)], [Some(50), Some(10)]);
        assert_eq!([rank(0), rank(1)], [Some(30), Some(20)]);
        assert!(!ready.is_empty());
        assert_eq!([rank(1), rank(0)], [Some(40), None]);
        assert!(ready.is_empty());
    }

    #[test]
    fn each_rank_is_taken_by_one_thread() {
        for len in [60, 1000, 5000] {
            let ready = Ready::own(len, 4);
            let taken: Vec<Vec<u32>> = thread::scope(|scope| {
                let work = |thread: usize| {
                    let mut taken = Vec::new();
                    for rank in (0..len).filter(|rank| rank / 7 % 4 == thread) {
                        ready.put(|| thread, rank as u32);
                        if rank % 3 == 0 {
                            taken.extend(ready.take(|| thread));
                        }
                    }
                    while let Some(rank) = ready.take(|| thread) {
                        taken.push(rank);
                    }
                    taken.into_iter().map(|taken: Taken| taken.rank).collect()
                };
                let threads: Vec<_> = (0..4).map(|thread| scope.spawn(move || work(thread))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let mut all = taken.concat();
            all.extend(core::iter::from_fn(|| ready.take(|| 0)).map(|taken| taken.rank));
            all.sort_unstable();
            assert!(all.into_iter().eq(0..len as u32));
            assert!(ready.is_empty());
        }
    }
}
