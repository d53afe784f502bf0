//! What a run reports to, and what may stop it.

use alloc::vec::Vec;
use core::time::Duration;

use super::{Observer, RunEvent, RunSummary, TaskEvent};
use crate::error::Failure;
use crate::stop::Stop;

/// An observer that may also stop a run.
pub trait Monitor: Observer {
    /// Whether no further task is to start; `None` if it never says so. Asked before each task.
    fn stops(&self) -> Option<bool>;
}

/// Of an executor that has no observer and no [`Stop`].
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Unobserved;

impl Observer for Unobserved {
    #[inline]
    fn is_enabled(&self) -> bool {
        false
    }
}

impl Monitor for Unobserved {
    #[inline]
    fn stops(&self) -> Option<bool> {
        None
    }
}

/// Of an executor with an observer, or with a [`Stop`], or with several of them.
#[derive(Clone, Debug, Default)]
pub struct Observed<O = ()> {
    observer: O,
    stops: Vec<Stop>,
}

impl<O> Observed<O> {
    pub(crate) const fn new(observer: O) -> Self {
        Observed { observer, stops: Vec::new() }
    }

    /// Adds an observer.
    pub(crate) fn and<P>(self, observer: P) -> Observed<(O, P)> {
        Observed { observer: (self.observer, observer), stops: self.stops }
    }

    /// Adds a stop.
    pub(crate) fn stopped_by(mut self, stop: &Stop) -> Self {
        self.stops.push(stop.clone());
        self
    }
}

impl<O: Observer> Monitor for Observed<O> {
    fn stops(&self) -> Option<bool> {
        (!self.stops.is_empty()).then(|| self.stops.iter().any(Stop::is_stopped))
    }
}

impl<M: Monitor + ?Sized> Monitor for &M {
    #[inline]
    fn stops(&self) -> Option<bool> {
        (**self).stops()
    }
}

impl<O: Observer> Observer for Observed<O> {
    #[inline]
    fn is_enabled(&self) -> bool {
        self.observer.is_enabled()
    }

    fn run_started(&self, run: &RunEvent<'_>) {
        self.observer.run_started(run);
    }

    fn started(&self, event: &TaskEvent<'_>) {
        self.observer.started(event);
    }

    fn elements(&self, event: &TaskEvent<'_>, done: usize, of: usize) {
        self.observer.elements(event, done, of);
    }

    fn ran_elements(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        self.observer.ran_elements(event, elapsed);
    }

    fn finished(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        self.observer.finished(event, elapsed);
    }

    fn not_wanted(&self, event: &TaskEvent<'_>) {
        self.observer.not_wanted(event);
    }

    fn caught(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.observer.caught(event, failure);
    }

    fn retried(&self, event: &TaskEvent<'_>, attempt: u32, failure: &Failure) {
        self.observer.retried(event, attempt, failure);
    }

    fn sent(&self, event: &TaskEvent<'_>, to: usize, bytes: u64) {
        self.observer.sent(event, to, bytes);
    }

    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.observer.failed(event, failure);
    }

    fn skipped(&self, event: &TaskEvent<'_>) {
        self.observer.skipped(event);
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        self.observer.run_ended(run);
    }
}
