//! The observer of one run, as executors call it.

use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
#[cfg(feature = "std")]
use std::time::Instant;

use super::halt::{Halt, Running};
use super::{Monitor, RunEvent, RunId, RunSummary, StoreSummary, TaskEvent};
use crate::backend::Backend;
use crate::error::{Failure, Outcome, Reason, Stopped};
use crate::state::TaskState;
use crate::table::{SharedTable, Table};

/// Whether a run needs its observer: it receives events, or may stop the run.
#[inline]
pub(crate) fn is_watched(monitor: &(impl Monitor + ?Sized)) -> bool {
    monitor.is_enabled() || monitor.may_stop()
}

/// What a run notes for its end.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Whether the run may be stopped.
    may_stop: bool,
    halt: Halt,
    not_wanted: AtomicUsize,
    hits: AtomicUsize,
    not_needed: AtomicUsize,
    caught: AtomicUsize,
}

impl Tally {
    pub(crate) fn new(monitor: &(impl Monitor + ?Sized)) -> Self {
        Tally { may_stop: monitor.may_stop(), ..Tally::default() }
    }
}

/// The observer of a run and its clock, which also identifies the run.
#[derive(Clone, Copy)]
pub(crate) struct Watch<'run> {
    monitor: &'run dyn Monitor,
    table: &'run Table,
    shared: &'run SharedTable,
    tally: &'run Tally,
    clock: Clock,
    rank: usize,
}

impl<'run> Watch<'run> {
    /// A watch with a new clock, if the observer receives events or may stop the run.
    #[inline]
    pub(crate) fn of(
        monitor: &'run dyn Monitor,
        shared: &'run SharedTable,
        tally: &'run Tally,
    ) -> Option<Self> {
        is_watched(monitor).then(|| Watch::new(monitor, shared, tally, Clock::start()))
    }

    pub(crate) fn new(
        monitor: &'run dyn Monitor,
        shared: &'run SharedTable,
        tally: &'run Tally,
        clock: Clock,
    ) -> Self {
        Watch { monitor, table: shared, shared, tally, clock, rank: 0 }
    }

