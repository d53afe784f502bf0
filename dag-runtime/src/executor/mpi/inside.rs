//! Whether a thread runs tasks of a run on MPI: these can start none, in which the other ranks would not take part.

use core::cell::Cell;
use core::sync::atomic::{AtomicUsize, Ordering};

/// What is said to a task that wants to.
pub(crate) const NESTED: &str = "a task of a run on MPI cannot run a graph on MPI, since the other ranks do not take part: run that graph \
     on `Serial` or `Rayon`, or list its tasks in the graph that is being run";

std::thread_local! {
    /// Whether this thread belongs to a run, for as long as it lives or at present.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// How many runs go on in this process.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// Marks this thread, on which nothing but tasks will run.
pub(crate) fn mark() {
    INSIDE.set(true);
}

/// Marks this thread until what it gives is dropped.
pub(crate) fn enter() -> Inside {
    RUNS.fetch_add(1, Ordering::Relaxed);
    Inside { before: INSIDE.replace(true) }
}

/// A run on this thread.
pub(crate) struct Inside {
    before: bool,
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(self.before);
        RUNS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether tasks of a run run on this thread.
pub(crate) fn is_inside() -> bool {
    INSIDE.get()
}

/// Whether a run goes on in this process: then a thread that is not known may be one of a task.
pub(crate) fn is_any() -> bool {
    RUNS.load(Ordering::Relaxed) > 0
}
