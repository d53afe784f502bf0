//! The monitor of a run with a store.

use core::time::Duration;

use super::counts::Counts;
use crate::error::{Failure, StopReason};
use crate::observe::{Monitor, Observer, RunEvent, RunSummary, TaskEvent};

/// A monitor that is also told what the run had to do with the store.
pub(crate) struct KeptMonitor<'run, M: ?Sized> {
    monitor: &'run M,
    counts: &'run Counts<'run>,
}

impl<'run, M: Monitor + ?Sized> KeptMonitor<'run, M> {
    pub(crate) fn new(monitor: &'run M, counts: &'run Counts<'run>) -> Self {
        KeptMonitor { monitor, counts }
    }
}

impl<M: Monitor + ?Sized> Monitor for KeptMonitor<'_, M> {
    fn may_stop(&self) -> bool {
        self.monitor.may_stop()
    }

    fn stop_reason(&self, now: &dyn Fn() -> Duration) -> Option<StopReason<'_>> {
        self.monitor.stop_reason(now)
    }
}

impl<M: Monitor + ?Sized> Observer for KeptMonitor<'_, M> {
    fn is_enabled(&self) -> bool {
        self.monitor.is_enabled()
    }

    fn run_started(&self, run: &RunEvent<'_>) {
        self.monitor.run_started(run);
    }

    fn waiting(&self, event: &TaskEvent<'_>, limit: &'static str) {
        self.monitor.waiting(event, limit);
    }

    fn started(&self, event: &TaskEvent<'_>) {
        self.monitor.started(event);
    }

    fn elements(&self, event: &TaskEvent<'_>, done: usize, of: usize) {
        self.monitor.elements(event, done, of);
    }

    fn ran_elements(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        self.monitor.ran_elements(event, elapsed);
    }

    fn finished(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        self.monitor.finished(event, elapsed);
    }

    fn not_wanted(&self, event: &TaskEvent<'_>) {
        self.monitor.not_wanted(event);
    }

    fn hit(&self, event: &TaskEvent<'_>) {
        self.monitor.hit(event);
    }

    fn not_needed(&self, event: &TaskEvent<'_>) {
        self.monitor.not_needed(event);
    }

    fn caught(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.monitor.caught(event, failure);
    }

    fn retried(&self, event: &TaskEvent<'_>, attempt: u32, failure: &Failure) {
        self.monitor.retried(event, attempt, failure);
    }

    fn sent(&self, event: &TaskEvent<'_>, to: usize, bytes: u64) {
        self.monitor.sent(event, to, bytes);
    }

    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.monitor.failed(event, failure);
    }

    fn skipped(&self, event: &TaskEvent<'_>) {
        self.monitor.skipped(event);
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        self.monitor.run_ended(&RunSummary { store: self.counts.end(), ..*run });
    }
}
