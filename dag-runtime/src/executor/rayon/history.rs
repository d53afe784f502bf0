//! How long the last runs of a graph took, on one thread and on several.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use core::time::Duration;
use std::sync::OnceLock;

use super::static_run::StaticSchedule;
use crate::table::{Table, View};

/// What is known of a graph's last runs.
///
/// Runs at the same time may miscount. So this is only for guesses that cost no more than time if they are wrong.
#[derive(Debug)]
pub(crate) struct History {
    /// Up to 0: minus the number of short parallel runs before the next serial one. From 1: one more than the number of
    /// serial runs in a row that were fast enough.
    serial_streak: AtomicI32,
    /// How long dynamic runs take, in nanoseconds; 0 if there was none.
    dynamic_nanos: AtomicU32,
    /// The same for runs by a static schedule.
    static_nanos: AtomicU32,
    /// How many parallel runs could have used a static schedule.
    candidates: AtomicU32,
    /// The static schedule, for the number of threads that was asked for first; none if there cannot be one.
    schedule: OnceLock<Option<Box<StaticSchedule>>>,
}

impl History {
    /// The history of the graph of this table.
    #[inline]
    pub(crate) fn of(table: &'static Table) -> &'static History {
        table.memory().get(History::default)
    }
}

impl Default for History {
    /// An empty history.
    fn default() -> Self {
        History {
            serial_streak: AtomicI32::new(-PARALLEL_FIRST),
            dynamic_nanos: AtomicU32::new(0),
            static_nanos: AtomicU32::new(0),
            candidates: AtomicU32::new(0),
            schedule: OnceLock::new(),
        }
    }
}

/// The number of parallel runs before the first serial one: the first run also initializes what later ones find.
const PARALLEL_FIRST: i32 = 2;

/// The number of short parallel runs after a serial run that was too slow.
const BACKOFF: i32 = 64;

/// After this many serial runs, one is parallel again, to measure how long that takes now.
const MAX_SERIAL_RUNS: i32 = 256;

/// Fewer if they take this long together, but no fewer than [`MIN_SERIAL_RUNS`].
const MAX_SERIAL_TIME: Duration = Duration::from_millis(20);
const MIN_SERIAL_RUNS: u128 = 8;

/// In place of [`MAX_SERIAL_RUNS`] if runs are so short that a parallel one takes many times as long.
const MAX_SHORT_SERIAL_RUNS: i32 = 4096;

/// The number of runs by a static schedule before these are compared with dynamic runs.
const STATIC_FIRST: u32 = 4;

/// One of so many parallel runs is of the kind that was slower.
const COMPARE_EVERY: u32 = 32;

/// What to expect of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Expectation {
    /// Faster on several threads, as far as is known.
    Parallel,
    /// As fast on one thread.
    Serial,
}

impl History {
    /// What to expect of the next run.
    #[inline]
    pub(crate) fn expected(&self) -> Expectation {
        match self.serial_streak.load(Ordering::Relaxed) {
            ..=0 => Expectation::Parallel,
            _ => Expectation::Serial,
        }
    }

    /// How long parallel runs take, of the kind that is faster.
    #[inline]
    pub(crate) fn parallel_time(&self) -> Duration {
        let [dynamic_nanos, static_nanos] = self.times();
        let nanos = if static_nanos == 0 { dynamic_nanos } else { dynamic_nanos.min(static_nanos) };
        Duration::from_nanos(nanos.into())
    }

    fn times(&self) -> [u32; 2] {
        [&self.dynamic_nanos, &self.static_nanos].map(|nanos| nanos.load(Ordering::Relaxed))
    }

    /// Records how long a dynamic run took, and whether it was so short that one thread may be as fast.
    pub(crate) fn record_dynamic(&self, took: Duration, is_short: bool) {
        self.record(&self.dynamic_nanos, took, is_short);
    }

    /// The same for a run by a static schedule.
    pub(crate) fn record_static(&self, took: Duration, is_short: bool) {
        self.record(&self.static_nanos, took, is_short);
    }

    fn record(&self, nanos: &AtomicU32, took: Duration, is_short: bool) {
        let now = u32::try_from(took.as_nanos()).unwrap_or(u32::MAX);
        let before = nanos.load(Ordering::Relaxed);
        // A longer run is often due to something else on the machine, so it counts little.
        let estimate = if before == 0 || now < before { now } else { before + (now - before) / 16 };
        nanos.store(estimate.max(1), Ordering::Relaxed);
        if is_short {
            let streak = self.serial_streak.load(Ordering::Relaxed).min(0) + 1;
            self.serial_streak.store(streak, Ordering::Relaxed);
        }
    }

