//! Walks that tell an observer what they do, that can be stopped, or that go on after a failure.

use alloc::vec;
use alloc::vec::Vec;

use super::{Halt, call, release, walk};
use crate::backend::Backend;
use crate::error::{Error, Failure, Outcome, catch, guard};
use crate::executor::each::{self, chunk_after};
use crate::executor::outcome::{self, Failed};
use crate::graph::Job;
use crate::observe::Watch;
use crate::slot::{EachCell, Elements, Part};
use crate::unwind::ignore;

/// Runs all tasks of a job, one after the other, where a run has to be told of or to go on.
pub(in crate::executor) fn run(
    job: &dyn Job,
    watch: Option<Watch<'_>>,
    backend: Backend,
    worker: usize,
    keep_going: bool,
) -> Result<(), Error> {
    Walk { watch, worker, keep_going, halt: Halt::new(), each: EachCell::new() }.run(job, backend)
}

/// A walk that tells an observer what it does, or goes on after a failure.
struct Walk<'run> {
    watch: Option<Watch<'run>>,
    worker: usize,
    keep_going: bool,
    halt: Halt,
    /// Of the task that runs in steps.
    each: EachCell,
}

impl Walk<'_> {
    fn run(&self, job: &dyn Job, backend: Backend) -> Result<(), Error> {
        if let Some(watch) = &self.watch {
            outcome::start(watch, backend, 1)?;
        }
        if let Err(failure) = catch(|| walk(&job, &self.halt, None, |node| self.call(job, node))) {
            return Err(self.fail(job, failure));
        }
        match &self.watch {
            Some(watch) => outcome::succeed(job, watch),
            None => Ok(()),
        }
    }

    /// After a first failure, or a stop: runs what may still run, and ends the run.
    #[cold]
    fn fail(&self, job: &dyn Job, failure: Failure) -> Error {
        let view = job.view();
        let order = view.serial_order();
        let at = self.halt.position.get();
        let mut failures = Vec::new();
        let mut blocked = vec![false; view.len()];
        let fails = |failures: &mut Vec<_>, node: u32, failure: Failure, finished: bool| {
            let element = self.halt.element.element();
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
        fails(&mut failures, failed, failure, at.releasing().is_some());
        blocked[failed as usize] = at.releasing().is_none();
        // Where an output has panicked, those beside it are still dropped as ever.
        let go_to = match (self.keep_going, at.releasing()) {
            (true, _) => order.len(),
            (false, Some(_)) => position + 1,
            (false, None) => position,
        };
        for (&node, here) in order[..go_to].iter().zip(0..).skip(position) {
            if node != order[position] {
                if view.dependencies_of(node).iter().any(|&k| blocked[k as usize]) {
                    blocked[node as usize] = true;
                } else if let Err(failure) = catch(|| self.call(job, node)) {
                    if failure.is_stop() {
                        self.clear_elements();
                        return self.end(job, failures, &order[here..]);
                    }
                    fails(&mut failures, node, failure, false);
                    blocked[node as usize] = true;
                }
            }
            // At the position of the first failure, what was dropped before it is gone already.
            for &output in view.releases_of(node) {
                if let Err(failure) = guard(|| release(&job, output)) {
                    fails(&mut failures, output, failure, true);
                }
            }
        }
        self.end(job, failures, &order[go_to.max(position + 1)..])
    }

    fn end(&self, job: &dyn Job, failures: Vec<Failed>, held_back: &[u32]) -> Error {
        outcome::release_all(job);
        let held_back = &mut held_back.iter().copied();
        outcome::fail(job.table(), self.watch.as_ref(), self.worker, failures, held_back)
    }

    /// Runs one task.
    fn call(&self, job: &dyn Job, node: u32) -> Outcome<()> {
        if job.view().place(node).line.each {
            return self.call_in_steps(job, node);
        }
        let Some(watch) = &self.watch else { return call(&job, node, &self.halt) };
        watch.go_on()?;
        let start = watch.started(node, self.worker);
        call(&job, node, &self.halt)?;
        watch.finished(node, self.worker, start);
        Ok(())
    }

    /// Runs one task, some elements at a time.
    fn call_in_steps(&self, job: &dyn Job, node: u32) -> Outcome<()> {
        self.go_on()?;
        let start = self.watch.as_ref().map(|watch| watch.started(node, self.worker));
        self.step(job, node, Part::Open(&self.each))?;
        self.tell(node, 0);
        self.run_elements(job, node, 0)?;
        self.step(job, node, Part::Close(&self.each))?;
        if let (Some(watch), Some(start)) = (&self.watch, start) {
            watch.finished(node, self.worker, start);
        }
        Ok(())
    }

    /// Runs the elements from this one on.
    fn run_elements(&self, job: &dyn Job, node: u32, first: usize) -> Outcome<()> {
        let width = self.width().unwrap_or(0);
        let (mut done, mut chunk) = (first, 1);
        while done < width {
            self.go_on()?;
            let before = self.watch.as_ref().map(Watch::now);
            let end = if before.is_some() { width.min(done + chunk) } else { width };
            self.step(job, node, Part::Elements(&self.each, Elements::new(done..end, None)))?;
            self.tell(node, end);
            if let (Some(watch), Some(before)) = (&self.watch, before) {
                chunk = chunk_after(end - done, (watch.now() - before).as_nanos() as u64);
            }
            done = end;
        }
        Ok(())
    }

    /// Whether another task may start, or another element.
    fn go_on(&self) -> Outcome<()> {
        self.watch.as_ref().map_or(Ok(()), Watch::go_on)
    }

    fn tell(&self, node: u32, done: usize) {
        if let Some(watch) = &self.watch {
            watch.elements(node, self.worker, done, self.width().unwrap_or(0));
        }
    }

    /// After a failure of a task that runs in steps: runs its other elements, where the run goes on,
    /// and drops what there is. Gives the failures of the others.
    fn finish_elements(&self, job: &dyn Job, node: u32) -> Vec<Failed> {
        let mut failures = Vec::new();
        let mut failed = self.halt.element.element().filter(|_| self.keep_going);
        while let Some(element) = failed {
            self.halt.element.reset();
            failed = match catch(|| self.run_elements(job, node, element + 1)) {
                Ok(()) => None,
                Err(failure) if failure.is_stop() => None,
                Err(failure) => {
                    let element = self.halt.element.element();
                    failures.push(Failed { node, element, failure, finished: false });
                    element
                }
            };
        }
        self.clear_elements();
        failures
    }

    /// Drops what there is of a task that runs in steps, if one does.
    fn clear_elements(&self) {
        self.halt.element.reset();
        #[allow(unsafe_code)]
        // SAFETY: the task has failed or is stopped, and no step of it runs any more.
        unsafe {
            each::clear(&self.each);
        }
    }

    #[allow(unsafe_code)]
    fn step(&self, job: &dyn Job, node: u32, part: Part<'_>) -> Outcome<()> {
        // SAFETY: as in `call`; steps are taken one after the other, each element in one.
        unsafe { each::run_step(job, node, part, &self.halt.element) }
    }

    /// How many elements the task has that runs in steps, if one does.
    fn width(&self) -> Option<usize> {
        #[allow(unsafe_code)]
        // SAFETY: no step runs now.
        unsafe {
            self.each.width()
        }
    }
}
