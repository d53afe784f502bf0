//! Why a run failed.

mod failure;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::mem::ManuallyDrop;
#[cfg(feature = "std")]
use std::any::Any;

use self::failure::OneLine;
use crate::task::TaskError;

pub use self::failure::Failure;

/// A run that failed, or an executor that could not be made.
///
/// A run fails where a task returns an `Err` or panics. Of several failures of one run, this is the
/// one of the task that the graph lists first. The text is one line with the task and the cause:
///
/// ```text
/// task `parse` of graph `Stats` failed: line 17: `abc` is not a number
/// task `parse` of graph `Stats` panicked: index out of bounds: the len is 3 but the index is 3
/// ```
///
/// [`source`](core::error::Error::source) is the error that the task returned.
// Always `Some`. How it is dropped is compiled here, and not in each program that may see an error.
pub struct Error(ManuallyDrop<Option<Box<Inner>>>);

impl Drop for Error {
    fn drop(&mut self) {
        drop(self.0.take());
    }
}

struct Inner {
    graph: &'static str,
    place: Place,
    cause: Option<Failure>,
    skipped: Vec<String>,
    rank: Option<usize>,
}

/// What failed.
#[derive(Debug)]
pub(crate) enum Place {
    /// The task of this name.
    Task(String),
    /// An observer, when the run started.
    Start,
    /// An observer, when the run ended.
    End,
    /// Nothing: the run was stopped.
    Stopped,
    /// The making of an executor, for this reason.
    Setup(String),
    /// Nothing: the results are on this rank.
    #[cfg(feature = "mpi")]
    Elsewhere(usize),
}

impl Error {
    fn new(inner: Inner) -> Self {
        Error(ManuallyDrop::new(Some(Box::new(inner))))
    }

    fn inner(&self) -> &Inner {
        self.0.as_ref().expect("it is taken by what consumes the error")
    }

    #[cfg(feature = "mpi")]
    fn inner_mut(&mut self) -> &mut Inner {
        self.0.as_mut().expect("it is taken by what consumes the error")
    }

    #[cfg(feature = "std")]
    fn into_inner(mut self) -> Inner {
        *self.0.take().expect("it is taken by what consumes the error")
    }

    /// A run of `graph` has failed, and some tasks were not run because of it.
    pub(crate) fn run(graph: &'static str, place: Place, cause: Failure, skipped: Vec<String>) -> Self {
        Error::new(Inner { graph, place, cause: Some(cause), skipped, rank: None })
    }

    /// A run of `graph` was stopped, before these tasks have run.
    pub(crate) fn stopped(graph: &'static str, skipped: Vec<String>) -> Self {
        Error::new(Inner { graph, place: Place::Stopped, cause: None, skipped, rank: None })
    }

    /// An executor can not be made.
    pub(crate) fn setup(reason: String, source: Option<TaskError>) -> Self {
        let cause = source.map(Failure::error);
        Error::new(Inner { graph: "", place: Place::Setup(reason), cause, skipped: Vec::new(), rank: None })
    }

    /// It happened on this rank. That a run was stopped is nobody's.
    #[cfg(feature = "mpi")]
    pub(crate) fn on_rank(mut self, rank: usize) -> Self {
        self.inner_mut().rank = (!self.is_stopped()).then_some(rank);
        self
    }

    /// Nothing has failed: another rank has the results.
    #[cfg(feature = "mpi")]
    pub(crate) fn elsewhere(graph: &'static str, rank: usize) -> Self {
        let place = Place::Elsewhere(rank);
        Error::new(Inner { graph, place, cause: None, skipped: Vec::new(), rank: Some(rank) })
    }

