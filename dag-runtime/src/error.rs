//! Why a run failed.

mod caught;
mod cause;
mod construct;
mod display;
mod failure;
mod failure_line;
mod kind;
mod message;
mod one_line;
mod skipped;
mod stop_reason;
mod stopped;
#[cfg(all(test, feature = "std"))]
mod tests;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::ManuallyDrop;
#[cfg(feature = "std")]
use std::any::Any;

use self::cause::Named;
use crate::unwind::discard_all;

pub(crate) use self::caught::{catch, guard, result};
pub(crate) use self::cause::Causes;
pub use self::cause::Failures;
#[cfg(feature = "cli")]
pub(crate) use self::display::MoreFailures;
pub use self::failure::Failure;
pub(crate) use self::kind::ErrorKind;
#[cfg(feature = "cli")]
pub(crate) use self::message::{Message, chain};
#[cfg(feature = "cli")]
pub(crate) use self::one_line::one_line;
pub use self::skipped::Skipped;
pub(crate) use self::stop_reason::{Reason, Stopping};
pub use self::stop_reason::{RunningTask, StopReason};
pub(crate) use self::stopped::Stopped;

/// The error of a fallible task, as [`source`](core::error::Error::source) returns it.
pub type TaskError = Box<dyn core::error::Error + Send + Sync>;

/// The result of a task.
pub type Outcome<T> = Result<T, TaskError>;

/// A run that failed, or an executor that could not be made.
///
/// A run fails if a task returns an `Err` or panics, if the drop of an output panics, or if the drop of an input
/// panics. If several tasks fail, this error describes the one that the graph lists first;
/// [`failures`](Error::failures) returns all of them. The text is one line with the task and the cause:
///
/// ```text
/// task `parse` of graph `Stats` failed: line 17: `abc` is not a number
/// task `parse` of graph `Stats` panicked: index out of bounds: the len is 3 but the index is 3
/// ```
///
/// [`source`](core::error::Error::source) is the error that the task returned. An `Error` owns the errors and panic
/// payloads of its failures. If the drop of one of these panics while the `Error` is dropped, the panic is ignored.
// Always `Some`. `Drop` is compiled in this crate, not in each program that may see an error.
pub struct Error(ManuallyDrop<Option<Box<Inner>>>);

impl Drop for Error {
    fn drop(&mut self) {
        if let Some(inner) = self.0.take() {
            discard_all(inner.causes.into_list());
        }
    }
}

struct Inner {
    graph: &'static str,
    kind: ErrorKind,
    /// One for each failure of a task, in the order of the graph's list. For other errors, one or none.
    causes: Causes,
    skipped: Vec<String>,
    rank: Option<usize>,
    /// For an error of all ranks: the other rank that prints it.
    told_by: Option<usize>,
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

