//! The events of calls that do not end their tasks.

use core::cell::Cell;

use crate::error::Failure;
use crate::observe::Watch;
use crate::slot::CallObserver;

/// Reports the events of a worker's calls to the observer of a run.
pub(super) struct CallEvents<'run> {
    watch: Watch<'run>,
    worker: usize,
    /// The task that is called.
    node: Cell<u32>,
}

impl<'run> CallEvents<'run> {
    /// For the calls of a task, until [`of`](Self::of) names another one.
    pub(super) fn new(watch: Watch<'run>, worker: usize, node: u32) -> Self {
        CallEvents { watch, worker, node: Cell::new(node) }
    }

    /// The next call is one of this task.
    pub(super) fn of(&self, node: u32) {
        self.node.set(node);
    }
}

impl CallObserver for CallEvents<'_> {
    fn may_go_on(&self) -> bool {
        self.watch.go_on().is_ok()
    }

    fn retried(&self, element: Option<usize>, attempt: u32, failure: &Failure) {
        self.watch.retried(self.node.get(), self.worker, element, attempt, failure);
    }

    fn caught(&self, element: Option<usize>, failure: &Failure) {
        self.watch.caught(self.node.get(), self.worker, element, failure);
    }
}
