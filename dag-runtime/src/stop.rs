//! A run that is stopped from outside.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

/// Stops runs: no new task starts, and running tasks are allowed to finish.
///
/// An executor takes one by its method `stop_when`. A clone is the same `Stop`, for another thread, a task or an observer. A
/// run that was stopped gives an [`Error`](crate::Error) of which [`is_stopped`](crate::Error::is_stopped) is true, and which
/// lists the tasks that did not run; one whose tasks have all started by then ends as ever. Once stopped, a
/// `Stop` remains so, and a run that begins with it runs nothing.
///
/// Of a task that runs once for each element of an output, no further elements start, a few of which run
/// together. `keep_going` is about failures: a run that is stopped does not go on.
///
/// On MPI it is enough that one rank is told: it tells all others, each of which hears so once its thread is done
/// with its task. Ranks may differ in whether they have a `Stop`.
///
/// A run that can be stopped is one that is observed: for each task it reads the clock and asks whether to go on.
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
    /// One that is not stopped.
    #[must_use]
    pub fn new() -> Self {
        Stop::default()
    }

    /// From now on no task starts in runs that have this.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was told to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
