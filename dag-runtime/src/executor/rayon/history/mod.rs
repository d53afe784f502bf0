//! What is known of a graph from its last runs: how long the tasks of each line take, and so how the next run starts.

mod decision;
mod line_times;
mod serial_clock;
mod stretch;
#[cfg(all(test, not(loom)))]
mod tests;
mod wide_positions;

use alloc::boxed::Box;
use core::ops::Deref;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::OnceLock;

use super::sharing_cost;
use super::static_run::StaticSchedule;
use crate::plan::Measured;
use crate::table::{Table, View};
use line_times::LineTimes;
use wide_positions::WidePositions;

pub(crate) use decision::Decision;
pub(crate) use serial_clock::SerialClock;
pub(crate) use stretch::tasks_after;

/// The history of a graph, and its tasks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct History<'run> {
    view: &'run View,
    known: &'run Known,
}

/// What is known of a graph from its last runs: its table keeps it.
///
/// Runs at the same time may lose an update. So this is only for guesses that cost no more than time if they are wrong.
#[derive(Debug)]
pub(crate) struct Known {
    lens: Box<[u32]>,
    lines: Box<[LineTimes]>,
    wide: WidePositions,
    can_be_static: bool,
    /// Whether another thread can help at any position.
    is_wide: bool,
    /// Whether the last runs changed anything of the lines.
    is_changed: AtomicBool,
    /// Whether a line is unknown.
    has_unknown: AtomicBool,
    /// Whether a line is measured apart from the others.
    has_apart: AtomicBool,
    /// How the next run starts, and the cost of sharing for which this was decided: see [`encode`]. 0 if it is to be decided.
    decision: AtomicU64,
    /// The number of runs by the static schedule.
    static_runs: AtomicU32,
    /// The static schedule, for the number of threads that was asked for first; none if there cannot be one.
    schedule: OnceLock<Option<Box<StaticSchedule>>>,
}

/// One of this many runs by a static schedule is measured.
const MEASURE_STATIC: u32 = 16;

const SERIAL: u32 = u32::MAX;
const STATIC: u32 = u32::MAX - 1;

/// A decision in one word, with the cost of sharing: never 0, since that cost is not.
fn encode(decision: Decision, sharing_cost: u32) -> u64 {
    let word = match decision {
        Decision::Dynamic => 0,
        Decision::SerialUpTo(tasks) => tasks,
        Decision::Static => STATIC,
        Decision::Serial => SERIAL,
    };
    u64::from(sharing_cost) << 32 | u64::from(word)
}

fn decode(word: u64) -> (Decision, u32) {
    let decision = match word as u32 {
        0 => Decision::Dynamic,
        STATIC => Decision::Static,
        SERIAL => Decision::Serial,
        tasks => Decision::SerialUpTo(tasks),
    };
    (decision, (word >> 32) as u32)
}

impl Deref for History<'_> {
    type Target = Known;

    #[inline]
    fn deref(&self) -> &Known {
        self.known
    }
}

impl Known {
    fn new(table: &Table) -> Self {
        let (view, lines) = (table.view(), table.lines());
        let wide = WidePositions::new(view, lines.len());
        let can_be_static = lines.iter().all(StaticSchedule::allows);
        Known {
            lens: lines.iter().map(|line| line.len() as u32).collect(),
            lines: lines.iter().map(|_| LineTimes::new()).collect(),
            can_be_static,
            is_wide: !wide.is_empty(),
            wide,
            is_changed: AtomicBool::new(false),
            has_unknown: AtomicBool::new(true),
            has_apart: AtomicBool::new(true),
            decision: AtomicU64::new(0),
            static_runs: AtomicU32::new(0),
            schedule: OnceLock::new(),
        }
    }
}

impl<'run> History<'run> {
    /// The history of the graph of this table.
    #[inline]
    pub(crate) fn of(table: &'run Table) -> Self {
        History { view: table.view(), known: table.memory().get(|| Known::new(table)) }
    }

    /// Whether another thread can help in any run.
    #[inline]
    pub(crate) fn is_wide(&self) -> bool {
        self.is_wide
    }

