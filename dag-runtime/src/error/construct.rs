//! Errors as the crate makes them.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Cause, Error, ErrorKind, Failure, Inner, Stopping, TaskError};

impl Error {
    /// Tasks of `graph` have failed, for these causes in the order of its list, so some tasks were skipped.
    pub(crate) fn tasks(graph: &'static str, causes: Vec<Cause>, skipped: Vec<String>) -> Self {
        Error::new(Inner { graph, kind: ErrorKind::Tasks, causes, skipped, rank: None, told_by: None })
    }

    /// A run of `graph` has failed outside of any task.
    pub(crate) fn run(graph: &'static str, kind: ErrorKind, failure: Failure, skipped: Vec<String>) -> Self {
        Error::new(Inner {
            graph,
            kind,
            causes: vec![Cause::of_no_task(failure)],
            skipped,
            rank: None,
            told_by: None,
        })
    }

    /// A run of `graph` was stopped, before the tasks in `skipped` have run.
    pub(crate) fn stopped(graph: &'static str, stopping: Stopping, skipped: Vec<String>) -> Self {
        Error::new(Inner {
            graph,
            kind: ErrorKind::Stopped(stopping),
            causes: Vec::new(),
            skipped,
            rank: None,
            told_by: None,
        })
    }

    /// `graph` is wrong for the sizes that the text names.
    pub(crate) fn sizes(graph: &'static str, text: String) -> Self {
        Error::new(Inner {
            graph,
            kind: ErrorKind::Sizes(text),
            causes: Vec::new(),
            skipped: Vec::new(),
            rank: None,
            told_by: None,
        })
    }

    /// An executor cannot be made.
    pub(crate) fn setup(reason: String, source: Option<TaskError>) -> Self {
        let causes = source.map(Failure::error).map(Cause::of_no_task).into_iter().collect();
        Error::new(Inner {
            graph: "",
            kind: ErrorKind::Setup(reason),
            causes,
            skipped: Vec::new(),
            rank: None,
            told_by: None,
        })
    }

    /// Sets the rank of the failures. The stop of a run belongs to no rank.
    #[cfg(feature = "mpi")]
    pub(crate) fn on_rank(mut self, rank: usize) -> Self {
        let inner = self.inner_mut();
        inner.rank = (!matches!(inner.kind, ErrorKind::Stopped(_))).then_some(rank);
        for cause in &mut inner.causes {
            cause.rank.get_or_insert(rank as u32);
        }
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
        let kind = ErrorKind::Elsewhere(rank);
        Error::new(Inner {
            graph,
            kind,
            causes: Vec::new(),
            skipped: Vec::new(),
            rank: Some(rank),
            told_by: None,
        })
    }
}
