//! Stopping runs from outside.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

use once_cell::race::OnceBox;

/// Stops runs: no new task starts, and running tasks are allowed to finish.
///
/// An executor takes a `Stop` by its method `stop_when`. Clones share one state, for use in another thread, a task or
/// an observer. A run that was stopped returns an [`Error`](crate::Error) for which
/// [`is_stopped`](crate::Error::is_stopped) is true, and which tells [why](crate::Error::stop_reason), which tasks [were
/// running](crate::Error::running) and which did not run. If all tasks of a run have started before the stop, it ends normally. A `Stop` cannot be reset: a run that begins after the stop runs no
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
/// use dag_runtime::{Serial, Stop, StopReason, dag, task};
///
/// #[task]
/// fn first(stop: &Stop) { stop.stop_because("enough was found") }
///
/// #[task(depends = [first])]
/// fn second() {}
///
/// dag! { graph Two(stop: Stop) { first(&stop), second } }
///
/// let stop = Stop::new();
/// let error = Two { stop: stop.clone() }.run(&Serial.stop_when(&stop)).unwrap_err();
/// assert!(error.is_stopped());
/// assert_eq!(stop.reason(), Some("enough was found"));
/// assert_eq!(error.stop_reason(), Some(StopReason::Stop(Some("enough was found"))));
/// assert_eq!(error.running(), ["first"]);
/// assert_eq!(error.skipped(), ["second"]);
/// let text = "graph `Two` was stopped (enough was found): 1 of its tasks did not run; `first` was running";
/// assert_eq!(error.to_string(), text);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_stopped: AtomicBool,
    /// Set before the run is stopped, so that who sees the stop sees the reason.
    reason: OnceBox<String>,
}

impl Stop {
    /// A `Stop` that is not stopped.
    #[must_use]
    pub fn new() -> Self {
        Stop::default()
    }

    /// Stops all runs that have this `Stop`: no further task starts. May be called in a signal handler.
    pub fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::Release);
    }

    /// Stops all runs that have this `Stop`, for a reason that their errors tell. If it is stopped already, this does
    /// nothing: the first reason counts.
    pub fn stop_because(&self, reason: impl Into<String>) {
        if !self.is_stopped() {
            let _ = self.0.reason.set(Box::new(reason.into()));
        }
        self.stop();
    }

    /// Whether this was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::Acquire)
    }

    /// Why this was stopped; `None` if it was not, or if no reason was given.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.is_stopped().then(|| self.0.reason.get())?.map(String::as_str)
    }
}