    /// Whether another thread can help at a position of the serial order.
    pub(crate) fn is_wide_at(&self, position: u32) -> bool {
        self.wide.contains(position)
    }

    /// Whether nothing is known of some line.
    #[inline]
    pub(super) fn has_unknown(&self) -> bool {
        self.has_unknown.load(Ordering::Relaxed)
    }

    /// Whether a line is measured apart from the others, at the time of the last decision.
    pub(super) fn has_apart(&self) -> bool {
        self.has_apart.load(Ordering::Relaxed)
    }

    /// How the next run starts, where it costs `sharing_cost` to share one.
    #[inline]
    pub(crate) fn decision(&self, sharing_cost: u32) -> Decision {
        let (decision, cost) = decode(self.decision.load(Ordering::Relaxed));
        if cost == sharing_cost { decision } else { self.decide(sharing_cost) }
    }

    #[cold]
    fn decide(&self, sharing_cost: u32) -> Decision {
        let decision = self.decision_for(sharing_cost);
        let depends_on_cost = || self.decision_for(sharing_cost::MIN) != self.decision_for(sharing_cost::MAX);
        if !sharing_cost::is_being_measured() && depends_on_cost() {
            sharing_cost::start_measuring();
        }
        self.has_unknown.store(self.lines.iter().any(LineTimes::is_unknown), Ordering::Relaxed);
        let has_apart = self.lines.iter().any(|times| times.is_apart(sharing_cost));
        self.has_apart.store(has_apart, Ordering::Relaxed);
        self.decision.store(encode(decision, sharing_cost), Ordering::Relaxed);
        decision
    }

    fn decision_for(&self, sharing_cost: u32) -> Decision {
        let lens = self.lens.iter().map(|&len| len as usize);
        let lines = lens.zip(&self.lines).zip(self.wide.lines());
        decision::decide(
            lines.map(|((len, times), &wide)| (len, times, wide)),
            sharing_cost,
            self.can_be_static,
        )
    }

    /// How many nanoseconds a task usually takes: the mean of all. None if nothing is known of some.
    pub(super) fn usual_nanos(&self) -> Option<u64> {
        let (mut tasks, mut nanos) = (0, 0_u64);
        for (times, &len) in self.lines.iter().zip(&self.lens) {
            if times.is_unknown() {
                return None;
            }
            tasks += u64::from(len);
            nanos = nanos.saturating_add(u64::from(times.typical()) * u64::from(len));
        }
        nanos.checked_div(tasks)
    }

    /// Takes the costs of lines of which nothing is known from these.
    #[cold]
    pub(super) fn expect(&self, costs: &Measured) {
        let mut costs = costs.figures().costs.iter().map(|&cost| u32::try_from(cost).unwrap_or(u32::MAX));
        for (times, &len) in self.lines.iter().zip(&self.lens) {
            let (mut longest, mut sum) = (0, 0_u64);
            for cost in costs.by_ref().take(len as usize) {
                longest = longest.max(cost);
                sum += u64::from(cost);
            }
            times.expect(longest, (sum / u64::from(len.max(1))) as u32);
        }
        self.decision.store(0, Ordering::Relaxed);
    }

