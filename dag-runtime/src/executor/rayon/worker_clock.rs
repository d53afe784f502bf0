//! How long the tasks of one worker take.

use core::cell::Cell;
use std::time::Instant;

use super::history::{History, tasks_after};

/// Where a run is recorded that is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure<'run> {
    pub(super) history: History<'run>,
    pub(super) sharing_cost: u32,
}

/// The most tasks in a stretch.
const MAX_TASKS: u32 = 16;

/// After the first stretches, one of this many corrects the usual times: other threads read these.
const CORRECT: u32 = 64;

/// The clock of one worker. A *stretch* of tasks is what the worker runs between two readings, one task after the other.
pub(super) struct WorkerClock<'run> {
    measure: Option<Measure<'run>>,
    /// When the stretch began; none if there is none.
    start: Cell<Option<Instant>>,
    /// The tasks of the stretch.
    tasks: [Cell<u32>; MAX_TASKS as usize],
    count: Cell<u32>,
    /// How many tasks the stretch may have.
    len: Cell<u32>,
    /// The line of its last task, and whether that is measured apart from the others.
    line: Cell<(u32, bool)>,
    /// The number of stretches so far.
    stretches: Cell<u32>,
}

impl<'run> WorkerClock<'run> {
    pub(super) fn new(measure: Option<Measure<'run>>) -> Self {
        WorkerClock {
            measure,
            start: Cell::new(None),
            tasks: [const { Cell::new(0) }; MAX_TASKS as usize],
            count: Cell::new(0),
            len: Cell::new(1),
            line: Cell::new((0, false)),
            stretches: Cell::new(0),
        }
    }

    /// Before a task.
    #[inline]
    pub(super) fn start(&self, task: u32) {
        let Some(measure) = self.measure else { return };
        let (line, before) = (measure.history.line(task, measure.sharing_cost), self.line.get());
        if self.count.get() > 0 && line.0 != before.0 && (line.1 || before.1) {
            self.end(measure, true);
        }
        self.line.set(line);
        if self.start.get().is_none() {
            self.start.set(Some(Instant::now()));
        }
    }

    /// Whether the run is measured.
    #[inline]
    pub(super) fn is_used(&self) -> bool {
        self.measure.is_some()
    }

    /// After a task.
    #[inline]
    pub(super) fn stop(&self, task: u32) {
        let Some(measure) = self.measure else { return };
        let count = self.count.get();
        self.tasks[count as usize].set(task);
        self.count.set(count + 1);
        if count + 1 >= self.len.get() {
            self.end(measure, true);
        }
    }

    /// The worker runs no task for now.
    #[inline]
    pub(super) fn pause(&self) {
        let Some(measure) = self.measure else { return };
        self.end(measure, false);
    }

    /// Records a task that several workers ran.
    pub(super) fn record(&self, task: u32, nanos: u64) {
        if let Some(measure) = self.measure {
            measure.history.record(&[task], nanos, measure.sharing_cost, true);
        }
    }

    /// Ends a stretch. The next one follows at once, or begins with the next task.
    fn end(&self, measure: Measure<'_>, follows: bool) {
        let count = self.count.replace(0);
        if count > 0 {
            let now = Instant::now();
            let start = self.start.replace(follows.then_some(now));
            let nanos = start.map_or(0, |start| (now - start).as_nanos() as u64);
            let tasks: [u32; MAX_TASKS as usize] = core::array::from_fn(|k| self.tasks[k].get());
            let stretch = self.stretches.replace(self.stretches.get().wrapping_add(1));
            let corrects = stretch.is_power_of_two() || stretch % CORRECT == 0;
            measure.history.record(&tasks[..count as usize], nanos, measure.sharing_cost, corrects);
            self.len.set(tasks_after(count, nanos, measure.sharing_cost).min(MAX_TASKS));
        } else if !follows {
            self.start.set(None);
        }
    }
}
