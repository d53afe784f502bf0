//! How long the last runs of a graph took, alone and shared.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use core::time::Duration;
use std::sync::OnceLock;

use super::lists::Lists;
use crate::table::{Table, View};

/// What is known of a graph's last runs. Runs at the same time may
/// miscount: it is for guesses that cost time where they are wrong, and nothing else.
#[derive(Debug)]
pub(crate) struct History {
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
    /// The lists, for as many threads as first asked for them; none where there cannot be any.
    lists: OnceLock<Option<Box<Lists>>>,
}

impl History {
    /// That of the graph of this table.
    #[inline]
    pub(crate) fn of(table: &'static Table) -> &'static History {
        table.memory().get(History::default)
    }
}

impl Default for History {
    /// Nothing is known yet.
    fn default() -> Self {
        History {
            alone: AtomicI32::new(-FIRST),
            patience: AtomicI32::new(PATIENCE),
            shared: AtomicU32::new(0),
            listed: AtomicU32::new(0),
            turns: AtomicU32::new(0),
            lists: OnceLock::new(),
        }
    }
}

/// So many runs are shared before the first one is tried alone: the first one also makes what later ones find.
const FIRST: i32 = 2;

/// So many runs are shared after one alone was too slow; four times as many after each one in a row.
const PATIENCE: i32 = 64;

/// So many runs in a row that one worker ended alone, fast enough, make the next one expected to
/// be another one.
const ENOUGH: i32 = 8;

/// After so many such runs, one is shared again, to see what that takes now.
const RENEWED: i32 = 256;

/// Fewer where these take so long together, but no fewer than a few.
const RENEWED_AFTER: Duration = Duration::from_millis(20);
const RENEWED_AT_LEAST: u128 = 8;

/// The same where runs are so short that a shared one takes many times as long.
const RENEWED_IF_SHORT: i32 = 4096;

/// The most patience.
const MOST: i32 = 1 << 14;

/// So many shared runs are by lists before these are compared with others.
const LISTED_FIRST: u32 = 4;

/// One of so many is in the way that was slower.
const COMPARED: u32 = 32;

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

impl History {
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
        turn < LISTED_FIRST || (listed <= shared) != (turn % COMPARED == 0)
    }

    /// The lists for so many threads, if there are any.
    pub(crate) fn lists(&self, view: &View, threads: u32) -> Option<&Lists> {
        let make = || Lists::new(view, threads).map(Box::new);
        self.lists.get_or_init(make).as_deref().filter(|lists| lists.threads() == threads)
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

#[cfg(all(test, not(loom)))]
mod tests {
    use core::time::Duration;

    use super::*;

    fn share(history: &History, times: i32) {
        for _ in 0..times {
            assert_eq!(history.expected(), Expected::Shared);
            history.tell_shared(Duration::from_micros(9), true);
        }
    }

    fn try_alone(history: &History, times: i32) {
        for _ in 0..times {
            assert_eq!(history.expected(), Expected::Maybe);
            history.tell_tried(true);
        }
    }

    #[test]
    fn some_runs_in_a_row_have_to_be_fast_alone() {
        let history = History::default();
        share(&history, FIRST + 1);
        try_alone(&history, ENOUGH);
        assert_eq!(history.expected(), Expected::Alone);
        history.tell_alone(Duration::from_micros(9), false, true);
        share(&history, PATIENCE + 1);
        try_alone(&history, ENOUGH - 1);
        history.tell_tried(false);
        assert_eq!(history.expected(), Expected::Shared);
    }

    #[test]
    fn who_fails_again_and_again_is_tried_less() {
        let history = History::default();
        share(&history, FIRST + 1);
        for patience in [PATIENCE, 4 * PATIENCE, 16 * PATIENCE, 64 * PATIENCE, MOST, MOST] {
            history.tell_tried(false);
            share(&history, patience + 1);
        }
        try_alone(&history, 1);
        history.tell_tried(false);
        share(&history, PATIENCE + 1);
    }

    #[test]
    fn long_runs_are_not_tried_alone() {
        let history = History::default();
        for _ in 0..1000 {
            history.tell_shared(Duration::from_secs(1), false);
            assert_eq!(history.expected(), Expected::Shared);
        }
    }

    #[test]
    fn what_sharing_takes_is_renewed() {
        for (short, most) in [(false, RENEWED), (true, RENEWED_IF_SHORT)] {
            let history = History::default();
            share(&history, FIRST + 1);
            try_alone(&history, ENOUGH);
            for _ in 0..most {
                assert_eq!(history.expected(), Expected::Alone);
                history.tell_alone(Duration::from_micros(9), true, short);
            }
            share(&history, 1);
            try_alone(&history, ENOUGH);
        }
    }

    #[test]
    fn long_runs_alone_are_compared_sooner() {
        let history = History::default();
        share(&history, FIRST + 1);
        try_alone(&history, ENOUGH);
        for _ in 0..10 {
            assert_eq!(history.expected(), Expected::Alone);
            history.tell_alone(Duration::from_millis(2), true, false);
        }
        assert_eq!(history.expected(), Expected::Shared);
    }

    #[test]
    fn the_faster_way_is_taken_and_the_other_one_looked_at() {
        for (shared, listed) in [(5, 4), (4, 5)] {
            let history = History::default();
            history.tell_shared(Duration::from_micros(shared), false);
            let mut by_lists = 0;
            for _ in 0..10 * COMPARED {
                if history.prefers_lists() {
                    by_lists += 1;
                    history.tell_listed(Duration::from_micros(listed), false);
                } else {
                    history.tell_shared(Duration::from_micros(shared), false);
                }
                assert!(history.shared() <= Duration::from_micros(shared.max(listed)));
            }
            assert_eq!(history.shared(), Duration::from_micros(4));
            let few = LISTED_FIRST + 9;
            assert_eq!(by_lists, if listed < shared { 10 * COMPARED - 9 } else { few });
        }
    }

    #[test]
    fn outliers_count_little() {
        let history = History::default();
        for (took, shared) in [(1000, 1000), (17_000, 2000), (900, 900), (900, 900)] {
            history.tell_shared(Duration::from_nanos(took), true);
            assert_eq!(history.shared(), Duration::from_nanos(shared));
        }
    }
}
