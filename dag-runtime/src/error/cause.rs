//! The failures of a run.

use alloc::boxed::Box;
use core::error::Error;
use core::{fmt, slice};

use super::failure::Failure;

/// A failure and its task.
#[derive(Debug)]
pub(crate) struct Cause {
    /// The name of the task in the graph; empty if the failure is outside of any task.
    task: Box<str>,
    /// The MPI rank on which it failed, if it was on MPI.
    pub(super) rank: Option<u32>,
    pub(super) failure: Failure,
}

impl Cause {
    pub(crate) fn of_task(task: impl Into<Box<str>>, failure: Failure) -> Self {
        Cause { task: task.into(), rank: None, failure }
    }

    /// A failure outside of any task.
    pub(crate) fn of_no_task(failure: Failure) -> Self {
        Cause::of_task("", failure)
    }

    /// Sets the rank of the failure.
    #[cfg(feature = "mpi")]
    pub(crate) fn on_rank(self, rank: u32) -> Self {
        Cause { rank: Some(rank), ..self }
    }

    pub(super) fn task(&self) -> &str {
        &self.task
    }
}

/// The failures of a run: see [`Error::failures`](super::Error::failures).
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy"]
pub struct Failures<'error>(pub(super) slice::Iter<'error, Cause>);

impl<'error> Iterator for Failures<'error> {
    type Item = (&'error str, &'error (dyn Error + 'static));

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|cause| (cause.task(), cause.failure.as_error()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Failures<'_> {}

/// A failure of a task as one line, without its sources.
pub(super) struct FailureLine<'error> {
    pub(super) graph: &'static str,
    pub(super) cause: &'error Cause,
}

impl fmt::Display for FailureLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FailureLine { graph, cause: Cause { task, rank, failure } } = self;
        let verb = if failure.is_panic() { "panicked" } else { "failed" };
        write!(f, "task `{task}` of graph `{graph}` {verb}")?;
        if let Some(rank) = rank {
            write!(f, " on rank {rank}")?;
        }
        write!(f, ": {failure}")
    }
}