    /// Whether nothing has failed: the run was asked to give its results to another
    /// [rank](Error::rank) only.
    ///
    /// ```no_run
    /// # use dag_runtime::{Mpi, Results, dag, task};
    /// # #[task] fn answer() -> u32 { 42 }
    /// # dag! { graph Ask -> answer { answer } }
    /// let mpi = Mpi::init()?.results(Results::Root(0));
    /// match Ask.run(&mpi) {
    ///     Ok(answer) => println!("{answer}"),
    ///     Err(error) if error.is_elsewhere() => {}
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok::<(), dag_runtime::Error>(())
    /// ```
    #[cfg(feature = "mpi")]
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.inner().place, Place::Elsewhere(_))
    }

    /// Whether nothing has failed: the run was stopped, by a [`Stop`](crate::Stop), before all tasks had
    /// started. Where a task has failed as well, this is false, and the error is the task's.
    pub fn is_stopped(&self) -> bool {
        matches!(self.inner().place, Place::Stopped)
    }

    /// The task that failed, by its name in the graph; `None` where it was the making of an
    /// executor, or an observer outside of any task, or where nothing has failed.
    pub fn task(&self) -> Option<&str> {
        match &self.inner().place {
            Place::Task(name) => Some(name),
            _ => None,
        }
    }

    /// The graph that was run; empty where an executor could not be made.
    pub fn graph(&self) -> &str {
        self.inner().graph
    }

    /// The MPI rank on which it failed; `None` where the run was not on MPI.
    pub fn rank(&self) -> Option<usize> {
        self.inner().rank
    }

    /// The tasks that were not run, in the order in which the graph lists them.
    pub fn skipped(&self) -> &[String] {
        &self.inner().skipped
    }

    /// Whether the cause was a panic.
    pub fn is_panic(&self) -> bool {
        self.inner().cause.as_ref().is_some_and(Failure::is_panic)
    }

    /// What the panic was raised with, for [`resume_unwind`](std::panic::resume_unwind).
    ///
    /// # Errors
    ///
    /// Gives the error back where the cause was no panic.
    #[cfg(feature = "std")]
    pub fn into_panic(self) -> Result<Box<dyn Any + Send>, Self> {
        let mut inner = self.into_inner();
        match inner.cause.take().map(Failure::into_panic) {
            Some(Ok(payload)) => Ok(payload),
            Some(Err(cause)) => Err(Error::new(Inner { cause: Some(cause), ..inner })),
            None => Err(Error::new(inner)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { graph, place, cause, rank, skipped } = self.inner();
        match place {
            Place::Task(name) => {
                let verb = if self.is_panic() { "panicked" } else { "failed" };
                write!(f, "task `{name}` of graph `{graph}` {verb}")?;
                if let Some(rank) = rank {
                    write!(f, " on rank {rank}")?;
                }
            }
            Place::Start => write!(f, "an observer panicked at the start of graph `{graph}`")?,
            Place::End => write!(f, "an observer panicked at the end of graph `{graph}`")?,
            Place::Stopped => {
                write!(f, "graph `{graph}` was stopped: {} of its tasks did not run", skipped.len())?;
            }
            Place::Setup(reason) => OneLine::new(f).write_str(reason)?,
            #[cfg(feature = "mpi")]
            Place::Elsewhere(rank) => write!(f, "the results of graph `{graph}` are on rank {rank}")?,
        }
        match cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { graph, place, cause, skipped, rank } = self.inner();
        f.debug_struct("Error")
            .field("graph", graph)
            .field("place", place)
            .field("cause", cause)
            .field("skipped", skipped)
            .field("rank", rank)
            .finish()
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.inner().cause.as_ref().and_then(Failure::source)
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;
    use core::error::Error as _;

    fn failed(cause: Failure) -> Error {
        Error::run("Stats", Place::Task("parse".into()), cause, vec!["mean".into()])
    }

    #[test]
    fn is_one_word_and_crosses_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn says_which_task_and_why() {
        let error = failed(Failure::error("no such file".into()));
        assert_eq!(error.to_string(), "task `parse` of graph `Stats` failed: no such file");
        assert_eq!(error.task(), Some("parse"));
        assert_eq!(error.graph(), "Stats");
        assert_eq!(error.skipped(), ["mean"]);
        assert_eq!(error.rank(), None);
        assert!(!error.is_panic());
        assert_eq!(error.source().unwrap().to_string(), "no such file");
        assert_eq!(error.into_panic().unwrap_err().task(), Some("parse"));
    }

    #[test]
    fn keeps_what_was_panicked_with() {
        let text: &'static str = "no";
        for (payload, message) in [
            (Box::new(text) as Box<dyn Any + Send>, "no"),
            (Box::new("no, twice".to_string()), "no, twice"),
            (Box::new(7_u32), "a panic whose payload is no text"),
        ] {
            let error = failed(Failure::panic(payload));
            assert_eq!(error.to_string(), std::format!("task `parse` of graph `Stats` panicked: {message}"));
            assert!(error.is_panic());
            assert!(error.source().is_none());
        }
        let payload = failed(Failure::panic(Box::new(7_u32))).into_panic().unwrap();
        assert_eq!(payload.downcast_ref(), Some(&7_u32));
    }

    #[test]
    fn is_one_line() {
        let error = failed(Failure::error("assertion failed\n  left: 1\r\n right: 2\n".into()));
        assert_eq!(
            error.to_string(),
            "task `parse` of graph `Stats` failed: assertion failed left: 1 right: 2"
        );
        assert_eq!(Error::setup("\n two\nlines".into(), None).to_string(), "two lines");
    }
}
