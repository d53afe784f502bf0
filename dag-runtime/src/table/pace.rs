//! How long the last runs of a graph took, alone and shared.

use core::sync::atomic::{AtomicI32, AtomicU32};

#[cfg(feature = "rayon")]
pub(crate) use expected::Expected;

/// What is known of a graph's last runs, to stand in a static. Runs at the same time may
/// miscount: it is for guesses that cost time where they are wrong, and nothing else.
#[derive(Debug)]
#[cfg_attr(not(feature = "rayon"), expect(dead_code, reason = "only who shares a run has to guess"))]
pub struct Pace {
    /// Up to 0: so many runs are shared before one is tried alone. From 1: how many runs one worker has
    /// ended alone, and 1.
    alone: AtomicI32,
    /// For how many runs none is tried alone after the next one that fails to be fast enough.
    patience: AtomicI32,
    /// What shared runs take, in nanoseconds; 0 where there was none.
    shared: AtomicU32,
    /// The same of those by lists.
    listed: AtomicU32,
    /// How many shared runs could have been by lists.
    turns: AtomicU32,
    /// The lists, for as many threads as first asked for them; none where there cannot be any. They are not owned, so
    /// that a static of this type has nothing that each program would have to drop.
    #[cfg(feature = "rayon")]
    lists: std::sync::OnceLock<Option<&'static crate::executor::Lists>>,
}

impl Pace {
    /// Nothing is known yet.
    #[must_use]
    pub const fn new() -> Self {
        Pace {
            alone: AtomicI32::new(-FIRST),
            patience: AtomicI32::new(PATIENCE),
            shared: AtomicU32::new(0),
            listed: AtomicU32::new(0),
            turns: AtomicU32::new(0),
            #[cfg(feature = "rayon")]
            lists: std::sync::OnceLock::new(),
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Pace::new()
    }
}

/// So many runs are shared before the first one is tried alone: the first one also makes what later ones find.
const FIRST: i32 = 2;

/// So many runs are shared after one alone was too slow; four times as many after each one in a row.
const PATIENCE: i32 = 64;

#[cfg(feature = "rayon")]
mod expected {
    use alloc::boxed::Box;
    use core::sync::atomic::{AtomicU32, Ordering};
    use core::time::Duration;

    use super::{PATIENCE, Pace};
    use crate::executor::Lists;
    use crate::table::View;

    /// So many runs in a row that one worker ended alone, fast enough, make the next one expected to
    /// be another one.
    pub(super) const ENOUGH: i32 = 8;

    /// After so many such runs, one is shared again, to see what that takes now.
    pub(super) const RENEWED: i32 = 256;

    /// Fewer where these take so long together, but no fewer than a few.
    const RENEWED_AFTER: Duration = Duration::from_millis(20);
    const RENEWED_AT_LEAST: u128 = 8;

    /// The same where runs are so short that a shared one takes many times as long.
    pub(super) const RENEWED_IF_SHORT: i32 = 4096;

    /// The most patience.
    pub(super) const MOST: i32 = 1 << 14;

    /// So many shared runs are by lists before these are compared with others.
    pub(super) const LISTED_FIRST: u32 = 4;

    /// One of so many is in the way that was slower.
    pub(super) const COMPARED: u32 = 32;

    /// What to expect of a run.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub(crate) enum Expected {
        /// That it is faster on several threads, as far as is known.
        Shared,
        /// That it may be as fast on one: worth a closer look.
        Maybe,
        /// That it is as fast on one.
        Alone,
    }

    impl Pace {
        /// What to expect of the next run.
        #[inline]
        pub(crate) fn expected(&self) -> Expected {
            match self.alone.load(Ordering::Relaxed) {
                ..=0 => Expected::Shared,
                1..=ENOUGH => Expected::Maybe,
                _ => Expected::Alone,
            }
        }

        /// What shared runs take, in the way that is faster.
        #[inline]
        pub(crate) fn shared(&self) -> Duration {
            let [shared, listed] = self.ways();
            Duration::from_nanos(if listed == 0 { shared } else { shared.min(listed) }.into())
        }

        /// What shared runs take that are not by lists.
        pub(crate) fn without_lists(&self) -> Duration {
            Duration::from_nanos(self.ways()[0].into())
        }

        fn ways(&self) -> [u32; 2] {
            [&self.shared, &self.listed].map(|way| way.load(Ordering::Relaxed))
        }

        /// A shared run took so long. If it is `small`, one may be tried alone.
        pub(crate) fn tell_shared(&self, took: Duration, small: bool) {
            self.tell(&self.shared, took, small);
        }

        /// The same of one by lists.
        pub(crate) fn tell_listed(&self, took: Duration, small: bool) {
            self.tell(&self.listed, took, small);
        }

        fn tell(&self, way: &AtomicU32, took: Duration, small: bool) {
            let now = u32::try_from(took.as_nanos()).unwrap_or(u32::MAX);
            let before = way.load(Ordering::Relaxed);
            // What makes a run longer is often something else on the machine.
            let shared = if before == 0 || now < before { now } else { before + (now - before) / 16 };
            way.store(shared.max(1), Ordering::Relaxed);
            if small {
                let runs = self.alone.load(Ordering::Relaxed).min(0) + 1;
                self.alone.store(runs, Ordering::Relaxed);
            }
        }

        /// Whether the next shared run is to be by lists, as far as it is known which is faster.
        pub(crate) fn prefers_lists(&self) -> bool {
            let turn = self.turns.fetch_add(1, Ordering::Relaxed);
            let [shared, listed] = self.ways();
            turn < LISTED_FIRST || (listed <= shared) != turn.is_multiple_of(COMPARED)
        }

