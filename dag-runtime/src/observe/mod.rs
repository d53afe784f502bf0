//! Observers: who is told what a run does.

mod run_id;
mod watch;

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::time::Duration;

use crate::backend::Backend;
use crate::error::Failure;
use crate::stop::Stop;
use crate::table::{Table, TaskRef};
use crate::unwind::persist_and_resume;

pub use run_id::RunId;
#[cfg(feature = "mpi")]
pub(crate) use watch::Past;
pub(crate) use watch::Watch;
#[cfg(feature = "rayon")]
pub(crate) use watch::{Clock, is_watched};

/// Is told what a run does. Every method has a default, which does nothing.
///
/// An executor takes one by its method `observe`. Two are a pair `(a, b)`; `&O`, `Box<O>`,
/// `Arc<O>` and `Option<O>` are observers where `O` is one. On `Rayon` the methods
/// are called by several workers at once, each on the thread of its task.
///
/// For each task there is `started` and then `finished` or `failed`, or only `skipped`. All
/// `skipped` come at the end of a run, in the order in which the graph lists the tasks. A task that
/// has finished and whose output panics when it is dropped has `failed` after its `finished`. A task that
/// runs once for each element of an output may be `skipped` after it has `started`, where the run stops
/// before all elements have run.
///
/// Runs may overlap: a task may run a graph with the same observer, and so may other threads. Every event says by its
/// [`RunId`] which run it is of.
///
/// An observer that panics does not stop its caller: a panic in `started`, `elements`, `ran_elements` or `finished` is one of
/// the task, a panic in `run_started` or `run_ended` fails the run (which in the first case runs no
/// task), and one in `sent`, or in `failed` or `skipped`, where the run has failed already, is ignored. Other observers of
/// the same run are told nevertheless. Only a panic in `is_enabled` passes through `run`.
///
/// # Examples
///
/// The four hooks of pyScheduler: `on_start`, `on_complete` (each time a task does, with all that
/// did), `on_error` and `on_end`.
///
/// ```
/// use dag_runtime::{Failure, Observer, RunEvent, RunSummary, Serial, TaskEvent, dag, task};
/// use std::{sync::Mutex, time::Duration};
///
/// #[derive(Default)]
/// struct Hooks {
///     completed: Mutex<Vec<String>>,
/// }
///
/// impl Observer for Hooks {
///     fn run_started(&self, run: &RunEvent) {
///         println!("{} starts with {} tasks", run.table.graph(), run.table.len());
///     }
///     fn finished(&self, event: &TaskEvent, elapsed: Duration) {
///         let mut completed = self.completed.lock().unwrap();
///         completed.push(event.task.name().to_string());
///         println!("{} took {elapsed:?}; done: {completed:?}", event.task.name());
///     }
///     fn failed(&self, event: &TaskEvent, failure: &Failure) {
///         println!("{} failed: {failure}", event.task.name());
///     }
///     fn run_ended(&self, run: &RunSummary) {
///         println!("{} of {} tasks in {:?}", run.finished, run.table.len(), run.elapsed);
///     }
/// }
///
/// #[task]
/// fn load() -> u32 { 20 }
///
/// #[task(depends = [load])]
/// fn double(load: u32) -> u32 { 2 * load }
///
/// dag! { graph Small -> double { load, double } }
///
/// let hooks = Hooks::default();
/// assert_eq!(Small.run(&Serial.observe(&hooks)).unwrap(), 40);
/// assert_eq!(*hooks.completed.lock().unwrap(), ["load", "double"]);
/// ```
pub trait Observer {
    /// Whether anybody listens. Asked when a run starts: where nobody does, that run makes no event
    /// and reads no clock for one.
    #[inline]
    fn is_enabled(&self) -> bool {
        true
    }

    /// Whether no further task is to start; `None` where it never says so. Asked before each task.
    #[doc(hidden)]
    #[inline]
    fn stops(&self) -> Option<bool> {
        None
    }

    /// A run starts.
    fn run_started(&self, run: &RunEvent) {
        let _ = run;
    }

    /// A task starts.
    fn started(&self, event: &TaskEvent) {
        let _ = event;
    }

    /// Of a task that runs once for each element of an output: how many of these are done, of how many.
    /// Told when it is known how many there are, with 0 done, and then again and again, but not for each
    /// element. With several workers the numbers may come out of order.
    fn elements(&self, event: &TaskEvent, done: usize, of: usize) {
        let _ = (event, done, of);
    }

    /// A worker has run some elements of a task, one after the other, and began `elapsed` ago. Told beside `elements`, where
    /// workers share the elements of a task, also for those that have failed: so it is known who ran it for how long.
    fn ran_elements(&self, event: &TaskEvent, elapsed: Duration) {
        let _ = (event, elapsed);
    }

    /// A task has finished, `elapsed` after it started.
    fn finished(&self, event: &TaskEvent, elapsed: Duration) {
        let _ = (event, elapsed);
    }

