//! What a run has read and written.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use crate::observe::StoreSummary;
use crate::store::{Found, Store, build};

/// What a run has read from its store, and written to it.
pub(crate) struct Counts<'run> {
    store: &'run Store,
    other_builds: AtomicU64,
    bytes_read: AtomicU64,
    bytes_written: AtomicU64,
    /// In nanoseconds.
    waited: AtomicU64,
}

impl<'run> Counts<'run> {
    pub(crate) fn new(store: &'run Store) -> Self {
        let [other_builds, bytes_read, bytes_written, waited] = [(); 4].map(|()| AtomicU64::new(0));
        Counts { store, other_builds, bytes_read, bytes_written, waited }
    }

    /// An output was found, of which the run reads these bytes.
    pub(crate) fn hit(&self, found: &Found, bytes: u64) {
        self.other_builds.fetch_add((found.build != build()).into(), Ordering::Relaxed);
        self.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The run reads these bytes: of an element, or of a hit that another rank counts.
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
        self.waited.fetch_max(waited.as_nanos() as u64, Ordering::Relaxed);
        let [other_builds, bytes_read, bytes_written, waited] =
            self.all().map(|of| of.load(Ordering::Relaxed));
        StoreSummary {
            other_builds: other_builds as usize,
            bytes_read,
            bytes_written,
            waited: Duration::from_nanos(waited),
        }
    }

    fn all(&self) -> [&AtomicU64; 4] {
        [&self.other_builds, &self.bytes_read, &self.bytes_written, &self.waited]
    }

    /// How many numbers a rank tells.
    #[cfg(feature = "mpi")]
    pub(crate) const NUMBERS: usize = 4;

    /// Waits until all is written, and tells what there was in numbers.
    #[cfg(feature = "mpi")]
    pub(crate) fn end_of_rank(&self) -> [u64; Counts::NUMBERS] {
        self.end();
        self.all().map(|of| of.load(Ordering::Relaxed))
    }

    /// Adds the numbers of another rank. Both have waited at the same time.
    #[cfg(feature = "mpi")]
    pub(crate) fn add(&self, numbers: &[u64]) {
        let [counts @ .., waited] = self.all();
        for (count, &more) in counts.into_iter().zip(numbers) {
            count.fetch_add(more, Ordering::Relaxed);
        }
        waited.fetch_max(numbers.last().copied().unwrap_or(0), Ordering::Relaxed);
    }
}
