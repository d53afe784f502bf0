//! Serial runs that report to an observer, can be stopped, or keep going after a failure.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::retry::call_with_retries;
use super::{StopPoint, release, walk};
use crate::backend::Backend;
use crate::error::{Error, Failure, Outcome, catch, guard};
use crate::executor::call_events::CallEvents;
use crate::executor::each::{self, chunk_after};
use crate::executor::outcome::{self, Failed};
use crate::graph::Job;
use crate::observe::{Monitor, Tally, Watch};
use crate::slot::{EachCell, Elements, ObservedCall, Part, Position};
use crate::unwind::ignore;

/// Runs all tasks of a job, one after the other, with an observer or with `keep_going`.
pub(in crate::executor) fn run(
    job: &dyn Job,
    monitor: &dyn Monitor,
    backend: Backend,
    worker: usize,
    keep_going: bool,
) -> Result<(), Error> {
    let tally = Tally::new(monitor);
    let watch = Watch::of(monitor, job.shared_table(), &tally);
    let events = watch.map(|watch| CallEvents::new(watch, worker, 0));
    let calls = events.as_ref().map(|events| ObservedCall::new(events));
    let stop_point = StopPoint::new(Position::observed(calls.as_ref()));
    let events = events.as_ref();
    ObservedWalk { watch, worker, events, keep_going, stop_point, each: EachCell::new() }.run(job, backend)
}

/// A serial walk that reports to an observer, or keeps going after a failure.
struct ObservedWalk<'run> {
    watch: Option<Watch<'run>>,
    worker: usize,
    /// Where the observer hears of what happens in calls.
    events: Option<&'run CallEvents<'run>>,
    keep_going: bool,
    stop_point: StopPoint<'run>,
    /// The elements of the task that runs once for each of them, while one does.
    each: EachCell,
}