    /// The output of a task goes to another rank, with so many bytes: only on MPI.
    fn sent(&self, event: &TaskEvent, to: usize, bytes: u64) {
        let _ = (event, to, bytes);
    }

    /// A task has failed.
    fn failed(&self, event: &TaskEvent, failure: &Failure) {
        let _ = (event, failure);
    }

    /// A task will not run.
    fn skipped(&self, event: &TaskEvent) {
        let _ = event;
    }

    /// A run has ended. Not told where its start failed.
    fn run_ended(&self, run: &RunSummary) {
        let _ = run;
    }
}

/// A run that starts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RunEvent {
    /// Which run it is.
    pub run: RunId,
    /// The graph's table.
    pub table: &'static Table,
    /// What runs it.
    pub backend: Backend,
    /// How many workers there are.
    pub workers: usize,
}

/// Something that happens to a task.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TaskEvent {
    /// The run.
    pub run: RunId,
    /// The task.
    pub task: TaskRef,
    /// The element at which the task has failed, where it runs once for each element of an output.
    pub element: Option<usize>,
    /// The worker, from 0: on rayon the index of the thread in its pool.
    pub worker: usize,
    /// The MPI rank; 0 elsewhere.
    pub rank: usize,
    /// When it happened, since the run's start. All workers of a process read the same monotonic clock; without
    /// the feature `std` there is none, and all times are zero.
    pub at: Duration,
}

/// A run that has ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RunSummary {
    /// Which run it was.
    pub run: RunId,
    /// The graph's table.
    pub table: &'static Table,
    /// How long it took.
    pub elapsed: Duration,
    /// How many tasks have finished.
    pub finished: usize,
    /// How many tasks have failed.
    pub failed: usize,
    /// How many tasks were not run.
    pub skipped: usize,
}

impl RunSummary {
    /// Whether all tasks have finished.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.finished == self.table.len()
    }
}

/// Nobody.
impl Observer for () {
    #[inline]
    fn is_enabled(&self) -> bool {
        false
    }
}

/// Receives no events; it is only polled.
impl Observer for Stop {
    #[inline]
    fn is_enabled(&self) -> bool {
        false
    }

    fn stops(&self) -> Option<bool> {
        Some(self.is_stopped())
    }
}

/// Passes all calls on to each observer that `$all` gives and that is enabled, by `$tell`.
macro_rules! forward {
    ($self:ident => $tell:ident($all:expr)) => {
        #[inline]
        fn is_enabled(&$self) -> bool {
            $all.into_iter().any(|observer| observer.is_enabled())
        }
        #[inline]
        fn stops(&$self) -> Option<bool> {
            $all.into_iter().filter_map(|observer| observer.stops()).max()
        }
        forward! { $self => $tell($all);
            run_started(run: &RunEvent);
            started(event: &TaskEvent);
            elements(event: &TaskEvent, done: usize, of: usize);
            ran_elements(event: &TaskEvent, elapsed: Duration);
            finished(event: &TaskEvent, elapsed: Duration);
            sent(event: &TaskEvent, to: usize, bytes: u64);
            failed(event: &TaskEvent, failure: &Failure);
            skipped(event: &TaskEvent);
            run_ended(run: &RunSummary);
        }
    };
    ($self:ident => $tell:ident($all:expr); $method:ident($($name:ident: $type:ty),*); $($rest:tt)*) => {
        fn $method(&$self, $($name: $type),*) {
            $tell($all, |observer| observer.$method($($name),*));
        }
        forward! { $self => $tell($all); $($rest)* }
    };
    ($self:ident => $tell:ident($all:expr);) => {};
}

/// Tells an observer, if there is one and it is enabled.
fn tell_one<'o, O: Observer + ?Sized + 'o>(
    observer: impl IntoIterator<Item = &'o O>,
    event: impl FnOnce(&O),
) {
    if let Some(observer) = observer.into_iter().next().filter(|observer| observer.is_enabled()) {
        event(observer);
    }
}

/// Tells those that are enabled. Where the first one panics, the other one is told, and then the panic goes on.
fn tell_both(observers: [&dyn Observer; 2], event: impl Fn(&dyn Observer)) {
    let mut left = observers.into_iter();
    persist_and_resume(&mut || left.by_ref().filter(|observer| observer.is_enabled()).for_each(&event));
}

impl<O: Observer + ?Sized> Observer for &O {
    forward! { self => tell_one([&**self]) }
}

impl<O: Observer + ?Sized> Observer for Box<O> {
    forward! { self => tell_one([&**self]) }
}

impl<O: Observer + ?Sized> Observer for Arc<O> {
    forward! { self => tell_one([&**self]) }
}

/// It, if there is one.
impl<O: Observer> Observer for Option<O> {
    forward! { self => tell_one(self.iter()) }
}

/// Both, the first one first.
impl<A: Observer, B: Observer> Observer for (A, B) {
    forward! { self => tell_both([&self.0 as &dyn Observer, &self.1]) }
}