    /// Takes each task to need this time, whatever it took before.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn assume(&self, nanos: u32) {
        self.lines.iter().for_each(|times| times.assume(nanos));
        self.decision.store(0, Ordering::Relaxed);
    }

    /// What is known of each line: its bound and its usual time.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn known(&self) -> alloc::vec::Vec<(u32, u32)> {
        self.lines.iter().map(|times| (times.bound(), times.typical())).collect()
    }

    /// The number of a task's line, and whether it is measured apart from other lines.
    #[inline]
    pub(super) fn line(&self, task: u32, sharing_cost: u32) -> (u32, bool) {
        let line = self.view.line(task);
        (line, self.lines[line as usize].is_apart(sharing_cost))
    }

    #[inline]
    fn times(&self, task: u32) -> &LineTimes {
        &self.lines[self.view.line(task) as usize]
    }

    /// Records that these tasks took so long together, on one thread. Returns whether that is longer than expected of one of
    /// them. Writes only what changes, and nothing as long as times are the usual ones. Usual times are only corrected if
    /// `corrects`.
    pub(super) fn record(&self, tasks: &[u32], nanos: u64, sharing_cost: u32, corrects: bool) -> bool {
        let took = u32::try_from(nanos.saturating_sub(READING)).unwrap_or(u32::MAX - 1).max(1);
        let (mut expected, mut is_known, mut is_surprise, mut is_noted) = (0_u64, true, false, false);
        for &task in tasks {
            let times = self.times(task);
            expected += u64::from(times.typical());
            is_known &= times.typical() != 0;
            let is_short = times.is_short(sharing_cost);
            if took >= sharing_cost || times.is_apart(sharing_cost) {
                times.note(took);
                is_noted = true;
            }
            is_surprise |= is_short && took >= sharing_cost;
        }
        let is_usual = is_known && u64::from(took).abs_diff(expected) <= expected / USUAL + CLOCK;
        let mut is_corrected =
            !is_usual && is_known && u64::from(took) < expected / FAR && self.cap(tasks, took);
        if !is_corrected && !is_usual && (corrects || !is_known) {
            self.correct(tasks, took, is_known.then_some(expected));
            is_corrected = true;
        }
        if (is_noted || is_corrected) && !self.is_changed.load(Ordering::Relaxed) {
            self.is_changed.store(true, Ordering::Relaxed);
        }
        is_surprise
    }

    /// Limits the usual times of lines with a single task, since each of these tasks took part in a stretch of this time.
    /// Otherwise a thread that was preempted in the first run would make a task look long for many runs. Returns whether
    /// anything was changed.
    #[cold]
    fn cap(&self, tasks: &[u32], took: u32) -> bool {
        let mut is_changed = false;
        for &task in tasks {
            let line = self.view.line(task) as usize;
            if self.lens[line] == 1 && self.lines[line].typical() > took {
                self.lines[line].cap(took);
                is_changed = true;
            }
        }
        is_changed
    }

    /// Corrects the usual times of these tasks, each line once as far as possible: a single disturbance counts little.
    #[cold]
    fn correct(&self, tasks: &[u32], took: u32, expected: Option<u64>) {
        let mut corrected = [u32::MAX; 4];
        for (k, &task) in tasks.iter().enumerate() {
            let line = self.view.line(task);
            if corrected.contains(&line) {
                continue;
            }
            corrected[k % 4] = line;
            let times = &self.lines[line as usize];
            let target = match expected {
                Some(expected) => u64::from(took) * u64::from(times.typical()) / expected,
                None => u64::from(took) / tasks.len() as u64,
            };
            times.approach(u32::try_from(target).unwrap_or(u32::MAX));
        }
    }

    /// The end of a run.
    #[inline]
    pub(super) fn settle(&self, sharing_cost: u32) {
        if self.is_changed.load(Ordering::Relaxed) {
            self.settle_lines(sharing_cost);
        }
    }

    #[cold]
    fn settle_lines(&self, sharing_cost: u32) {
        self.is_changed.store(false, Ordering::Relaxed);
        self.lines.iter().for_each(|times| times.settle(sharing_cost));
        self.decision.store(0, Ordering::Relaxed);
    }

    /// The static schedule for this many threads, if there is one.
    pub(super) fn static_schedule(&self, threads: u32) -> Option<&'run StaticSchedule> {
        let make = || StaticSchedule::new(self.view, threads).map(Box::new);
        self.known.schedule.get_or_init(make).as_deref().filter(|schedule| schedule.thread_count() == threads)
    }

    /// Whether the next run by the static schedule is measured.
    pub(super) fn measures_static(&self) -> bool {
        self.static_runs.fetch_add(1, Ordering::Relaxed) % MEASURE_STATIC == 0
    }
}

/// Times that differ from the usual ones by this fraction are usual.
const USUAL: u64 = 8;

/// A stretch that takes less than this fraction of what is expected shows that some of that is wrong.
const FAR: u64 = 4;

/// How long it takes to read the clock, in nanoseconds.
const READING: u64 = 25;

/// So much may the clock be wrong, in nanoseconds.
const CLOCK: u64 = 32;
