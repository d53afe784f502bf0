//! What runs a rank's tasks: its own thread, or those of a pool beside it.

use alloc::vec::Vec;
use core::cell::Cell;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Thread};
use std::time::Instant;

use ::rayon::Scope;

use super::trace::Trace;
use crate::error::Failure;
use crate::executor::unwind::catch;
use crate::graph::Job;
use crate::slot::{Cx, Position};
use crate::task::Outcome;

/// What threads share that run tasks.
pub(super) struct Bench<'run> {
    job: &'run (dyn Job + Sync),
    /// Where somebody observes the run.
    pub(super) trace: Option<Trace<'run>>,
    done: Mutex<Vec<Done>>,
    /// The thread that waits for what is done.
    owner: Thread,
}

/// A task that has run.
pub(super) struct Done {
    pub(super) node: u32,
    pub(super) outcome: Result<(), Reason>,
    pub(super) nanos: u64,
}

/// Why a task has failed, and at which element where it runs once for each of several.
pub(super) struct Reason {
    pub(super) element: Option<usize>,
    pub(super) failure: Failure,
}

impl<'run> Bench<'run> {
    pub(super) fn new(job: &'run (dyn Job + Sync), trace: Option<Trace<'run>>) -> Self {
        Bench { job, trace, done: Mutex::default(), owner: thread::current() }
    }

    /// Runs one task.
    #[inline]
    fn attempt(&self, node: u32) -> Result<(), Reason> {
        let position = Position::new();
        catch(|| self.call(node, &position)).map_err(|failure| {
            let element = position.element();
            if let Some(trace) = &self.trace {
                trace.failed(node, element, &failure);
            }
            Reason { element, failure }
        })
    }

    fn call(&self, node: u32, position: &Position) -> Outcome<()> {
        #[allow(unsafe_code)]
        // SAFETY: a task is started once, on one rank, after all that it waits for has finished or
        // arrived here, and by a thread that sees that. `Run::holds` keeps what it reads until it is done.
        let cx = unsafe { Cx::new(position) };
        let Some(trace) = &self.trace else { return self.job.call(node, &cx) };
        let start = trace.started(node);
        self.job.call(node, &cx)?;
        trace.finished(node, start);
        Ok(())
    }

    /// Runs one task, and puts it where [`Crew::collect`] finds it.
    fn run(&self, node: u32) {
        let start = Instant::now();
        let outcome = self.attempt(node);
        let nanos = start.elapsed().as_nanos() as u64;
        self.done.lock().unwrap_or_else(PoisonError::into_inner).push(Done { node, outcome, nanos });
        self.owner.unpark();
    }
}

/// Those who run the tasks of a rank.
pub(super) struct Crew<'run> {
    bench: &'run Bench<'run>,
    /// Starts a task on another thread, where there are others.
    start: Option<&'run dyn Fn(u32)>,
    threads: u32,
    running: Cell<u32>,
    /// What is done and was not handed out.
    done: Vec<Done>,
}

impl<'run> Crew<'run> {
    /// This thread alone.
    pub(super) fn alone(bench: &'run Bench<'run>) -> Self {
        Crew { bench, start: None, threads: 1, running: Cell::new(0), done: Vec::new() }
    }

    /// The threads of a pool, to which `start` gives tasks.
    pub(super) fn beside(bench: &'run Bench<'run>, start: &'run dyn Fn(u32), threads: usize) -> Self {
        Crew { start: Some(start), threads: u32::try_from(threads).unwrap_or(u32::MAX), ..Crew::alone(bench) }
    }

    /// Whether tasks run on other threads.
    pub(super) fn is_apart(&self) -> bool {
        self.start.is_some()
    }

    /// Whether only one task runs at a time.
    pub(super) fn is_single(&self) -> bool {
        self.threads == 1
    }

    pub(super) fn is_idle(&self) -> bool {
        self.running.get() == 0
    }

    pub(super) fn has_room(&self) -> bool {
        self.running.get() < self.threads
    }

    /// Runs a task on this thread.
    #[inline]
    pub(super) fn attempt(&self, node: u32) -> Result<(), Reason> {
        self.bench.attempt(node)
    }

    /// Starts a task on another thread.
    pub(super) fn start(&self, node: u32) {
        let start = self.start.expect("there are other threads");
        self.running.set(self.running.get() + 1);
        start(node);
    }

    /// One of the tasks that have run on other threads.
    pub(super) fn collect(&mut self) -> Option<Done> {
        if self.running.get() == 0 {
            return None;
        }
        if self.done.is_empty() {
            let mut done = self.bench.done.lock().unwrap_or_else(PoisonError::into_inner);
            core::mem::swap(&mut *done, &mut self.done);
        }
        let done = self.done.pop()?;
        self.running.set(self.running.get() - 1);
        Some(done)
    }

    pub(super) fn trace(&self) -> Option<&'run Trace<'run>> {
        self.bench.trace.as_ref()
    }
}

/// Starts a task on a pool.
pub(super) fn spawn<'scope>(scope: &Scope<'scope>, bench: &'scope Bench<'scope>, node: u32) {
    scope.spawn(move |_| bench.run(node));
}
