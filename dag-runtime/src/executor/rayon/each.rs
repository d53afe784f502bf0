//! One task that runs once for each element of an output, as the workers of a run share it.

use alloc::vec::Vec;
use core::mem;
use core::ops::Range;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::context::{RunContext, worker_index};
use super::flow::Ran;
use crate::error::{Failure, Outcome, catch};
use crate::executor::each;
use crate::slot::{EachCell, Elements, Part, Position};
use crate::unwind::ignore;

/// A task that runs once for each element of an output.
pub(super) struct EachTask {
    pub(super) node: u32,
    cell: EachCell,
    /// When it started, in nanoseconds since the run did.
    start: AtomicU64,
    width: AtomicUsize,
    /// How many elements the observer was told of.
    told: AtomicUsize,
    /// The elements that have failed; one that is none is the task as a whole.
    failures: Mutex<Vec<(Option<usize>, Failure)>>,
}

impl EachTask {
    pub(super) fn new(node: u32, threads: usize) -> Self {
        EachTask {
            node,
            cell: EachCell::on_threads(threads),
            start: AtomicU64::new(0),
            width: AtomicUsize::new(0),
            told: AtomicUsize::new(0),
            failures: Mutex::default(),
        }
    }

    /// Begins the task, and gives how many elements there are.
    pub(super) fn open(&self, run: &RunContext<'_>) -> Outcome<usize> {
        let watch = run.watch();
        if let Some(watch) = watch {
            watch.go_on()?;
            let start = watch.started(self.node, worker_index());
            self.start.store(start.as_nanos() as u64, Ordering::Relaxed);
        }
        self.step(run, Part::Open(&self.cell), &Position::new())?;
        #[allow(unsafe_code)]
        // SAFETY: the flow has a task opened by one worker, before any other step.
        let width = unsafe { self.cell.width() }.unwrap_or(0);
        self.width.store(width, Ordering::Relaxed);
        if let Some(watch) = watch {
            watch.elements(self.node, worker_index(), 0, width);
        }
        Ok(width)
    }

    /// Runs some elements.
    pub(super) fn run(&self, run: &RunContext<'_>, elements: Range<usize>) -> Ran {
        if run.watch().is_some_and(|watch| watch.go_on().is_err()) {
            return Ran::Stopped;
        }
        let start = Instant::now();
        let count = elements.len();
        let ended = self.run_all(run, elements);
        let elapsed = start.elapsed();
        if let Some(ended) = ended {
            ignore(|| self.tell_time(run, elapsed));
            return ended;
        }
        let told = catch(|| {
            self.tell_time(run, elapsed);
            self.tell(run, count)
        });
        if let Err(failure) = told {
            self.fails(None, failure);
            if !run.keep_going {
                return Ran::Failed;
            }
        }
        Ran::Done(elapsed.as_nanos() as u64)
    }

    /// Runs some elements. Where this was not to their end, says why.
    fn run_all(&self, run: &RunContext<'_>, elements: Range<usize>) -> Option<Ran> {
        let position = Position::new();
        let mut first = elements.start;
        while first < elements.end {
            let stop = (!run.keep_going).then_some(&run.stop);
            let part = Part::Elements(&self.cell, Elements::new(first..elements.end, stop));
            match catch(|| self.step(run, part, &position)) {
                Ok(()) if position.element().is_some() => return Some(Ran::Stopped),
                Ok(()) => break,
                Err(failure) => {
                    self.fails(position.element(), failure);
                    if !run.keep_going {
                        run.stop.store(true, Ordering::Relaxed);
                        return Some(Ran::Failed);
                    }
                    // Where no element was at fault, none of these can run.
                    first = position.element().map_or(elements.end, |element| element + 1);
                    position.reset();
                }
            }
        }
        None
    }

    /// Tells the observer for how long this worker has run elements.
    fn tell_time(&self, run: &RunContext<'_>, elapsed: Duration) {
        if let Some(watch) = run.watch() {
            watch.ran_elements(self.node, worker_index(), elapsed);
        }
    }

    /// Tells the observer that elements are done.
    fn tell(&self, run: &RunContext<'_>, count: usize) -> Outcome<()> {
        if let Some(watch) = run.watch() {
            let done = self.told.fetch_add(count, Ordering::Relaxed) + count;
            watch.elements(self.node, worker_index(), done, self.width.load(Ordering::Relaxed));
        }
        Ok(())
    }

    /// Ends the task, which has an output then.
    pub(super) fn close(&self, run: &RunContext<'_>) -> Outcome<()> {
        self.step(run, Part::Close(&self.cell), &Position::new())?;
        if let Some(watch) = run.watch() {
            watch.finished(
                self.node,
                worker_index(),
                Duration::from_nanos(self.start.load(Ordering::Relaxed)),
            );
        }
        Ok(())
    }

    /// Drops what there is of a task that will not be closed.
    pub(super) fn clear(&self) {
        #[allow(unsafe_code)]
        // SAFETY: the flow has a task fail when all its elements are done, or the run has ended.
        unsafe {
            each::clear(&self.cell);
        }
    }

    /// The elements that have failed since the last call, in order.
    pub(super) fn take_failures(&self) -> Vec<(Option<usize>, Failure)> {
        let mut failures = mem::take(&mut *self.failures.lock().unwrap_or_else(PoisonError::into_inner));
        failures.sort_by_key(|&(element, _)| element);
        failures
    }

    #[cold]
    fn fails(&self, element: Option<usize>, failure: Failure) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push((element, failure));
    }

    fn step(&self, run: &RunContext<'_>, part: Part<'_>, position: &Position) -> Outcome<()> {
        #[allow(unsafe_code)]
        // SAFETY: the flow has a task opened once, by a worker to which all its dependencies have
        // finished, hands each element out once after that, and has it closed once after all of them.
        // It has an output released once all its readers are done.
        unsafe {
            each::run_step(run.job, self.node, part, position)
        }
    }
}
