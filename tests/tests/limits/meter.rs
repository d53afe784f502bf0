//! Counts what runs at a time.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

/// How many units are in use, and how many were at most.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    used: AtomicI64,
    most: AtomicI64,
    calls: AtomicUsize,
}

impl Meter {
    /// Uses this many units for a while.
    pub(crate) fn hold(&self, units: i64) {
        self.calls.fetch_add(1, SeqCst);
        let used = self.used.fetch_add(units, SeqCst) + units;
        self.most.fetch_max(used, SeqCst);
        thread::sleep(Duration::from_micros(50));
        self.used.fetch_sub(units, SeqCst);
    }

    /// The most units that were in use at a time, of which there are `total`, and how often some were. Begins anew.
    pub(crate) fn take(&self, total: i64) -> usize {
        let most = self.most.swap(0, SeqCst);
        assert!(most <= total, "{most} units of {total} were in use");
        assert_eq!(self.used.load(SeqCst), 0);
        self.calls.swap(0, SeqCst)
    }
}
