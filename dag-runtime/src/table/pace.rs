//! How short the last runs of a graph were.

use core::sync::atomic::AtomicI32;

#[cfg(feature = "rayon")]
pub(crate) use expected::Expected;

/// What is known of the length of a graph's last runs, to stand in a static. Runs at the same time may
/// miscount: it is for guesses that cost time where they are wrong, and nothing else.
#[derive(Debug, Default)]
pub struct Pace {
    /// Up to 0: too little is known. From 1: how many runs one worker has ended alone, and 1.
    #[cfg_attr(not(feature = "rayon"), expect(dead_code, reason = "only who shares a run has to guess"))]
    short: AtomicI32,
}

impl Pace {
    /// Nothing is known yet.
    #[must_use]
    pub const fn new() -> Self {
        Pace { short: AtomicI32::new(0) }
    }
}

#[cfg(feature = "rayon")]
mod expected {
    use core::sync::atomic::Ordering;

    use super::Pace;

    /// So many runs in a row that one worker ended alone in a short time make the next one expected to
    /// be another one.
    pub(super) const ENOUGH: i32 = 8;

    /// So many runs that may be short are not looked at more closely after one that was not.
    pub(super) const PATIENCE: i32 = 64;

    /// What to expect of a run.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub(crate) enum Expected {
        /// Nothing.
        Unknown,
        /// It may be short: worth a closer look.
        Maybe,
        /// It is short.
        Short,
    }

    impl Pace {
        /// What to expect of the next run.
        #[inline]
        pub(crate) fn expected(&self) -> Expected {
            match self.short.load(Ordering::Relaxed) {
                ..=0 => Expected::Unknown,
                1..=ENOUGH => Expected::Maybe,
                _ => Expected::Short,
            }
        }

        /// The last run, of which this was expected, was short or not.
        pub(crate) fn tell(&self, expected: Expected, short: bool) {
            let before = self.short.load(Ordering::Relaxed);
            let now = match (expected, short) {
                (Expected::Unknown, true) => 1 + before.min(0),
                (Expected::Maybe, true) => 1 + before.clamp(0, ENOUGH),
                (Expected::Unknown, false) | (Expected::Short, true) => return,
                (Expected::Maybe | Expected::Short, false) => -PATIENCE,
            };
            self.short.store(now, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, feature = "rayon", not(loom)))]
mod tests {
    use super::expected::{ENOUGH, PATIENCE};
    use super::*;

    #[test]
    fn some_runs_in_a_row_have_to_be_short() {
        let pace = Pace::new();
        let runs = |expected, count| {
            for _ in 0..count {
                assert_eq!(pace.expected(), expected);
                pace.tell(expected, true);
            }
        };
        for unknown in [1, PATIENCE + 1] {
            runs(Expected::Unknown, unknown);
            runs(Expected::Maybe, ENOUGH);
            runs(Expected::Short, 3);
            pace.tell(Expected::Short, false);
        }
        runs(Expected::Unknown, PATIENCE + 1);
        runs(Expected::Maybe, ENOUGH - 1);
        pace.tell(Expected::Maybe, false);
        assert_eq!(pace.expected(), Expected::Unknown);
    }
}
