//! How a task runs on a thread, whichever that is, and how it fails.

use core::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Failure, Outcome, catch};
use crate::executor::mpi::report::{FirstFailures, Trace};
use crate::executor::outcome::Failed;
use crate::executor::retry::retry;
use crate::graph::Job;
use crate::slot::{Cx, ObservedCall, Position};

/// What all threads that run tasks share.
pub(crate) struct Execution<'run> {
    pub(super) job: &'run (dyn Job + Sync),
    pub(super) keep_going: bool,
    /// Whether no further element of a task may start.
    pub(super) stop: AtomicBool,
    /// Where somebody observes the run.
    pub(super) trace: Option<Trace<'run>>,
}

/// Why a task has failed, and at which element where it runs once for each of several.
pub(crate) struct TaskFailure {
    pub(super) element: Option<usize>,
    pub(super) failure: Failure,
}

impl TaskFailure {
    /// Of a task as a whole.
    pub(super) fn whole(failure: Failure) -> Self {
        TaskFailure { element: None, failure }
    }

    /// The failure of this task.
    pub(super) fn of(self, task: u32) -> Failed {
        let TaskFailure { element, failure } = self;
        Failed { node: task, element, failure, finished: false }
    }
}

impl<'run> Execution<'run> {
    pub(crate) fn new(job: &'run (dyn Job + Sync), keep_going: bool, trace: Option<Trace<'run>>) -> Self {
        Execution { job, keep_going, stop: AtomicBool::new(false), trace }
    }

    /// The trace, where somebody observes the run.
    pub(crate) fn trace(&self) -> Option<&Trace<'run>> {
        self.trace.as_ref()
    }

    pub(crate) fn into_trace(self) -> Option<Trace<'run>> {
        self.trace
    }

    /// No further element of a task may start.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Runs one task.
    #[inline]
    pub(super) fn run(&self, task: u32) -> Result<(), TaskFailure> {
        let events = self.trace.as_ref().map(|trace| trace.call_events(task, 0));
        let calls = events.as_ref().map(|events| ObservedCall::new(events));
        let position = Position::observed(calls.as_ref());
        catch(|| self.call(task, &position))
            .map_err(|failure| self.failed(task, TaskFailure { element: position.element(), failure }))
    }

    /// Tells the observer that a task has failed, or an element of it.
    #[cold]
    pub(super) fn failed(&self, task: u32, failure: TaskFailure) -> TaskFailure {
        if let Some(trace) = &self.trace {
            trace.failed(task, failure.element, &failure.failure);
        }
        failure
    }

    /// Tells the observer of the first one of the elements of a task that have failed.
    #[cold]
    pub(super) fn elements_failed(&self, failures: &FirstFailures) {
        if let (Some(trace), Some(Failed { node, element, failure, .. })) = (&self.trace, failures.first()) {
            trace.failed(*node, *element, failure);
        }
    }

    fn call(&self, task: u32, position: &Position<'_>) -> Outcome<()> {
        #[allow(unsafe_code)]
        // SAFETY: a task is started once, on one rank, after everything that it waits for has finished or has arrived
        // here, and by a thread that sees this. `Outputs` keeps its inputs until it is done.
        let cx = unsafe { Cx::new(position) };
        let call = || match self.job.call(task, &cx) {
            Err(error) => retry(self.job, task, position, error, &mut || self.job.call(task, &cx)),
            finished => finished,
        };
        let Some(trace) = &self.trace else { return call() };
        let start = trace.started(task);
        call()?;
        trace.ended(task, start, position.take_end());
        Ok(())
    }
}
