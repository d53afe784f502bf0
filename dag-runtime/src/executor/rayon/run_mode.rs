//! How the workers of a run choose their tasks.

use super::dynamic_run::{DynamicRun, Worker};
use super::static_run::StaticRun;

/// How the workers of a run choose their tasks.
#[derive(Debug)]
pub(super) enum RunMode<'run> {
    Dynamic(DynamicRun<'run>),
    Static(StaticRun<'run>),
}

impl<'run> RunMode<'run> {
    /// The dynamic run: none while a static schedule is followed.
    pub(super) fn dynamic(&self) -> Option<&DynamicRun<'run>> {
        match self {
            RunMode::Dynamic(dynamic) => Some(dynamic),
            RunMode::Static(run) => run.dynamic(),
        }
    }

    /// What the first worker does. `send` sends for a worker that calls [`RunMode::run_thread`] with this thread.
    pub(super) fn start(&self, worker: &impl Worker, send: impl Fn(usize)) {
        match self {
            RunMode::Dynamic(dynamic) => dynamic.start(worker),
            RunMode::Static(run) => run.start(worker, send),
        }
    }

    /// What the worker for one thread of a static schedule does, on a thread on which tasks may start or not.
    pub(super) fn run_thread(&self, thread: usize, may_start: bool, worker: &impl Worker) {
        match self {
            RunMode::Static(run) if may_start => run.run_thread(thread, worker),
            RunMode::Static(run) => run.refuse(worker),
            RunMode::Dynamic(_) => {}
        }
    }
}
