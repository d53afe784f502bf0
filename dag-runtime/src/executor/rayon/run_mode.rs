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

    /// What the owner does first.
    pub(super) fn start(&self, worker: &impl Worker) {
        match self {
            RunMode::Dynamic(dynamic) => dynamic.start(worker),
            RunMode::Static(run) => run.start(worker),
        }
    }

    /// What a helper does that was called, on a thread on which tasks may start or not.
    pub(super) fn help(&self, may_start: bool, worker: &impl Worker) {
        match (self.dynamic(), self) {
            (Some(dynamic), _) if may_start => dynamic.help(worker),
            (Some(dynamic), _) => dynamic.hand_off(worker),
            (None, RunMode::Static(run)) if may_start => run.help(worker),
            (None, RunMode::Static(run)) => run.refuse(worker),
            (None, RunMode::Dynamic(_)) => {}
        }
    }

    /// Whether tasks are ready that a thread may take.
    pub(super) fn has_ready_tasks(&self) -> bool {
        self.dynamic().is_some_and(DynamicRun::has_ready_tasks)
    }
}
