//! What is heard of the failures of a call that do not end its task, while the call runs.

use core::cell::Cell;

use crate::error::Failure;

/// Hears of the failures of a call that do not end its task. An executor has one where somebody observes the run.
pub(crate) trait CallObserver {
    /// Whether another attempt may start: the run is not stopped.
    fn may_go_on(&self) -> bool;
    /// An attempt has failed, the `attempt`-th one of this task or element, and another one follows.
    fn retried(&self, element: Option<usize>, attempt: u32, failure: &Failure);
    /// An `Err` is the output of the task, or of this element.
    fn caught(&self, element: Option<usize>, failure: &Failure);
}

/// The observer of a call, and the element that runs, if the task runs once for each of several.
pub(crate) struct ObservedCall<'run> {
    observer: &'run dyn CallObserver,
    element: Cell<Option<usize>>,
}

impl<'run> ObservedCall<'run> {
    pub(crate) fn new(observer: &'run dyn CallObserver) -> Self {
        ObservedCall { observer, element: Cell::new(None) }
    }

    pub(super) fn may_go_on(&self) -> bool {
        self.observer.may_go_on()
    }

    /// Reports that an attempt has failed, and that another one follows.
    pub(super) fn retried(&self, attempt: u32, failure: &Failure) {
        self.observer.retried(self.element.get(), attempt, failure);
    }

    /// Reports that an `Err` is an output.
    pub(super) fn caught(&self, failure: &Failure) {
        self.observer.caught(self.element.get(), failure);
    }

    /// Runs an element, of which failures are then reported.
    pub(super) fn of_element<R>(&self, element: usize, run: impl FnOnce() -> R) -> R {
        self.element.set(Some(element));
        let result = run();
        self.element.set(None);
        result
    }
}