impl ObservedWalk<'_> {
    fn run(&self, job: &dyn Job, backend: Backend) -> Result<(), Error> {
        if let Some(watch) = &self.watch {
            outcome::start(watch, backend, 1)?;
        }
        if let Err(failure) = catch(|| walk(&job, &self.stop_point, None, 0, |node| self.call(job, node))) {
            return Err(self.fail(job, failure));
        }
        match &self.watch {
            Some(watch) => outcome::succeed(job, watch),
            None => Ok(()),
        }
    }

    /// After the first failure, or a stop: runs the tasks that may still run, and ends the run.
    #[cold]
    fn fail(&self, job: &dyn Job, failure: Failure) -> Error {
        let view = job.view();
        let order = view.serial_order();
        let at = self.stop_point.position.get();
        let mut failures = Vec::new();
        let mut blocked = vec![false; view.len()];
        let record = |failures: &mut Vec<_>, node: u32, failure: Failure, finished: bool| {
            let element = self.stop_point.element.element();
            let others = self.finish_elements(job, node);
            if let Some(watch) = &self.watch {
                ignore(|| watch.failed(node, self.worker, element, &failure));
            }
            failures.push(Failed { node, element, failure, finished });
            failures.extend(others);
        };

        let position = at.position();
        if failure.is_stop() {
            self.clear_elements();
            return self.end(job, failures, &order[position..]);
        }
        let failed = at.releasing().unwrap_or(order[position]);
        record(&mut failures, failed, failure, at.releasing().is_some());
        blocked[failed as usize] = at.releasing().is_none();
        // If the drop of an output has panicked, the other outputs are still dropped.
        let go_to = match (self.keep_going, at.releasing()) {
            (true, _) => order.len(),
            (false, Some(_)) => position + 1,
            (false, None) => position,
        };
        for (&node, here) in order[..go_to].iter().zip(0..).skip(position) {
            if node != order[position] {
                let is_blocked = view.dependencies_of(node).iter().any(|&k| blocked[k as usize]);
                if is_blocked && !job.needs_nothing(node) {
                    blocked[node as usize] = true;
                } else if let Err(failure) = catch(|| self.call(job, node)) {
                    if failure.is_stop() {
                        self.clear_elements();
                        return self.end(job, failures, &order[here..]);
                    }
                    record(&mut failures, node, failure, false);
                    blocked[node as usize] = true;
                }
            }
            // At the position of the first failure, some of these were dropped before.
            for &output in view.releases_of(node) {
                if let Err(failure) = guard(|| release(&job, output)) {
                    record(&mut failures, output, failure, true);
                }
            }
        }
        self.end(job, failures, &order[go_to.max(position + 1)..])
    }

    fn end(&self, job: &dyn Job, failures: Vec<Failed>, not_started: &[u32]) -> Error {
        outcome::release_all(job, &failures);
        let not_started = &mut not_started.iter().copied();
        outcome::fail(job.table(), Some(job), self.watch.as_ref(), self.worker, failures, not_started)
    }

    /// Runs one task.
    fn call(&self, job: &dyn Job, node: u32) -> Outcome<()> {
        if job.view().place(node).line.each {
            return self.run_each_task(job, node);
        }
        let Some(watch) = &self.watch else { return call_with_retries(job, node, &self.stop_point) };
        watch.go_on()?;
        self.hear(node);
        let start = watch.started(node, self.worker);
        call_with_retries(job, node, &self.stop_point)?;
        watch.ended(node, self.worker, start, self.stop_point.element.take_end());
        Ok(())
    }

    /// What happens in calls from now on happens in those of this task.
    fn hear(&self, node: u32) {
        if let Some(events) = self.events {
            events.of(node);
        }
    }

    /// Runs one task that runs once for each element of an output, in chunks.
    fn run_each_task(&self, job: &dyn Job, node: u32) -> Outcome<()> {
        self.go_on()?;
        self.hear(node);
        let start = self.watch.as_ref().map(|watch| watch.started(node, self.worker));
        self.step(job, node, Part::Open(&self.each))?;
        self.note_running(node, None);
        self.report(node, 0);
        self.run_elements(job, node, 0)?;
        self.step(job, node, Part::Close(&self.each))?;
        if let (Some(watch), Some(start)) = (&self.watch, start) {
            watch.ended(node, self.worker, start, self.stop_point.element.take_end());
        }
        Ok(())
    }

    /// Runs the elements from `first` on.
    fn run_elements(&self, job: &dyn Job, node: u32, first: usize) -> Outcome<()> {
        let width = self.width().unwrap_or(0);
        let (mut done, mut chunk) = (first, 1);
        while done < width {
            self.go_on()?;
            let before = self.watch.as_ref().map(Watch::now);
            let end = if before.is_some() { width.min(done + chunk) } else { width };
            self.step(job, node, Part::Elements(&self.each, Elements::new(done..end, None)))?;
            self.note_running(node, Some(done..end));
            self.report(node, end);
            if let (Some(watch), Some(before)) = (&self.watch, before) {
                chunk = chunk_after(end - done, (watch.now() - before).as_nanos() as u64);
            }
            done = end;
        }
        Ok(())
    }

    /// Fails if no further task or element may start.
    fn go_on(&self) -> Outcome<()> {
        self.watch.as_ref().map_or(Ok(()), Watch::go_on)
    }

    fn note_running(&self, node: u32, elements: Option<Range<usize>>) {
        if let Some(watch) = &self.watch {
            watch.note_running(node, elements);
        }
    }

    fn report(&self, node: u32, done: usize) {
        if let Some(watch) = &self.watch {
            watch.elements(node, self.worker, done, self.width().unwrap_or(0));
        }
    }

    /// After a failure of a task that runs once for each element: runs its other elements if the run keeps going,
    /// and drops what there is. Returns the failures of the others.
    fn finish_elements(&self, job: &dyn Job, node: u32) -> Vec<Failed> {
        let mut failures = Vec::new();
        let mut failed = self.stop_point.element.element().filter(|_| self.keep_going);
        while let Some(element) = failed {
            self.stop_point.element.reset();
            failed = match catch(|| self.run_elements(job, node, element + 1)) {
                Ok(()) => None,
                Err(failure) if failure.is_stop() => None,
                Err(failure) => {
                    let element = self.stop_point.element.element();
                    failures.push(Failed { node, element, failure, finished: false });
                    element
                }
            };
        }
        self.clear_elements();
        failures
    }

    /// Drops what there is of the task that runs once for each element, if one does.
    fn clear_elements(&self) {
        self.stop_point.element.reset();
        #[allow(unsafe_code)]
        // SAFETY: the task has failed or is stopped, and no step of it runs any more.
        unsafe {
            each::clear(&self.each);
        }
    }

    #[allow(unsafe_code)]
    fn step(&self, job: &dyn Job, node: u32, part: Part<'_>) -> Outcome<()> {
        // SAFETY: as in `call`. The steps run one after the other, and each element runs in one of them.
        unsafe { each::run_step(job, node, part, &self.stop_point.element) }
    }

    /// The number of elements of the task that runs once for each of them, if one does.
    fn width(&self) -> Option<usize> {
        #[allow(unsafe_code)]
        // SAFETY: no step runs now.
        unsafe {
            self.each.width()
        }
    }
}
