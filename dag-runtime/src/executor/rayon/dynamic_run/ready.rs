//! The tasks that are ready: one set for all workers, or one for each thread of a large pool.

use alloc::boxed::Box;

use super::ready_set::ReadySet;
use crate::executor::rayon::sync::{AtomicU32, Ordering};

/// Up to this many threads share one set: then tasks start in the order of their priority. Beyond, threads would wait for each
/// other's cache lines.
const SHARED_UP_TO: u32 = 8;

/// The ranks of the tasks that are ready.
#[derive(Debug)]
pub(in super::super) enum Ready {
    Shared(ReadySet),
    /// The order of priority holds for each set.
    Own(Box<[OwnSet]>),
}

/// The set of one thread, from which others steal.
#[derive(Debug)]
#[repr(align(128))]
pub(in super::super) struct OwnSet {
    /// At least as many as there are ranks: it is raised before a rank is added, and lowered after one was removed.
    count: AtomicU32,
    ranks: ReadySet,
    victims: Victims,
}

impl Ready {
    /// An empty set of ranks below `len`, for this many threads.
    pub(super) fn new(len: usize, threads: u32) -> Self {
        if threads > SHARED_UP_TO && len >= 2 * threads as usize {
            Ready::own(len, threads)
        } else {
            Ready::Shared(ReadySet::new(len))
        }
    }

    /// The same, with a set for each of this many threads.
    pub(in super::super) fn own(len: usize, threads: u32) -> Self {
        // So many ranks that no two sets share a cache line.
        let len = if cfg!(loom) { len } else { len.max(1024) };
        Ready::Own((0..threads).map(|thread| OwnSet::new(len, thread)).collect())
    }

    /// Adds a rank, before any other thread uses the set. It is the `k`-th one.
    pub(in super::super) fn put_first(&mut self, k: u32, rank: u32) {
        match self {
            Ready::Shared(set) => set.put_first(rank),
            Ready::Own(sets) => {
                let set = &mut sets[k as usize % sets.len()];
                set.count = AtomicU32::new(set.count.load(Ordering::Relaxed) + 1);
                set.ranks.put_first(rank);
            }
        }
    }

    /// Adds a rank, on this thread of the pool. The thread that takes it sees all that this thread did before.
    #[inline]
    pub(in super::super) fn put(&self, thread: impl Fn() -> usize, rank: u32) {
        match self {
            Ready::Shared(set) => set.put(rank),
            Ready::Own(sets) => sets[thread() % sets.len()].put(rank),
        }
    }

    /// Removes the lowest rank, on this thread of the pool; of a large pool, the lowest one of the first set that has any.
    /// Also returns how many others were moved to the set of this thread: for these, the caller is as one that has put them.
    #[inline]
    pub(in super::super) fn take(&self, thread: impl Fn() -> usize) -> Option<(u32, u32)> {
        match self {
            Ready::Shared(set) => set.take().map(|rank| (rank, 0)),
            Ready::Own(sets) => take_from(sets, thread() % sets.len()),
        }
    }

    /// Whether no rank is there. Sees every rank that was added before, in the order of sequentially consistent accesses.
    pub(in super::super) fn is_empty(&self) -> bool {
        match self {
            Ready::Shared(set) => set.is_empty(),
            Ready::Own(sets) => {
                sets.iter().all(|set| set.count.load(Ordering::SeqCst) == 0 || set.ranks.is_empty())
            }
        }
    }
}

/// Takes a rank of the set `own`, or steals from another one.
fn take_from(sets: &[OwnSet], own: usize) -> Option<(u32, u32)> {
    if let Some(rank) = sets[own].take() {
        return Some((rank, 0));
    }
    let (before, after) = sets.split_at(sets[own].victims.next(sets.len()));
    let mut victims = after.iter().chain(before).filter(|victim| !core::ptr::eq(*victim, &sets[own]));
    victims.find_map(|victim| sets[own].steal(victim))
}

impl OwnSet {
    fn new(len: usize, seed: u32) -> Self {
        OwnSet { count: AtomicU32::new(0), ranks: ReadySet::new(len), victims: Victims(AtomicU32::new(seed)) }
    }

    fn put(&self, rank: u32) {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.ranks.put(rank);
    }

    fn take(&self) -> Option<u32> {
        if self.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let rank = self.ranks.take()?;
        self.count.fetch_sub(1, Ordering::Relaxed);
        Some(rank)
    }

    /// Moves about half of another set to this one, but for the first rank, which it returns with the number of others.
    fn steal(&self, victim: &OwnSet) -> Option<(u32, u32)> {
        if victim.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let (mut first, mut stolen) = (None, 0);
        victim.ranks.take_half(|ranks| {
            stolen += ranks.count();
            let others = match first {
                Some(_) => Some(ranks),
                None => {
                    let (rank, others) = ranks.split_first();
                    first = Some(rank);
                    others
                }
            };
            if let Some(others) = others {
                self.count.fetch_add(others.count(), Ordering::SeqCst);
                self.ranks.put_all(others);
            }
        });
        let first = first?;
        victim.count.fetch_sub(stolen, Ordering::Relaxed);
        Some((first, stolen - 1))
    }
}

/// Where a thread begins to look for something to steal: each time at a random set, so that not all look at the same one.
#[derive(Debug)]
#[repr(align(64))]
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
    fn large_pools_have_a_set_for_each_thread() {
        let is_own = |len, threads| matches!(Ready::new(len, threads), Ready::Own(_));
        assert!(!is_own(10_000, 8) && is_own(10_000, 9));
        assert!(!is_own(31, 16) && is_own(32, 16));
    }

    #[test]
    fn a_thread_takes_its_own_ranks_first_and_then_steals_half() {
        let mut ready = Ready::own(10_000, 2);
        // Of two words: five ranks and one.
        [10, 20, 30, 40, 50, 5000].into_iter().for_each(|rank| ready.put_first(0, rank));
        ready.put_first(1, 60);
        assert_eq!(ready.take(|| 1), Some((60, 0)));
        // 10, 30, 50; and the next but one is beyond 5000.
        assert_eq!(ready.take(|| 1), Some((10, 2)));
        assert_eq!([ready.take(|| 0), ready.take(|| 0)], [Some((20, 0)), Some((40, 0))]);
        assert_eq!([ready.take(|| 1), ready.take(|| 1)], [Some((30, 0)), Some((50, 0))]);
        assert!(!ready.is_empty());
        assert_eq!(ready.take(|| 1), Some((5000, 0)));
        assert!(ready.is_empty());
        assert_eq!(ready.take(|| 0), None);
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
                    taken.into_iter().map(|(rank, _)| rank).collect()
                };
                let threads: Vec<_> = (0..4).map(|thread| scope.spawn(move || work(thread))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let mut all = taken.concat();
            all.extend(core::iter::from_fn(|| ready.take(|| 0)).map(|(rank, _)| rank));
            all.sort_unstable();
            assert!(all.into_iter().eq(0..len as u32));
            assert!(ready.is_empty());
        }
    }
}