    /// Whether nothing has failed: the run was asked to return its results on another [rank](Error::rank) only.
    ///
    /// ```no_run
    /// # use dag_runtime::mpi::{Mpi, Results};
    /// # use dag_runtime::{dag, task};
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
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.inner().kind, ErrorKind::Elsewhere(_))
    }

    /// Whether a [`Stop`](crate::Stop) or a deadline stopped the run before all tasks had started. If a task has failed as
    /// well, this is false, and the error is the task's.
    ///
    /// A task that fails because a run inside it was stopped does not count as failed here. If this is true of all
    /// tasks that failed, the run counts as stopped too, and [`task`](Error::task) is the first of them. To find out,
    /// this method follows the chain of [`source`](core::error::Error::source)s of the task's error.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        let Inner { kind, causes, .. } = self.inner();
        match kind {
            ErrorKind::Stopped(_) => true,
            ErrorKind::Tasks => causes.iter().all(|(_, cause)| cause.failure.stopped_run().is_some()),
            _ => false,
        }
    }

    /// Why the run was stopped, if [`is_stopped`](Error::is_stopped) is true. If a run inside a task was stopped, and
    /// this run counts as stopped for that reason, it is the reason of that run.
    ///
    /// ```
    /// # #[cfg(feature = "std")] {
    /// use std::time::Duration;
    /// use dag_runtime::{Serial, StopReason, dag, task};
    ///
    /// #[task]
    /// fn solve() {}
    ///
    /// dag! { graph Fit { solve } }
    ///
    /// let error = Fit.run(&Serial.deadline(Duration::ZERO)).unwrap_err();
    /// assert_eq!(error.stop_reason(), Some(StopReason::Deadline(Duration::ZERO)));
    /// # }
    /// ```
    #[must_use]
    pub fn stop_reason(&self) -> Option<StopReason<'_>> {
        self.stopping().map(Stopping::reason)
    }

    /// The tasks that were running when the run was stopped, in the order in which the graph lists them, if
    /// [`is_stopped`](Error::is_stopped) is true. They were allowed to finish, so this list tells where the time went.
    ///
    /// A task counts as running if it has started before the stop or the deadline and has finished after it. On MPI this
    /// is what was running on all ranks. A rank of one thread that is stopped by another one lists the task that it ran when
    /// it was told so.
    ///
    /// ```
    /// # #[cfg(feature = "std")] {
    /// use std::{thread::sleep, time::Duration};
    /// use dag_runtime::{Serial, dag, task};
    ///
    /// const DEADLINE: Duration = Duration::from_millis(200);
    ///
    /// #[task]
    /// fn solve() { sleep(DEADLINE) }
    ///
    /// #[task(depends = [solve])]
    /// fn draw() {}
    ///
    /// dag! { graph Fit { solve, draw } }
    ///
    /// let error = Fit.run(&Serial.deadline(DEADLINE)).unwrap_err();
    /// assert_eq!(error.running(), ["solve"]);
    /// assert_eq!(error.skipped(), ["draw"]);
    /// let text = "graph `Fit` was stopped at its deadline of 200 ms: 1 of its tasks did not run; `solve` was running";
    /// assert_eq!(error.to_string(), text);
    /// # }
    /// ```
    #[must_use]
    pub fn running(&self) -> &[RunningTask] {
        self.stopping().map_or(&[], |stopping| &stopping.running)
    }

    /// How the run was stopped: this one, or the one that made it count as stopped.
    pub(crate) fn stopping(&self) -> Option<&Stopping> {
        let Inner { kind, causes, .. } = self.inner();
        match kind {
            ErrorKind::Stopped(stopping) => Some(stopping),
            ErrorKind::Tasks if self.is_stopped() => causes.first()?.stopped_run()?.stopping(),
            _ => None,
        }
    }

    /// The name of the task that failed in the graph; if several failed, the one that the graph lists first. `None` if
    /// the failure is outside of any task (the construction of an executor, an observer, the drop of an input), or if
    /// nothing has failed.
    pub fn task(&self) -> Option<&str> {
        self.task_causes().next().map(|(task, _)| task)
    }

    /// All failures of tasks: the name of the task, and the error that it returned or, for a panic, an error that says
    /// so (`panicked: index out of bounds: …`). They are in the order in which the graph lists the tasks, and failures
    /// of elements (`parse[17]`) in the order of the elements. The first one is the failure that this `Error`
    /// describes.
    ///
    /// There can be several failures with `keep_going`, when tasks fail at the same time, and when the drops of several
    /// outputs panic. On several MPI ranks these are the first 1,000 failures of all ranks, the same on each rank, and
    /// [`more_failures`](Error::more_failures) returns how many more there are. There, errors of other ranks have the text of the
    /// original ones and of their sources, but not their type.
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
        Failures(self.task_causes())
    }

    /// How many failures there are that [`failures`](Error::failures) does not return. This is 0 unless the run was on several MPI
    /// ranks and had more than 1,000 failures.
    #[must_use]
    pub fn more_failures(&self) -> usize {
        self.inner().causes.more()
    }

    /// The causes, if tasks have failed.
    fn task_causes(&self) -> Named<'_> {
        let Inner { kind, causes, .. } = self.inner();
        if matches!(kind, ErrorKind::Tasks) { causes.iter() } else { Named::none() }
    }

    /// What is wrong with the sizes of the graph, if that is the error.
    #[cfg(feature = "mpi")]
    pub(crate) fn of_sizes(&self) -> Option<&str> {
        match &self.inner().kind {
            ErrorKind::Sizes(text) => Some(text),
            _ => None,
        }
    }

    /// The graph that was run. `None` if the executor could not be constructed.
    #[must_use]
    pub fn graph(&self) -> Option<&str> {
        let Inner { graph, kind, .. } = self.inner();
        (!matches!(kind, ErrorKind::Setup(_))).then_some(*graph)
    }

    /// The MPI rank on which the run failed; `None` if it did not run on MPI.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        self.inner().rank
    }

    /// The names of the tasks that did not run, in the order in which the graph lists them.
    ///
    /// ```
    /// # use dag_runtime::{Serial, dag, task};
    /// # #[task] fn read() -> Result<u32, &'static str> { Err("no such file") }
    /// # #[task(depends = [read])] fn double(read: u32) -> u32 { 2 * read }
    /// # dag! { graph All { read, double } }
    /// let error = All.run(&Serial).unwrap_err();
    /// assert_eq!(error.skipped(), ["double"]);
    /// assert_eq!(error.skipped().len(), 1);
    /// assert!(error.skipped().any(|task| task == "double"));
    /// ```
    pub fn skipped(&self) -> Skipped<'_> {
        Skipped(self.inner().skipped.iter())
    }

    /// Whether the cause was a panic.
    pub fn is_panic(&self) -> bool {
        self.first_failure().is_some_and(Failure::is_panic)
    }

    fn first_failure(&self) -> Option<&Failure> {
        self.inner().causes.first()
    }

    /// The payload of the panic, for [`resume_unwind`](std::panic::resume_unwind). Of several failures, this is the
    /// payload of the first one; the others are dropped.
    ///
    /// # Errors
    ///
    /// Returns the error unchanged if the cause was not a panic.
    #[cfg(feature = "std")]
    pub fn into_panic(mut self) -> Result<Box<dyn Any + Send>, Self> {
        let first = self.inner_mut().causes.first_mut();
        match first.and_then(Failure::take_payload) {
            Some(payload) => Ok(payload),
            None => Err(self),
        }
    }
}
