//! Stopping runs from outside.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

/// Stops runs: no new task starts, and running tasks are allowed to finish.
///
/// An executor takes a `Stop` by its method `stop_when`. Clones share one state, for use in another thread, a task or
/// an observer. A run that was stopped returns an [`Error`](crate::Error) for which
/// [`is_stopped`](crate::Error::is_stopped) is true and which lists the tasks that did not run. If all tasks of a run
/// have started before the stop, it ends normally. A `Stop` cannot be reset: a run that begins after the stop runs no
/// task.
///
/// A stop also ends a task that runs once for each element of an output, after the few elements that run together.
/// `keep_going` concerns failures only: a stopped run does not continue.
///
/// On MPI it is enough to stop one rank. It informs all others, and each of them learns of it after its thread has
/// finished its current task. A `Stop` need not be set on every rank.
///
/// A run that can be stopped is observed: for each task it reads the clock and checks the `Stop`.
///
/// # Examples
///
/// ```
/// use dag_runtime::{Serial, Stop, dag, task};
///
/// #[task]
/// fn first(stop: &Stop) { stop.stop() }
///
/// #[task(depends = [first])]
/// fn second() {}
///
/// dag! { graph Two(stop: Stop) { first(&stop), second } }
///
/// let stop = Stop::new();
/// let error = Two { stop: stop.clone() }.run(&Serial.stop_when(&stop)).unwrap_err();
/// assert!(error.is_stopped());
/// assert_eq!(error.to_string(), "graph `Two` was stopped: 1 of its tasks did not run");
/// assert_eq!(error.skipped(), ["second"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A `Stop` that is not stopped.
    #[must_use]
    pub fn new() -> Self {
        Stop::default()
    }

    /// Stops all runs that have this `Stop`: no further task starts.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether [`stop`](Stop::stop) was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
