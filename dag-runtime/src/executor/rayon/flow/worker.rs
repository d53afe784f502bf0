//! What the protocol asks of those who run tasks.

use core::ops::Range;

#[cfg(doc)]
use super::Flow;

/// What is done to the tasks of a run.
pub(in super::super) trait Worker {
    /// Runs a task, all dependencies of which have finished, and says whether it has finished.
    fn run(&self, node: u32) -> bool;
    /// Begins a task that runs once for each element of an output, the `each`-th such task. Gives how
    /// many elements there are; none where it fails.
    fn open(&self, node: u32, each: usize) -> Option<usize>;
    /// Runs elements of a task that was opened.
    fn run_elements(&self, node: u32, each: usize, elements: Range<usize>) -> Ran;
    /// Ends a task, all elements of which are done, and says whether it has finished.
    fn close(&self, node: u32, each: usize) -> bool;
    /// Drops an output, all readers of which are done, if it is there. Says whether that went well.
    fn release(&self, node: u32) -> bool;
    /// Has one more worker call [`Flow::work`], or [`Flow::refuse`] where it comes to a thread on which no task may start.
    fn recruit(&self);
    /// Has [`Flow::take_up`] called on some thread; or [`Flow::pass_on`] or [`Flow::park`] likewise.
    fn offer(&self);
}

/// What has become of elements.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Ran {
    /// They are done, in so many nanoseconds.
    Done(u64),
    /// Some did not start, since the run is stopped.
    Stopped,
    /// One has failed, and the task with it.
    Failed,
}
