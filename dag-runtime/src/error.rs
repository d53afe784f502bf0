//! Why a run failed.

mod caught;
mod cause;
mod failure;
mod stopped;
#[cfg(all(test, feature = "std"))]
mod tests;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::mem::ManuallyDrop;
#[cfg(feature = "std")]
use std::any::Any;

use self::cause::Line;
use self::failure::OneLine;
use crate::unwind::discard_all;

pub(crate) use self::caught::{catch, guard, result};
pub(crate) use self::cause::Cause;
pub use self::cause::Failures;
pub use self::failure::Failure;
#[cfg(feature = "cli")]
pub(crate) use self::failure::one_line;
pub(crate) use self::stopped::Stopped;

/// The error of a fallible task, as it reaches [`source`](Error::source).
pub type TaskError = Box<dyn core::error::Error + Send + Sync>;

/// What one run of a task gives.
pub type Outcome<T> = Result<T, TaskError>;

/// A run that failed, or an executor that could not be made.
///
/// A run fails where a task returns an `Err` or panics, which includes the drop of its output, or the drop of an input panics. Of several failures of one run, this is the
/// one of the task that the graph lists first; [`failures`](Error::failures) has them all. The text is one line with the task
/// and the cause:
///
/// ```text
/// task `parse` of graph `Stats` failed: line 17: `abc` is not a number
/// task `parse` of graph `Stats` panicked: index out of bounds: the len is 3 but the index is 3
/// ```
///
/// [`source`](core::error::Error::source) is the error that the task returned. An `Error` owns the errors and the payloads
/// of panics that it tells of; a panic in the drop of one is ignored when the `Error` is dropped.
// Always `Some`. How it is dropped is compiled here, and not in each program that may see an error.
pub struct Error(ManuallyDrop<Option<Box<Inner>>>);

impl Drop for Error {
    fn drop(&mut self) {
        if let Some(inner) = self.0.take() {
            discard_all(inner.causes);
        }
    }
}

struct Inner {
    graph: &'static str,
    place: Place,
    /// Where tasks have failed, one for each failure, in the order of the graph's list. Else one or none.
    causes: Vec<Cause>,
    skipped: Vec<String>,
    rank: Option<usize>,
    /// Where it is an error of all ranks, another one that tells it.
    told_by: Option<usize>,
}

/// What failed.
#[derive(Debug)]
pub(crate) enum Place {
    /// One task or several.
    Tasks,
    /// An observer, when the run started.
    Start,
    /// An observer, when the run ended.
    End,
    /// The drop of an input, when all tasks had finished.
    Inputs,
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

    #[cfg(any(feature = "mpi", feature = "std"))]
    fn inner_mut(&mut self) -> &mut Inner {
        self.0.as_mut().expect("it is taken by what consumes the error")
    }

    /// In a run of `graph` tasks have failed, for these causes in the order of its list, and some were not run because of it.
    pub(crate) fn tasks(graph: &'static str, causes: Vec<Cause>, skipped: Vec<String>) -> Self {
        Error::new(Inner { graph, place: Place::Tasks, causes, skipped, rank: None, told_by: None })
    }

    /// A run of `graph` has failed outside of any task.
    pub(crate) fn run(graph: &'static str, place: Place, failure: Failure, skipped: Vec<String>) -> Self {
        Error::new(Inner {
            graph,
            place,
            causes: vec![Cause::of_no_task(failure)],
            skipped,
            rank: None,
            told_by: None,
        })
    }

    /// A run of `graph` was stopped, before these tasks have run.
    pub(crate) fn stopped(graph: &'static str, skipped: Vec<String>) -> Self {
        Error::new(Inner {
            graph,
            place: Place::Stopped,
            causes: Vec::new(),
            skipped,
            rank: None,
            told_by: None,
        })
    }

    /// An executor cannot be made.
    pub(crate) fn setup(reason: String, source: Option<TaskError>) -> Self {
        let causes = source.map(Failure::error).map(Cause::of_no_task).into_iter().collect();
        Error::new(Inner {
            graph: "",
            place: Place::Setup(reason),
            causes,
            skipped: Vec::new(),
            rank: None,
            told_by: None,
        })
    }

    /// It happened on this rank. That a run was stopped is nobody's.
    #[cfg(feature = "mpi")]
    pub(crate) fn on_rank(mut self, rank: usize) -> Self {
        let inner = self.inner_mut();
        inner.rank = (!matches!(inner.place, Place::Stopped)).then_some(rank);
        for cause in &mut inner.causes {
            cause.rank.get_or_insert(rank as u32);
        }
        self
    }

    /// It is the error of all ranks, and the others than `teller` need not tell it.
    #[cfg(feature = "mpi")]
    pub(crate) fn told_by(mut self, teller: usize, rank: usize) -> Self {
        self.inner_mut().told_by = (rank != teller).then_some(teller);
        self
    }

