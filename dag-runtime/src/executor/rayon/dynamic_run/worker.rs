//! What the protocol needs from a worker.

use core::ops::Range;

#[cfg(doc)]
use super::DynamicRun;

/// A worker: it runs tasks on its thread, and has others spawned.
pub(in super::super) trait Worker {
    /// The number of its thread in the pool.
    fn thread(&self) -> usize;
    /// Runs a task whose dependencies have finished. Returns whether it has finished.
    fn run(&self, node: u32) -> bool;
    /// Whether a task that is ready runs although a task before it has failed, since it uses nothing of others.
    fn needs_nothing(&self, _node: u32) -> bool {
        false
    }
    /// Whether an observer hears of tasks that wait.
    fn is_observed(&self) -> bool {
        false
    }
    /// Called before a task may have to wait for units of this limit.
    fn wait(&self, _node: u32, _limit: u32) {}
    /// Called when the worker does not go on with another task at once.
    fn pause(&self) {}
    /// Opens the `each`-th task that runs once for each element of an output. Returns the number of
    /// elements, or none if it fails.
    fn open(&self, node: u32, each: usize) -> Option<usize>;
    /// Runs elements of an open task.
    fn run_elements(&self, node: u32, each: usize, elements: Range<usize>) -> ChunkOutcome;
    /// Closes a task whose elements are all done. Returns whether it has finished.
    fn close(&self, node: u32, each: usize) -> bool;
    /// Drops an output whose readers are all done, if it is there. Returns false if the drop fails.
    fn release(&self, node: u32) -> bool;
    /// Calls another worker to help after tasks were published: wakes the owner, if it waits, to call [`DynamicRun::work`]; or,
    /// if there is `room`, sends for a helper that calls [`DynamicRun::help`], or [`DynamicRun::hand_off`] on a thread on
    /// which no task may start. At most one such helper is on its way.
    fn call(&self, room: bool);
    /// Sends for a helper that calls [`DynamicRun::accept_hand_off`]; or, on a thread on which no task may start,
    /// [`DynamicRun::forward_hand_off`] or [`DynamicRun::defer_hand_off`].
    fn send_hand_off(&self);
}

/// What has become of a chunk of elements.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum ChunkOutcome {
    /// All are done, after this many nanoseconds.
    Done(u64),
    /// Some did not start, since the run is stopped.
    Stopped,
    /// One has failed, and the task with it.
    Failed,
}