    pub(crate) fn table(&self) -> &'run Table {
        self.table
    }

    /// Whether another task may start.
    ///
    /// # Errors
    ///
    /// Fails if the run is stopped, with an error for which [`Failure::is_stop`] is true.
    pub(crate) fn go_on(&self) -> Outcome<()> {
        if self.is_stopped() { Err(Stopped.into()) } else { Ok(()) }
    }

    /// Whether no further task is to start. Notes why.
    #[inline]
    fn is_stopped(&self) -> bool {
        if !self.tally.may_stop {
            return false;
        }
        let reason = self.monitor.stop_reason(&|| self.now());
        reason.inspect(|&reason| self.tally.halt.note(reason)).is_some()
    }

    /// Notes that a task, or these elements of it, was running, if the run is stopped by now. To be called after it has run.
    pub(crate) fn note_running(&self, node: u32, elements: Option<Range<usize>>) {
        if self.is_stopped() {
            self.tally.halt.note_running((node, elements));
        }
    }

    /// Why the run was stopped, if it was, and what was running then.
    pub(crate) fn halt(&self) -> Option<(&'run Reason, Vec<Running>)> {
        self.tally.halt.get()
    }

    /// The time since the run's start.
    pub(crate) fn now(&self) -> Duration {
        self.clock.now()
    }

    pub(crate) fn run_started(&self, backend: Backend, workers: usize) {
        let Watch { table, shared, clock: Clock { run, .. }, rank, .. } = *self;
        self.monitor.run_started(&RunEvent { run, table, backend, workers, rank, shared });
    }

    /// Reports that a task waits for units of the limit with this number.
    #[cfg(feature = "rayon")]
    pub(crate) fn waiting(&self, node: u32, worker: usize, limit: u32) {
        self.monitor.waiting(&self.event(node, worker), self.limit(limit));
    }

    #[cfg(feature = "rayon")]
    fn limit(&self, limit: u32) -> &'static str {
        self.table.limits().map_or("", |limits| limits.all()[limit as usize].name)
    }

    /// Reports that a task starts, and returns the time.
    pub(crate) fn started(&self, node: u32, worker: usize) -> Duration {
        let event = self.event(node, worker);
        self.monitor.started(&event);
        event.at
    }

    /// Reports that a task, started at `start`, has ended in this state, without a failure.
    pub(crate) fn ended(&self, node: u32, worker: usize, start: Duration, state: TaskState) {
        // Of a task that runs once for each element, the elements are noted.
        if self.tally.may_stop && !self.table.view().place(node).line.each {
            self.note_running(node, None);
        }
        match state {
            TaskState::Finished => self.finished(node, worker, start),
            state => self.ended_as(&self.event(node, worker), state),
        }
    }

    fn finished(&self, node: u32, worker: usize, start: Duration) {
        let event = self.event(node, worker);
        self.monitor.finished(&event, event.at - start);
    }

    /// Reports that a task has ended without a call of its function.
    fn ended_as(&self, event: &TaskEvent<'_>, state: TaskState) {
        let Tally { not_wanted, hits, not_needed, .. } = self.tally;
        match state {
            TaskState::Hit => {
                hits.fetch_add(1, Ordering::Relaxed);
                self.monitor.hit(event);
            }
            TaskState::NotNeeded => {
                not_needed.fetch_add(1, Ordering::Relaxed);
                self.monitor.not_needed(event);
            }
            _ => {
                not_wanted.fetch_add(1, Ordering::Relaxed);
                self.monitor.not_wanted(event);
            }
        }
    }

    /// Reports that a task, or an element of it, has failed, and that this is its output.
    pub(crate) fn caught(&self, node: u32, worker: usize, element: Option<usize>, failure: &Failure) {
        self.tally.caught.fetch_add(1, Ordering::Relaxed);
        let event = TaskEvent { element, ..self.event(node, worker) };
        self.monitor.caught(&event, failure);
    }

    /// Reports that an attempt of a task, or of an element of it, has failed, and that another one follows.
    pub(crate) fn retried(
        &self,
        node: u32,
        worker: usize,
        element: Option<usize>,
        attempt: u32,
        failure: &Failure,
    ) {
        let event = TaskEvent { element, ..self.event(node, worker) };
        self.monitor.retried(&event, attempt, failure);
    }

    /// Reports how many elements of a task have finished.
    pub(crate) fn elements(&self, node: u32, worker: usize, done: usize, of: usize) {
        self.monitor.elements(&self.event(node, worker), done, of);
    }

    /// Reports that a worker has run elements of a task for this time.
    #[cfg(feature = "rayon")]
    pub(crate) fn ran_elements(&self, node: u32, worker: usize, elapsed: Duration) {
        self.monitor.ran_elements(&self.event(node, worker), elapsed);
    }

    pub(crate) fn failed(&self, node: u32, worker: usize, element: Option<usize>, failure: &Failure) {
        let event = TaskEvent { element, ..self.event(node, worker) };
        self.monitor.failed(&event, failure);
    }

    pub(crate) fn skipped(&self, node: u32, worker: usize) {
        self.monitor.skipped(&self.event(node, worker));
    }

    pub(crate) fn run_ended(&self, failed: usize, skipped: usize) {
        let [not_wanted, hits, not_needed] =
            [&self.tally.not_wanted, &self.tally.hits, &self.tally.not_needed]
                .map(|count| count.load(Ordering::Relaxed));
        let without_call = not_wanted + hits + not_needed;
        self.monitor.run_ended(&RunSummary {
            run: self.clock.run,
            table: self.table,
            elapsed: self.clock.now(),
            finished: (self.table.len() - failed - skipped).saturating_sub(without_call),
            failed,
            skipped,
            not_wanted,
            hits,
            not_needed,
            caught: self.tally.caught.load(Ordering::Relaxed),
            store: StoreSummary::default(),
        });
    }

    fn event(&self, node: u32, worker: usize) -> TaskEvent<'run> {
        let task = self.table.task(node as usize).expect("executors number tasks as the table does");
        let Clock { run, .. } = self.clock;
        TaskEvent { run, task, element: None, worker, rank: self.rank, at: self.clock.now() }
    }
}