    /// Nothing has failed: another rank has the results.
    #[cfg(feature = "mpi")]
    pub(crate) fn elsewhere(graph: &'static str, rank: usize) -> Self {
        let place = Place::Elsewhere(rank);
        Error::new(Inner {
            graph,
            place,
            causes: Vec::new(),
            skipped: Vec::new(),
            rank: Some(rank),
            told_by: None,
        })
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

    /// Whether the run was stopped, by a [`Stop`](crate::Stop), before all tasks had started. Where a task has failed as
    /// well, this is false, and the error is the task's.
    ///
    /// A task that ran a graph which was stopped has not failed in this sense: where it is so with all tasks that failed,
    /// the run counts as stopped too, and [`task`](Error::task) is the first one of them. That is found out by the
    /// [`source`](core::error::Error::source) of the task's error, and of that one, and so on.
    pub fn is_stopped(&self) -> bool {
        let Inner { place, causes, .. } = self.inner();
        match place {
            Place::Stopped => true,
            Place::Tasks => causes.iter().all(|cause| cause.failure.is_of_stopped_run()),
            _ => false,
        }
    }

    /// The task that failed, by its name in the graph; `None` where it was the making of an
    /// executor, or an observer or the drop of an input outside of any task, or where nothing has failed. Of several the one that the graph lists
    /// first.
    pub fn task(&self) -> Option<&str> {
        self.task_causes().first().map(Cause::task)
    }

    /// All failures of tasks, each as the name of its task and the error that it returned, or for a panic one that says so:
    /// `panicked: index out of bounds: …`. They are in the order in which the graph lists the tasks, and those of elements
    /// (`parse[17]`) in theirs. The first one is that of which this `Error` tells.
    ///
    /// With `keep_going` there may be several, and else where tasks failed at the same time, or the drops of several outputs
    /// panicked. On MPI those of other ranks come as text, and of the elements of one task that have failed on one rank there is
    /// the first.
    ///
    /// ```
    /// use dag_runtime::{Serial, dag, task};
    ///
    /// #[task]
    /// fn numbers() -> Vec<u32> { (0..5).collect() }
    ///
    /// #[task(depends = [numbers], each = numbers)]
    /// fn even(numbers: u32) -> Result<u32, String> {
    ///     if numbers % 2 == 0 { Ok(numbers) } else { Err(format!("{numbers} is odd")) }
    /// }
    ///
    /// #[task]
    /// fn other() -> Result<(), &'static str> { Err("no such file") }
    ///
    /// dag! { graph All { numbers, even, other } }
    ///
    /// let error = All.run(&Serial.keep_going()).unwrap_err();
    /// let failures: Vec<_> = error.failures().map(|(task, error)| format!("{task}: {error}")).collect();
    /// assert_eq!(failures, ["even[1]: 1 is odd", "even[3]: 3 is odd", "other: no such file"]);
    /// assert_eq!(error.task(), Some("even[1]"));
    /// ```
    pub fn failures(&self) -> Failures<'_> {
        Failures(self.task_causes().iter())
    }

    /// One for each failure of a task.
    fn task_causes(&self) -> &[Cause] {
        let Inner { place, causes, .. } = self.inner();
        if matches!(place, Place::Tasks) { causes } else { &[] }
    }

    /// Each failure of a task as a line such as this error's, with what may be behind it.
    #[cfg(feature = "cli")]
    pub(crate) fn lines(
        &self,
    ) -> impl ExactSizeIterator<Item = (impl fmt::Display, Option<&(dyn core::error::Error + 'static)>)> {
        let graph = self.inner().graph;
        self.task_causes().iter().map(move |cause| (Line { graph, cause }, cause.failure.source()))
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
        self.first_failure().is_some_and(Failure::is_panic)
    }

    fn first_failure(&self) -> Option<&Failure> {
        self.inner().causes.first().map(|cause| &cause.failure)
    }

    /// What the panic was raised with, for [`resume_unwind`](std::panic::resume_unwind). Of several failures it is that of
    /// the first one; the others are dropped.
    ///
    /// # Errors
    ///
    /// Gives the error back where the cause was no panic.
    #[cfg(feature = "std")]
    pub fn into_panic(mut self) -> Result<Box<dyn Any + Send>, Self> {
        let first = self.inner_mut().causes.first_mut();
        match first.and_then(|cause| cause.failure.take_payload()) {
            Some(payload) => Ok(payload),
            None => Err(self),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { graph, place, causes, skipped, .. } = self.inner();
        match place {
            Place::Tasks => {
                return causes.iter().take(1).try_for_each(|cause| Line { graph, cause }.fmt(f));
            }
            Place::Start => write!(f, "an observer panicked at the start of graph `{graph}`")?,
            Place::End => write!(f, "an observer panicked at the end of graph `{graph}`")?,
            Place::Inputs => write!(f, "an input of graph `{graph}` panicked when it was dropped")?,
            Place::Stopped => {
                write!(f, "graph `{graph}` was stopped: {} of its tasks did not run", skipped.len())?;
            }
            Place::Setup(reason) => OneLine::new(f).write_str(reason)?,
            #[cfg(feature = "mpi")]
            Place::Elsewhere(rank) => write!(f, "the results of graph `{graph}` are on rank {rank}")?,
        }
        match self.first_failure() {
            Some(failure) => write!(f, ": {failure}"),
            None => Ok(()),
        }
    }
}

/// The message, as it is printed where `main` returns an error, with what is behind it, and a line for each further failure;
/// `{:#?}` gives the parts.
///
/// An error of all ranks of an MPI job is printed by one of them. The others name that one, except where they panic.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { graph, place, causes, skipped, rank, told_by } = self.inner();
        if f.alternate() {
            return f
                .debug_struct("Error")
                .field("graph", graph)
                .field("place", place)
                .field("causes", causes)
                .field("skipped", skipped)
                .field("rank", rank)
                .finish();
        }
        #[cfg(feature = "std")]
        let told_by = told_by.filter(|_| !std::thread::panicking());
        if let Some(teller) = told_by {
            // In one piece, since ranks write to one stderr.
            return f.write_str(&alloc::format!("rank {teller} tells what has failed"));
        }
        let mut text = self.to_string();
        let mut error = core::error::Error::source(self);
        while let Some(cause) = error {
            let said = cause.to_string();
            if !text.contains(&said) {
                write!(text, ": {said}")?;
            }
            error = cause.source();
        }
        f.write_str(&text)?;
        self.task_causes().iter().skip(1).try_for_each(|cause| write!(f, "\n{}", Line { graph, cause }))
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.first_failure().and_then(Failure::source)
    }
}
