//! The failures of a run.

use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::{fmt, slice};

use super::failure::Failure;

/// A failure of a task. There can be very many of them, so this is small.
pub(crate) struct Cause {
    pub(super) failure: Failure,
    /// Where the name of the task begins in [`Causes::names`].
    name: usize,
    /// The MPI rank on which it failed, if it was on MPI.
    pub(super) rank: Option<u32>,
}

/// The failures of a run, with the names of their tasks.
#[derive(Default)]
pub(crate) struct Causes {
    list: Vec<Cause>,
    /// One behind the other.
    names: String,
    /// How many more failures there are, behind these.
    more: usize,
}

impl Causes {
    /// These failures. `name` adds the name of the task to a text, and returns the failure and its MPI rank.
    pub(crate) fn new<F>(
        failed: Vec<F>,
        mut name: impl FnMut(F, &mut String) -> (Failure, Option<u32>),
    ) -> Self {
        let mut names = String::new();
        // In place, if an `F` is not smaller than a `Cause`.
        let list = failed.into_iter().map(|failed| {
            let start = names.len();
            let (failure, rank) = name(failed, &mut names);
            Cause { failure, name: start, rank }
        });
        Causes { list: list.collect(), names, more: 0 }
    }

    /// A failure of one task.
    #[cfg(feature = "mpi")]
    pub(crate) fn of_task(task: &str, failure: Failure) -> Self {
        Causes::new([failure].into(), |failure, names| {
            names.push_str(task);
            (failure, None)
        })
    }

    /// A failure outside of any task.
    pub(super) fn of_no_task(failure: Failure) -> Self {
        Causes::new([failure].into(), |failure, _| (failure, None))
    }

    /// Adds a number of further failures, which are not listed.
    #[cfg(any(feature = "mpi", all(test, feature = "std")))]
    pub(crate) fn and_more(self, more: usize) -> Self {
        Causes { more, ..self }
    }

    pub(super) fn more(&self) -> usize {
        self.more
    }

    /// Sets the rank of all failures that have none.
    #[cfg(feature = "mpi")]
    pub(super) fn on_rank(&mut self, rank: u32) {
        for cause in &mut self.list {
            cause.rank.get_or_insert(rank);
        }
    }

    pub(super) fn first(&self) -> Option<&Failure> {
        self.list.first().map(|cause| &cause.failure)
    }

    #[cfg(feature = "std")]
    pub(super) fn first_mut(&mut self) -> Option<&mut Failure> {
        self.list.first_mut().map(|cause| &mut cause.failure)
    }

    /// Gives the failures away.
    pub(super) fn into_list(self) -> Vec<Cause> {
        self.list
    }

    /// Each failure with the name of its task.
    pub(super) fn iter(&self) -> Named<'_> {
        Named { left: self.list.iter(), names: &self.names }
    }
}

/// Failures with the names of their tasks.
#[derive(Clone)]
pub(super) struct Named<'error> {
    left: slice::Iter<'error, Cause>,
    /// The names of all.
    names: &'error str,
}

impl Named<'_> {
    pub(super) fn none() -> Self {
        Named { left: [].iter(), names: "" }
    }
}

impl<'error> Iterator for Named<'error> {
    type Item = (&'error str, &'error Cause);

    fn next(&mut self) -> Option<Self::Item> {
        let cause = self.left.next()?;
        let end = self.left.as_slice().first().map_or(self.names.len(), |next| next.name);
        Some((&self.names[cause.name..end], cause))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl ExactSizeIterator for Named<'_> {}

/// The failures of a run: see [`Error::failures`](super::Error::failures).
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct Failures<'error>(pub(super) Named<'error>);

impl<'error> Iterator for Failures<'error> {
    type Item = (&'error str, &'error (dyn Error + 'static));

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(task, cause)| (task, cause.failure.as_error()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Failures<'_> {}

impl fmt::Debug for Failures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