/// The time and place of an event on another rank.
#[cfg(feature = "mpi")]
#[derive(Clone, Copy)]
pub(crate) struct Past {
    pub(crate) node: u32,
    pub(crate) worker: usize,
    pub(crate) rank: usize,
    /// Since the start of the run on this rank.
    pub(crate) at: Duration,
}

#[cfg(feature = "mpi")]
impl<'run> Watch<'run> {
    /// Sets the rank.
    pub(crate) fn on_rank(self, rank: usize) -> Self {
        Watch { rank, ..self }
    }

    /// Reports that an output is sent to another rank.
    pub(crate) fn sent(&self, node: u32, to: usize, bytes: u64) {
        self.monitor.sent(&self.event(node, 0), to, bytes);
    }

    pub(crate) fn past_waiting(&self, past: Past, limit: u32) {
        self.monitor.waiting(&self.past(past), self.limit(limit));
    }

    pub(crate) fn past_started(&self, past: Past) {
        self.monitor.started(&self.past(past));
    }

    pub(crate) fn past_finished(&self, past: Past, elapsed: Duration) {
        self.monitor.finished(&self.past(past), elapsed);
    }

    /// Reports the number of elements of a task.
    pub(crate) fn past_elements(&self, past: Past, of: usize) {
        self.monitor.elements(&self.past(past), 0, of);
    }

    pub(crate) fn past_ran_elements(&self, past: Past, elapsed: Duration) {
        self.monitor.ran_elements(&self.past(past), elapsed);
    }

    /// Reports that a task has ended in this state, without a call of its function.
    pub(crate) fn past_ended_as(&self, past: Past, state: TaskState) {
        self.ended_as(&self.past(past), state);
    }

    /// Reports that the output of a task, or of an element of it, is a failure.
    pub(crate) fn past_caught(&self, past: Past, element: Option<usize>, failure: &Failure) {
        self.tally.caught.fetch_add(1, Ordering::Relaxed);
        self.monitor.caught(&TaskEvent { element, ..self.past(past) }, failure);
    }

    /// Reports that an attempt of a task, or of an element of it, has failed, and that another one followed.
    pub(crate) fn past_retried(&self, past: Past, element: Option<usize>, attempt: u32, failure: &Failure) {
        self.monitor.retried(&TaskEvent { element, ..self.past(past) }, attempt, failure);
    }

    pub(crate) fn past_sent(&self, past: Past, to: usize, bytes: u64) {
        self.monitor.sent(&self.past(past), to, bytes);
    }

    /// Reports that a task has failed on another rank, or will not run there.
    pub(crate) fn failed_on(&self, rank: usize, node: u32, element: Option<usize>, failure: &Failure) {
        let event = TaskEvent { element, rank, ..self.event(node, 0) };
        self.monitor.failed(&event, failure);
    }

    /// Reports that a task will not run on a rank.
    pub(crate) fn skipped_on(&self, rank: usize, node: u32) {
        self.monitor.skipped(&TaskEvent { rank, ..self.event(node, 0) });
    }

    fn past(&self, past: Past) -> TaskEvent<'run> {
        let Past { node, worker, rank, at } = past;
        TaskEvent { worker, rank, at, ..self.event(node, 0) }
    }
}

/// The identifier and the start of a run.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    run: RunId,
    #[cfg(feature = "std")]
    start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Clock {
            run: RunId::next(),
            #[cfg(feature = "std")]
            start: Instant::now(),
        }
    }

    pub(crate) fn now(self) -> Duration {
        #[cfg(feature = "std")]
        return self.start.elapsed();
        #[cfg(not(feature = "std"))]
        Duration::ZERO
    }
}
