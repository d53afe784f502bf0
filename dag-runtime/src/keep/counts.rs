//! What a run has read and written.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::observe::StoreSummary;
use crate::store::{Found, Store, build};

/// What a run has read from its store, and written to it.
pub(crate) struct Counts<'run> {
    store: &'run Store,
    other_builds: AtomicU64,
    bytes_read: AtomicU64,
    bytes_written: AtomicU64,
}

impl<'run> Counts<'run> {
    pub(crate) fn new(store: &'run Store) -> Self {
        let [other_builds, bytes_read, bytes_written] = [(); 3].map(|()| AtomicU64::new(0));
        Counts { store, other_builds, bytes_read, bytes_written }
    }

    /// An output was found, of which the run reads these bytes.
    pub(crate) fn hit(&self, found: &Found, bytes: u64) {
        self.other_builds.fetch_add((found.build != build()).into(), Ordering::Relaxed);
        self.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// These bytes of the output of an element were found.
    pub(crate) fn read(&self, bytes: usize) {
        self.bytes_read.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// These bytes of an output are kept.
    pub(crate) fn written(&self, bytes: usize) {
        self.bytes_written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Waits until all is written, and tells what there was.
    pub(crate) fn end(&self) -> StoreSummary {
        let waited = self.store.flush().waited;
        StoreSummary {
            other_builds: self.other_builds.load(Ordering::Relaxed) as usize,
            bytes_read: self.bytes_read.load(Ordering::Relaxed),
            bytes_written: self.bytes_written.load(Ordering::Relaxed),
            waited,
        }
    }
}
