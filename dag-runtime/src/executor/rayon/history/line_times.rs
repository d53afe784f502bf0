//! How long the tasks of one line of a graph take.

use core::sync::atomic::{AtomicU32, Ordering};

/// How long the tasks of one line take, in nanoseconds. Other threads may read and write it at the same time, and an update
/// may be lost: this is only for guesses that cost no more than time if they are wrong.
#[derive(Debug)]
pub(super) struct LineTimes {
    /// A bound of the time of a task: the longest stretch of the last runs. Decays slowly. [`UNKNOWN`] if no task has run.
    /// The bits in [`STATE`] may be [`CONFIRMED`] or [`SUSPECTED`].
    bound: AtomicU32,
    /// The longest stretch since the last call of [`LineTimes::settle`], of those that may change the bound; 0 if there was
    /// none.
    recent: AtomicU32,
    /// The usual time of a task; 0 if no task has run.
    typical: AtomicU32,
}

/// In [`LineTimes::bound`]: no task of the line has run.
const UNKNOWN: u32 = u32::MAX;

/// In [`LineTimes::bound`]: what is known of a bound that is long.
const STATE: u32 = CONFIRMED | SUSPECTED;

/// In [`LineTimes::bound`]: long stretches came in two runs in a row, and the second one was not much shorter than the first.
/// Otherwise the thread may have been preempted.
const CONFIRMED: u32 = 1;

/// In [`LineTimes::bound`]: the line was short before a run with a long stretch. Whether the next run is shared for its sake
/// depends on what that would cost.
const SUSPECTED: u32 = 2;

/// A long stretch confirms one that was at most this many times as long.
const SIMILAR: u32 = 8;

/// A confirmed bound loses this fraction of itself in each run in which all stretches are short.
const DECAY: u32 = 32;

/// By what fraction of itself the usual time may grow at once: a preempted thread makes a task longer, and nothing makes it
/// shorter than its work.
const GROWTH: u32 = 8;

/// By what fraction of itself the usual time may shrink at once.
const SHRINKAGE: u32 = 4;

impl LineTimes {
    pub(super) fn new() -> Self {
        LineTimes { bound: AtomicU32::new(UNKNOWN), recent: AtomicU32::new(0), typical: AtomicU32::new(0) }
    }

    /// The longest stretch of the last runs; `u32::MAX` if no task has run.
    #[inline]
    pub(super) fn bound(&self) -> u32 {
        self.bound.load(Ordering::Relaxed)
    }

    /// Whether no task has run in an earlier run.
    #[inline]
    pub(super) fn is_unknown(&self) -> bool {
        self.bound() == UNKNOWN
    }

    /// The usual time of a task; 0 if no task has run.
    #[inline]
    pub(super) fn typical(&self) -> u32 {
        self.typical.load(Ordering::Relaxed)
    }

    /// Whether all tasks take less than `sharing_cost`, as far as is known. A suspected line is short.
    #[inline]
    pub(super) fn is_short(&self, sharing_cost: u32) -> bool {
        let bound = self.bound();
        bound < sharing_cost || bound & STATE == SUSPECTED
    }

    /// The long stretch after which this line is suspected, if it is.
    #[inline]
    pub(super) fn suspicion(&self, sharing_cost: u32) -> Option<u32> {
        let bound = self.bound();
        (bound >= sharing_cost && bound & STATE == SUSPECTED).then_some(bound)
    }

    /// Whether tasks of this line are measured apart from those of other lines, since a stretch was long.
    #[inline]
    pub(super) fn is_apart(&self, sharing_cost: u32) -> bool {
        self.bound() >= sharing_cost
    }

    /// Takes a stretch into account in which tasks of this line took part.
    pub(super) fn note(&self, stretch: u32) {
        if stretch > self.recent.load(Ordering::Relaxed) {
            self.recent.store(stretch.min(UNKNOWN - 1), Ordering::Relaxed);
        }
    }

    /// Moves the usual time towards that of a task, by a part of itself at most.
    pub(super) fn approach(&self, nanos: u32) {
        let before = self.typical();
        let after = match before {
            0 => nanos.max(1),
            _ => nanos.clamp(before - before / SHRINKAGE, before.saturating_add(before / GROWTH + 1)).max(1),
        };
        if after != before {
            self.typical.store(after, Ordering::Relaxed);
        }
    }

    /// Takes the usual time of a task to be this.
    pub(super) fn cap(&self, nanos: u32) {
        self.typical.store(nanos.max(1), Ordering::Relaxed);
    }

    /// The end of a run: what was noted becomes the bound.
    pub(super) fn settle(&self, sharing_cost: u32) {
        let recent = self.recent.load(Ordering::Relaxed);
        if recent == 0 {
            return;
        }
        self.recent.store(0, Ordering::Relaxed);
        let before = self.bound();
        let (longest, state) = (before & !STATE, before & STATE);
        let (was_long, is_long) = (longest >= sharing_cost, recent >= sharing_cost);
        let after = if self.is_unknown() || !was_long && !is_long {
            recent & !STATE
        } else if !was_long || state == SUSPECTED && is_long && recent < longest / SIMILAR {
            recent & !STATE | SUSPECTED
        } else if is_long {
            recent.max(longest) & !STATE | CONFIRMED
        } else if state == CONFIRMED && decayed(longest) >= sharing_cost {
            decayed(longest) & !STATE | CONFIRMED
        } else {
            recent & !STATE
        };
        if after != before {
            self.bound.store(after, Ordering::Relaxed);
        }
    }

    /// Sets the cost of a task, if nothing is known yet.
    pub(super) fn expect(&self, longest: u32, typical: u32) {
        if self.is_unknown() {
            self.bound.store(longest.min(UNKNOWN - 1) & !STATE, Ordering::Relaxed);
            self.typical.store(typical.max(1), Ordering::Relaxed);
        }
    }

    /// Takes the tasks to need no more than this, whatever they took before.
    #[cfg(all(test, not(loom)))]
    pub(super) fn assume(&self, nanos: u32) {
        self.bound.store(nanos & !STATE, Ordering::Relaxed);
        self.recent.store(0, Ordering::Relaxed);
        self.typical.store(nanos, Ordering::Relaxed);
    }
}

/// A bound after one more run in which all stretches were short.
fn decayed(bound: u32) -> u32 {
    bound - bound / DECAY
}
