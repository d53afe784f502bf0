//! Identifiers of runs.

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};

/// Identifies a run: all events of one run have the same `RunId`, and every run of the process has its own. A run that
/// begins later has a higher one.
///
/// An observer uses it to tell apart runs inside tasks and runs at the same time. Only observed runs have one; it costs
/// one atomic addition. On MPI each rank counts for itself. If `usize` has 32 bits, the numbers wrap after 2^32 runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(usize);

impl RunId {
    /// The identifier of a run that begins now.
    pub(crate) fn next() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        RunId(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    #[cfg(all(test, feature = "std"))]
    pub(crate) const fn numbered(number: usize) -> Self {
        RunId(number)
    }
}

/// A number.
impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
