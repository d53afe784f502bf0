//! The clock of a serial run: which tasks took how long, and where the run ends because others should help.

use core::cell::Cell;

use super::History;
use super::decision::{HandOver, allowance};
use super::stretch::tasks_after;

/// The clock of a serial run.
pub(crate) struct SerialClock<'run> {
    history: History<'run>,
    order: &'run [u32],
    /// The run ends here in any case.
    limit: u32,
    sharing_cost: u32,
    /// Whether a line is measured apart from the others.
    has_apart: bool,
    /// The start of the current stretch, and how many tasks it may have.
    start: Cell<u32>,
    start_nanos: Cell<u64>,
    len: Cell<u32>,
    /// The time of the stretches so far in which others could have helped.
    shareable: Cell<u64>,
    /// Whether a task took longer than expected.
    is_surprised: Cell<bool>,
    has_ended: Cell<bool>,
}

impl<'run> SerialClock<'run> {
    /// Of a run of the tasks in `order`, up to `limit`, that starts at the time 0.
    pub(crate) fn new(history: History<'run>, order: &'run [u32], limit: u32, sharing_cost: u32) -> Self {
        SerialClock {
            history,
            order,
            limit,
            sharing_cost,
            has_apart: history.has_apart(),
            start: Cell::new(0),
            start_nanos: Cell::new(0),
            len: Cell::new(1),
            shareable: Cell::new(0),
            is_surprised: Cell::new(false),
            has_ended: Cell::new(false),
        }
    }

    /// After this many tasks, at this time since the start: after how many tasks the clock is read next. None if the run ends
    /// here.
    pub(crate) fn next(&self, done: u32, nanos: u64) -> Option<u32> {
        if done as usize >= self.order.len() {
            return Some(done + 1);
        }
        self.record(done, nanos);
        let is_long = self.is_surprised.get() || self.shareable.get() > allowance(self.sharing_cost);
        if done >= self.limit || is_long && self.history.is_wide_at(done) {
            self.has_ended.set(true);
            return None;
        }
        if self.is_surprised.get() {
            return Some(done + 1);
        }
        let end = self.limit.min(done.saturating_add(self.len.get()));
        if !self.has_apart {
            return Some(end);
        }
        let line = |at: u32| self.history.line(self.order[at as usize], self.sharing_cost);
        let (first, is_first_apart) = line(done);
        let ends_before = |&at: &u32| match line(at) {
            (line, true) => line != first,
            (_, false) => is_first_apart,
        };
        Some((done + 1..end).find(ends_before).unwrap_or(end))
    }

    /// The end of the run, unless it has ended early. Returns how many tasks were done where it ended early.
    pub(crate) fn end(&self, nanos: impl FnOnce() -> u64) -> Option<u32> {
        if self.has_ended.get() {
            return Some(self.start.get());
        }
        self.record(self.order.len() as u32, nanos());
        None
    }

    /// The time of the stretches so far.
    pub(crate) fn nanos(&self) -> u64 {
        self.start_nanos.get()
    }

    /// Ends a stretch.
    fn record(&self, done: u32, nanos: u64) {
        let start = self.start.replace(done);
        let took = nanos - self.start_nanos.replace(nanos);
        let tasks = &self.order[start as usize..done as usize];
        if self.history.record(tasks, took, self.sharing_cost, true) {
            self.is_surprised.set(true);
        }
        if (start..done).any(|position| self.history.is_wide_at(position)) {
            let shareable = HandOver::DYNAMIC.shareable(took, done - start);
            self.shareable.set(self.shareable.get() + shareable);
        }
        self.len.set(tasks_after(done - start, took, self.sharing_cost));
    }
}
