//! Which run an event is of.

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};

/// Which run an event is of: the same in all events of one run, and another one in each run of the process. A run that begins
/// later has a higher one.
///
/// An observer that is told of runs inside tasks, or of several at the same time, keeps them apart by this. It is made for a run
/// that is observed, and costs an addition. On MPI each rank counts for itself. Where `usize` has 32 bits, the numbers begin again
/// after 2^32 runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(usize);

impl RunId {
    /// That of a run that begins now.
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
