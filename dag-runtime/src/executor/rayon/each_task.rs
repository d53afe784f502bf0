//! A task that runs once for each element of an output, shared by the workers of a run.

use alloc::vec::Vec;
use core::mem;
use core::ops::Range;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::context::{RunContext, worker_index};
use super::dynamic_run::ChunkOutcome;
use crate::error::{Failure, Outcome, catch};
use crate::executor::call_events::CallEvents;
use crate::executor::each;
use crate::executor::outcome::{Failed, append};
use crate::slot::{EachCell, Elements, ObservedCall, Part, Position};
use crate::unwind::ignore;

/// A task that runs once for each element of an output.
pub(super) struct EachTask {
    pub(super) node: u32,
    cell: EachCell,
    /// When the task started, in nanoseconds since the start of the run.
    start: AtomicU64,
    width: AtomicUsize,
    /// How long its elements took, in nanoseconds.
    nanos: AtomicU64,
    /// How many elements were reported to the observer.
    reported: AtomicUsize,
    /// The failed elements; none stands for the task as a whole.
    failures: Mutex<Vec<Failed>>,
}

impl EachTask {
    pub(super) fn new(node: u32, threads: usize) -> Self {
        EachTask {
            node,
            cell: EachCell::on_threads(threads),
            start: AtomicU64::new(0),
            width: AtomicUsize::new(0),
            nanos: AtomicU64::new(0),
            reported: AtomicUsize::new(0),
            failures: Mutex::default(),
        }
    }

    /// Opens the task, and returns the number of elements.
    pub(super) fn open(&self, run: &RunContext<'_>) -> Outcome<usize> {
        let watch = run.watch();
        if let Some(watch) = watch {
            watch.go_on()?;
            let start = watch.started(self.node, worker_index());
            self.start.store(start.as_nanos() as u64, Ordering::Relaxed);
        }
        self.step(run, Part::Open(&self.cell), &Position::new())?;
        #[allow(unsafe_code)]
        // SAFETY: a dynamic run has one worker open a task, before any other step.
        let width = unsafe { self.cell.width() }.unwrap_or(0);
        self.width.store(width, Ordering::Relaxed);
        if let Some(watch) = watch {
            watch.note_running(self.node, None);
            watch.elements(self.node, worker_index(), 0, width);
        }
        Ok(width)
    }

    /// Runs a chunk of elements.
    pub(super) fn run(&self, run: &RunContext<'_>, elements: Range<usize>) -> ChunkOutcome {
        if run.watch().is_some_and(|watch| watch.go_on().is_err()) {
            return ChunkOutcome::Stopped;
        }
        let start = Instant::now();
        let count = elements.len();
        let ended_early = self.run_all(run, elements.clone());
        if let Some(watch) = run.watch() {
            watch.note_running(self.node, Some(elements));
        }
        let elapsed = start.elapsed();
        self.nanos.fetch_add(elapsed.as_nanos() as u64, Ordering::Relaxed);
        if let Some(outcome) = ended_early {
            ignore(|| self.report_time(run, elapsed));
            return outcome;
        }
        let reported = catch(|| {
            self.report_time(run, elapsed);
            self.report(run, count)
        });
        if let Err(failure) = reported {
            self.record([self.failed(None, failure)].into());
            if !run.keep_going {
                return ChunkOutcome::Failed;
            }
        }
        ChunkOutcome::Done(elapsed.as_nanos() as u64)
    }

    /// Runs elements. Returns why it ended early, if it did.
    fn run_all(&self, run: &RunContext<'_>, elements: Range<usize>) -> Option<ChunkOutcome> {
        let mut failures = Vec::new();
        let ended_early = self.run_until_stopped(run, elements, &mut failures);
        if !failures.is_empty() {
            self.record(failures);
        }
        ended_early
    }

    /// Runs elements, and adds those that fail to the failures. Returns why it ended early, if it did.
    fn run_until_stopped(
        &self,
        run: &RunContext<'_>,
        elements: Range<usize>,
        failures: &mut Vec<Failed>,
    ) -> Option<ChunkOutcome> {
        let events = run.watch().map(|watch| CallEvents::new(watch, worker_index(), self.node));
        let calls = events.as_ref().map(|events| ObservedCall::new(events));
        let position = Position::observed(calls.as_ref());
        let mut first = elements.start;
        while first < elements.end {
            let stop = (!run.keep_going).then_some(&run.stop);
            let part = Part::Elements(&self.cell, Elements::new(first..elements.end, stop));
            match catch(|| self.step(run, part, &position)) {
                Ok(()) if position.element().is_some() => return Some(ChunkOutcome::Stopped),
                Ok(()) => break,
                Err(failure) => {
                    failures.push(self.failed(position.element(), failure));
                    if !run.keep_going {
                        run.stop.store(true, Ordering::Relaxed);
                        return Some(ChunkOutcome::Failed);
                    }
                    // If no single element has failed, none of these can run.
                    first = position.element().map_or(elements.end, |element| element + 1);
                    position.reset();
                }
            }
        }
        None
    }

    /// Reports to the observer how long this worker has run elements.
    fn report_time(&self, run: &RunContext<'_>, elapsed: Duration) {
        if let Some(watch) = run.watch() {
            watch.ran_elements(self.node, worker_index(), elapsed);
        }
    }

    /// Reports to the observer that elements are done.
    fn report(&self, run: &RunContext<'_>, count: usize) -> Outcome<()> {
        if let Some(watch) = run.watch() {
            let done = self.reported.fetch_add(count, Ordering::Relaxed) + count;
            watch.elements(self.node, worker_index(), done, self.width.load(Ordering::Relaxed));
        }
        Ok(())
    }

    /// How long its elements took together, in nanoseconds.
    pub(super) fn nanos(&self) -> u64 {
        self.nanos.load(Ordering::Relaxed)
    }

    /// Closes the task: its output is complete.
    pub(super) fn close(&self, run: &RunContext<'_>) -> Outcome<()> {
        let position = Position::new();
        self.step(run, Part::Close(&self.cell), &position)?;
        if let Some(watch) = run.watch() {
            let start = Duration::from_nanos(self.start.load(Ordering::Relaxed));
            watch.ended(self.node, worker_index(), start, position.take_end());
        }
        Ok(())
    }

    /// Drops what there is of a task that is not closed.
    pub(super) fn clear(&self) {
        #[allow(unsafe_code)]
        // SAFETY: a task fails when all its elements are done, or the run has ended.
        unsafe {
            each::clear(&self.cell);
        }
    }

    /// The failures since the last call, in no order.
    pub(super) fn take_failures(&self) -> Vec<Failed> {
        mem::take(&mut *self.failures.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn failed(&self, element: Option<usize>, failure: Failure) -> Failed {
        Failed { node: self.node, element, failure, finished: false }
    }

    #[cold]
    fn record(&self, failures: Vec<Failed>) {
        append(&mut self.failures.lock().unwrap_or_else(PoisonError::into_inner), failures);
    }

    fn step(&self, run: &RunContext<'_>, part: Part<'_>, position: &Position<'_>) -> Outcome<()> {
        #[allow(unsafe_code)]
        // SAFETY: a dynamic run opens a task once, on a worker that sees that all its dependencies have
        // finished. After that, it runs each element once, and after all of them it closes the task once.
        // It releases an output after all its readers are done.
        unsafe {
            each::run_step(run.job, self.node, part, position)
        }
    }
}