    /// Whether the next parallel run is to use a static schedule: it is faster as far as is known, or to be compared again.
    pub(crate) fn prefers_static(&self) -> bool {
        let run = self.candidates.fetch_add(1, Ordering::Relaxed);
        let [dynamic_nanos, static_nanos] = self.times();
        run < STATIC_FIRST || (static_nanos <= dynamic_nanos) != (run % COMPARE_EVERY == 0)
    }

    /// The static schedule for so many threads, if there is one.
    pub(crate) fn static_schedule(&self, view: &View, threads: u32) -> Option<&StaticSchedule> {
        let make = || StaticSchedule::new(view, threads).map(Box::new);
        self.schedule.get_or_init(make).as_deref().filter(|schedule| schedule.thread_count() == threads)
    }

    /// Records a serial run: whether it was fast enough, and whether it was short beside what a parallel one costs.
    pub(crate) fn record_serial(&self, took: Duration, fast: bool, short: bool) {
        let streak = self.serial_streak.load(Ordering::Relaxed);
        let in_time = MAX_SERIAL_TIME.as_nanos() / took.as_nanos().max(1);
        let most = match short {
            true => MAX_SHORT_SERIAL_RUNS,
            false => in_time.clamp(MIN_SERIAL_RUNS, MAX_SERIAL_RUNS as u128) as i32,
        };
        let now = match fast {
            true if streak < most => streak + 1,
            true => 0,
            false => -BACKOFF,
        };
        self.serial_streak.store(now, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use core::time::Duration;

    use super::*;

    fn run_parallel(history: &History, times: i32) {
        for _ in 0..times {
            assert_eq!(history.expected(), Expectation::Parallel);
            history.record_dynamic(Duration::from_micros(9), true);
        }
    }

    #[test]
    fn a_serial_run_follows_short_parallel_ones() {
        let history = History::default();
        run_parallel(&history, PARALLEL_FIRST + 1);
        assert_eq!(history.expected(), Expectation::Serial);
        history.record_serial(Duration::from_micros(9), false, true);
        run_parallel(&history, BACKOFF + 1);
        assert_eq!(history.expected(), Expectation::Serial);
    }

    #[test]
    fn long_runs_stay_parallel() {
        let history = History::default();
        for _ in 0..1000 {
            history.record_dynamic(Duration::from_secs(1), false);
            assert_eq!(history.expected(), Expectation::Parallel);
        }
    }

    #[test]
    fn parallel_runs_are_measured_again() {
        for (short, most) in [(false, MAX_SERIAL_RUNS), (true, MAX_SHORT_SERIAL_RUNS)] {
            let history = History::default();
            run_parallel(&history, PARALLEL_FIRST + 1);
            for _ in 0..most {
                assert_eq!(history.expected(), Expectation::Serial);
                history.record_serial(Duration::from_micros(9), true, short);
            }
            run_parallel(&history, 1);
            assert_eq!(history.expected(), Expectation::Serial);
        }
    }

    #[test]
    fn long_serial_runs_are_compared_sooner() {
        let history = History::default();
        run_parallel(&history, PARALLEL_FIRST + 1);
        for _ in 0..10 {
            assert_eq!(history.expected(), Expectation::Serial);
            history.record_serial(Duration::from_millis(2), true, false);
        }
        assert_eq!(history.expected(), Expectation::Parallel);
    }

    #[test]
    fn the_faster_kind_is_preferred_and_the_other_one_compared() {
        for (dynamic_time, static_time) in [(5, 4), (4, 5)] {
            let history = History::default();
            history.record_dynamic(Duration::from_micros(dynamic_time), false);
            let mut static_runs = 0;
            for _ in 0..10 * COMPARE_EVERY {
                if history.prefers_static() {
                    static_runs += 1;
                    history.record_static(Duration::from_micros(static_time), false);
                } else {
                    history.record_dynamic(Duration::from_micros(dynamic_time), false);
                }
                assert!(history.parallel_time() <= Duration::from_micros(dynamic_time.max(static_time)));
            }
            assert_eq!(history.parallel_time(), Duration::from_micros(4));
            let few = STATIC_FIRST + 9;
            assert_eq!(static_runs, if static_time < dynamic_time { 10 * COMPARE_EVERY - 9 } else { few });
        }
    }

    #[test]
    fn outliers_count_little() {
        let history = History::default();
        for (took, estimate) in [(1000, 1000), (17_000, 2000), (900, 900), (900, 900)] {
            history.record_dynamic(Duration::from_nanos(took), true);
            assert_eq!(history.parallel_time(), Duration::from_nanos(estimate));
        }
    }
}