        /// The lists for so many threads, if there are any.
        pub(crate) fn lists(&self, view: &View, threads: u32) -> Option<&'static Lists> {
            let make = || Some(&*Box::leak(Box::new(Lists::new(view, threads)?)));
            self.lists.get_or_init(make).filter(|lists| lists.threads() == threads)
        }

        /// A run was tried alone, and was fast enough or not.
        pub(crate) fn tell_tried(&self, fast: bool) {
            let runs = self.alone.load(Ordering::Relaxed);
            if fast {
                self.alone.store(1 + runs.clamp(0, ENOUGH), Ordering::Relaxed);
                self.patience.store(PATIENCE, Ordering::Relaxed);
            } else {
                let patience = self.patience.load(Ordering::Relaxed);
                self.patience.store((4 * patience).min(MOST), Ordering::Relaxed);
                self.alone.store(-patience, Ordering::Relaxed);
            }
        }

        /// A run was done alone, and was fast enough or not; and `short`, beside what sharing costs.
        pub(crate) fn tell_alone(&self, took: Duration, fast: bool, short: bool) {
            let runs = self.alone.load(Ordering::Relaxed);
            let together = RENEWED_AFTER.as_nanos() / took.as_nanos().max(1);
            let most = match short {
                true => RENEWED_IF_SHORT,
                false => together.clamp(RENEWED_AT_LEAST, RENEWED as u128) as i32,
            };
            let now = match fast {
                true if runs - ENOUGH < most => runs + 1,
                true => 0,
                false => -PATIENCE,
            };
            self.alone.store(now, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, feature = "rayon", not(loom)))]
mod tests {
    use core::time::Duration;

    use super::expected::{COMPARED, ENOUGH, LISTED_FIRST, MOST, RENEWED, RENEWED_IF_SHORT};
    use super::*;

    fn share(pace: &Pace, times: i32) {
        for _ in 0..times {
            assert_eq!(pace.expected(), Expected::Shared);
            pace.tell_shared(Duration::from_micros(9), true);
        }
    }

    fn try_alone(pace: &Pace, times: i32) {
        for _ in 0..times {
            assert_eq!(pace.expected(), Expected::Maybe);
            pace.tell_tried(true);
        }
    }

    #[test]
    fn some_runs_in_a_row_have_to_be_fast_alone() {
        let pace = Pace::new();
        share(&pace, FIRST + 1);
        try_alone(&pace, ENOUGH);
        assert_eq!(pace.expected(), Expected::Alone);
        pace.tell_alone(Duration::from_micros(9), false, true);
        share(&pace, PATIENCE + 1);
        try_alone(&pace, ENOUGH - 1);
        pace.tell_tried(false);
        assert_eq!(pace.expected(), Expected::Shared);
    }

    #[test]
    fn who_fails_again_and_again_is_tried_less() {
        let pace = Pace::new();
        share(&pace, FIRST + 1);
        for patience in [PATIENCE, 4 * PATIENCE, 16 * PATIENCE, 64 * PATIENCE, MOST, MOST] {
            pace.tell_tried(false);
            share(&pace, patience + 1);
        }
        try_alone(&pace, 1);
        pace.tell_tried(false);
        share(&pace, PATIENCE + 1);
    }

    #[test]
    fn long_runs_are_not_tried_alone() {
        let pace = Pace::new();
        for _ in 0..1000 {
            pace.tell_shared(Duration::from_secs(1), false);
            assert_eq!(pace.expected(), Expected::Shared);
        }
    }

    #[test]
    fn what_sharing_takes_is_renewed() {
        for (short, most) in [(false, RENEWED), (true, RENEWED_IF_SHORT)] {
            let pace = Pace::new();
            share(&pace, FIRST + 1);
            try_alone(&pace, ENOUGH);
            for _ in 0..most {
                assert_eq!(pace.expected(), Expected::Alone);
                pace.tell_alone(Duration::from_micros(9), true, short);
            }
            share(&pace, 1);
            try_alone(&pace, ENOUGH);
        }
    }

    #[test]
    fn long_runs_alone_are_compared_sooner() {
        let pace = Pace::new();
        share(&pace, FIRST + 1);
        try_alone(&pace, ENOUGH);
        for _ in 0..10 {
            assert_eq!(pace.expected(), Expected::Alone);
            pace.tell_alone(Duration::from_millis(2), true, false);
        }
        assert_eq!(pace.expected(), Expected::Shared);
    }

    #[test]
    fn the_faster_way_is_taken_and_the_other_one_looked_at() {
        for (shared, listed) in [(5, 4), (4, 5)] {
            let pace = Pace::new();
            pace.tell_shared(Duration::from_micros(shared), false);
            let mut by_lists = 0;
            for _ in 0..10 * COMPARED {
                if pace.prefers_lists() {
                    by_lists += 1;
                    pace.tell_listed(Duration::from_micros(listed), false);
                } else {
                    pace.tell_shared(Duration::from_micros(shared), false);
                }
                assert!(pace.shared() <= Duration::from_micros(shared.max(listed)));
            }
            assert_eq!(pace.shared(), Duration::from_micros(4));
            let few = LISTED_FIRST + 9;
            assert_eq!(by_lists, if listed < shared { 10 * COMPARED - 9 } else { few });
        }
    }

    #[test]
    fn outliers_count_little() {
        let pace = Pace::new();
        for (took, shared) in [(1000, 1000), (17_000, 2000), (900, 900), (900, 900)] {
            pace.tell_shared(Duration::from_nanos(took), true);
            assert_eq!(pace.shared(), Duration::from_nanos(shared));
        }
    }
}
