//! The monitor of a run with a store.

use core::time::Duration;

use super::counts::Counts;
use crate::error::{Failure, StopReason};
use crate::observe::{Monitor, Observer, RunEvent, RunSummary, TaskEvent, forward, tell};

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
    forward! { self => tell([self.monitor]) but run_ended }

    fn run_ended(&self, run: &RunSummary<'_>) {
        self.monitor.run_ended(&RunSummary { store: self.counts.end(), ..*run });
    }
}
