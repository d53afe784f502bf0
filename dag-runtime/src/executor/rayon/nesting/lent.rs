//! Threads of pools that help runs whose owners are threads of no pool.
//!
//! A task on such an owner may hold a lock while it waits for the pool, in a `join` or an iterator: only threads of the pool can
//! run that. If all of them helped runs like this one, each in a task that waits for such a lock, nothing would go on. So one
//! thread of each pool never helps them. (An owner that is a thread of the pool can run its own joins and iterators.)

use core::sync::atomic::{AtomicU32, Ordering};

use ::rayon::current_num_threads;

/// How many threads help such runs, in all pools of the process.
static LENT: AtomicU32 = AtomicU32::new(0);

/// A thread that helps such a run.
pub(super) struct Lent(());

impl Lent {
    /// Lends this thread of a pool, unless this many are lent that this may be the last one of its pool.
    pub(super) fn take() -> Option<Self> {
        let limit = current_num_threads() as u32 - 1;
        let more = |lent| (lent < limit).then_some(lent + 1);
        LENT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Lent(()))
    }

    /// Whether another thread of a pool with `threads` threads can be lent.
    pub(super) fn has_room(threads: usize) -> bool {
        LENT.load(Ordering::Relaxed) + 1 < threads as u32
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        LENT.fetch_sub(1, Ordering::Relaxed);
    }
}
