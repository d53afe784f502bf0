//! Errors as the crate makes them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Causes, Error, ErrorKind, Failure, Inner, Stopping, TaskError};

impl Error {
    fn of(graph: &'static str, kind: ErrorKind, causes: Causes, skipped: Vec<String>) -> Self {
        Error::new(Inner { graph, kind, causes, skipped, rank: None, told_by: None })
    }

    /// Tasks of `graph` have failed, for these causes in the order of its list, so some tasks were skipped.
    pub(crate) fn tasks(graph: &'static str, causes: Causes, skipped: Vec<String>) -> Self {
        Error::of(graph, ErrorKind::Tasks, causes, skipped)
    }

    /// A run of `graph` has failed outside of any task.
    pub(crate) fn run(graph: &'static str, kind: ErrorKind, failure: Failure, skipped: Vec<String>) -> Self {
        Error::of(graph, kind, Causes::of_no_task(failure), skipped)
    }

    /// A run of `graph` was stopped, before the tasks in `skipped` have run.
    pub(crate) fn stopped(graph: &'static str, stopping: Stopping, skipped: Vec<String>) -> Self {
        Error::of(graph, ErrorKind::Stopped(stopping), Causes::default(), skipped)
    }

    /// `graph` is wrong for the sizes that the text names.
    pub(crate) fn sizes(graph: &'static str, text: String) -> Self {
        Error::of(graph, ErrorKind::Sizes(text), Causes::default(), Vec::new())
    }

    /// `graph` does not run: its limits are wrong for its inputs, as the text tells.
    pub(crate) fn limits(graph: &'static str, text: String) -> Self {
        Error::sizes(graph, format!("cannot run: {text}"))
    }

    /// An executor cannot be made.
    pub(crate) fn setup(reason: String, source: Option<TaskError>) -> Self {
        let causes = source.map(Failure::error).map(Causes::of_no_task).unwrap_or_default();
        Error::of("", ErrorKind::Setup(reason), causes, Vec::new())
    }

    /// Sets the rank of the failures. The stop of a run belongs to no rank.
    #[cfg(feature = "mpi")]
    pub(crate) fn on_rank(mut self, rank: usize) -> Self {
        let inner = self.inner_mut();
        inner.rank = (!matches!(inner.kind, ErrorKind::Stopped(_))).then_some(rank);
        inner.causes.on_rank(rank as u32);
        self
    }

    /// Marks this as an error of all ranks, which only the rank `teller` prints.
    #[cfg(feature = "mpi")]
    pub(crate) fn told_by(mut self, teller: usize, rank: usize) -> Self {
        self.inner_mut().told_by = (rank != teller).then_some(teller);
        self
    }

    /// Nothing has failed: another rank has the results.
    #[cfg(feature = "mpi")]
    pub(crate) fn elsewhere(graph: &'static str, rank: usize) -> Self {
        let mut error = Error::of(graph, ErrorKind::Elsewhere(rank), Causes::default(), Vec::new());
        error.inner_mut().rank = Some(rank);
        error
    }
}
