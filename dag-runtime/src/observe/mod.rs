//! Observers of runs.

mod halt;
mod monitor;
mod run_id;
mod watch;

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::time::Duration;

use crate::backend::Backend;
use crate::error::Failure;
use crate::table::{SharedTable, Table, TaskRef};
use crate::unwind::persist_and_resume;

#[cfg(feature = "mpi")]
pub(crate) use halt::Running;
pub use monitor::{Monitor, Observed, Unobserved};
pub use run_id::RunId;
#[cfg(feature = "rayon")]
pub(crate) use watch::Clock;
#[cfg(feature = "mpi")]
pub(crate) use watch::Past;
pub(crate) use watch::{Tally, Watch, is_watched};

/// Receives the events of a run. Every method has a default, which does nothing.
///
/// An executor takes an observer by its method `observe`. A pair `(a, b)` combines two; `&O`, `Box<O>`, `Arc<O>` and
/// `Option<O>` are observers if `O` is one. On `Rayon`, several workers call the methods at once, each on the thread of
/// its task.
///
/// Each task has `started` and then `finished`, `not_wanted`, `hit`, `not_needed` or `failed`, or only `skipped`. All `skipped` come at the end of
/// a run, in the order in which the graph lists the tasks. If the output of a finished task panics when it is dropped,
/// `failed` follows `finished`. `caught` and `retried` come between, for tasks with `catch` and with `retry`. A task with `each` may be `skipped` after it has `started`, if the run stops before all
/// elements have run. `waiting` may come before `started`, once.
///
/// Runs can overlap: a task can run a graph with the same observer, and so can other threads. Every event identifies
/// its run by a [`RunId`].
///
/// A panic of an observer does not unwind through `run`, except in `is_enabled`. A panic in `started`, `elements`,
/// `ran_elements`, `caught`, `retried`, `not_wanted`, `hit`, `not_needed` or `finished` is a failure of the task. A panic in `run_started` fails the run, which then runs no
/// task, and a panic in `run_ended` fails the run too. A panic in `waiting`, `sent`, `failed` or `skipped` is ignored; in the last
/// two cases the run has failed already. Other observers of the same run still receive the event.
///
/// # Examples
///
/// The four hooks of pyScheduler: `on_start`, `on_complete` (after each task, with all that are complete), `on_error`
/// and `on_end`.
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
///     fn run_started(&self, run: &RunEvent<'_>) {
///         println!("{} starts with {} tasks", run.table.graph(), run.table.len());
///     }
///     fn finished(&self, event: &TaskEvent<'_>, elapsed: Duration) {
///         let mut completed = self.completed.lock().unwrap();
///         completed.push(event.task.name().to_string());
///         println!("{} took {elapsed:?}; done: {completed:?}", event.task.name());
///     }
///     fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
///         println!("{} failed: {failure}", event.task.name());
///     }
///     fn run_ended(&self, run: &RunSummary<'_>) {
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
    /// Whether the observer receives events. Called when a run starts: if no observer is enabled, the run makes no
    /// events and reads no clock for them.
    #[inline]
    fn is_enabled(&self) -> bool {
        true
    }

    /// A run starts.
    fn run_started(&self, run: &RunEvent<'_>) {
        let _ = run;
    }

    /// A task that is ready waits for units of this limit, of which it needs more than are free. It is then `started`, unless the
    /// run ends before. Of a task with `each`, this is the time before it starts, without that between its elements.
    fn waiting(&self, event: &TaskEvent<'_>, limit: &'static str) {
        let _ = (event, limit);
    }

    /// A task starts.
    fn started(&self, event: &TaskEvent<'_>) {
        let _ = event;
    }

    /// Progress of a task with `each`: `done` of `of` elements are complete. The first call, with 0 done, comes as soon
    /// as the number of elements is known. Further calls follow, but not for every element. With several workers,
    /// `done` may go down between calls.
    fn elements(&self, event: &TaskEvent<'_>, done: usize, of: usize) {
        let _ = (event, done, of);
    }

    /// A worker has run some elements of a task, one after the other, beginning `elapsed` ago. Called in addition to
    /// `elements` if workers share the elements of a task, also for elements that have failed. So it is known which
    /// worker ran elements, and for how long.
    fn ran_elements(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        let _ = (event, elapsed);
    }

    /// A task has finished, `elapsed` after it started.
    fn finished(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        let _ = (event, elapsed);
    }

    /// A task has ended without a call of its function: the condition behind its `when` was false. The task had `started`, since
    /// the condition is evaluated where the task would have run.
    fn not_wanted(&self, event: &TaskEvent<'_>) {
        let _ = event;
    }

    /// A task has ended without a call of its function: its output was found in the store of the executor. The task had `started`,
    /// as one that is not wanted.
    fn hit(&self, event: &TaskEvent<'_>) {
        let _ = event;
    }

    /// A task has ended without a call of its function and has no output: nothing that runs needs it, since outputs of tasks
    /// that depend on it were found in the store of the executor. The task had `started`, as one that is not wanted.
    fn not_needed(&self, event: &TaskEvent<'_>) {
        let _ = event;
    }

    /// A task with `catch` has returned an `Err`, or one of its elements has. It is the output of the task, which finishes.
    fn caught(&self, event: &TaskEvent<'_>, failure: &Failure) {
        let _ = (event, failure);
    }

    /// A call of a task with `retry` has returned an `Err`, or that of one of its elements has, and the task is called again.
    /// `attempt` counts the failed calls, from 1.
    fn retried(&self, event: &TaskEvent<'_>, attempt: u32, failure: &Failure) {
        let _ = (event, attempt, failure);
    }

    /// The output of a task is sent to another rank, with this number of bytes. Only on MPI.
    fn sent(&self, event: &TaskEvent<'_>, to: usize, bytes: u64) {
        let _ = (event, to, bytes);
    }

    /// A task has failed.
    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        let _ = (event, failure);
    }

    /// A task will not run.
    fn skipped(&self, event: &TaskEvent<'_>) {
        let _ = event;
    }

    /// A run has ended. Not called if its start failed.
    fn run_ended(&self, run: &RunSummary<'_>) {
        let _ = run;
    }
}

/// A run that starts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RunEvent<'run> {
    /// Identifies the run.
    pub run: RunId,
    /// The graph's table.
    pub table: &'run Table,
    /// The kind of executor.
    pub backend: Backend,
    /// The number of workers.
    pub workers: usize,
    /// The MPI rank; 0 elsewhere.
    pub rank: usize,
    pub(crate) shared: &'run SharedTable,
}

impl RunEvent<'_> {
    /// The graph's table, for an observer that keeps it beyond the run.
    #[must_use]
    pub fn shared_table(&self) -> SharedTable {
        self.shared.clone()
    }
}

/// An event of a task.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TaskEvent<'run> {
    /// The run.
    pub run: RunId,
    /// The task.
    pub task: TaskRef<'run>,
    /// The element that failed, was caught or is run again, for a task with `each`.
    pub element: Option<usize>,
    /// The worker, from 0; on rayon the index of the thread in its pool.
    pub worker: usize,
    /// The MPI rank; 0 elsewhere.
    pub rank: usize,
    /// The time since the start of the run. All workers of a process read the same monotonic clock. Without the feature
    /// `std` there is no clock, and all times are zero.
    pub at: Duration,
}

/// A run that has ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RunSummary<'run> {
    /// Identifies the run.
    pub run: RunId,
    /// The graph's table.
    pub table: &'run Table,
    /// How long it took.
    pub elapsed: Duration,
    /// How many tasks have finished.
    pub finished: usize,
    /// How many tasks have failed.
    pub failed: usize,
    /// How many tasks did not run.
    pub skipped: usize,
    /// How many tasks were not wanted.
    pub not_wanted: usize,
    /// The outputs of how many tasks were found in the store of the executor.
    pub hits: usize,
    /// How many tasks were not needed, since outputs of others were found in the store.
    pub not_needed: usize,
    /// How many failures were [caught](Observer::caught), each element counted.
    pub caught: usize,
    /// What the run had to do with the store of its executor.
    pub store: StoreSummary,
}

/// What a run had to do with a store. All is 0 if its executor has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreSummary {
    /// How many of the hits another executable has written: another build of the program, or another program.
    pub other_builds: usize,
    /// The bytes of all outputs that were read.
    pub bytes_read: u64,
    /// The bytes of all outputs that were written.
    pub bytes_written: u64,
    /// How long the run has waited at its end until all was written.
    pub waited: Duration,
}

impl RunSummary<'_> {
    /// Whether all tasks have finished, were not wanted or not needed, or were found in a store.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.finished + self.not_wanted + self.hits + self.not_needed == self.table.len()
    }
}

/// Receives no events.
impl Observer for () {
    #[inline]
    fn is_enabled(&self) -> bool {
        false
    }
}

/// Forwards all calls through `$tell` to the observers that `$all` returns, or all but the last one of a run.
macro_rules! forward {
    ($self:ident => $tell:ident($all:expr)) => {
        $crate::observe::forward! { $self => $tell($all) but run_ended }
        $crate::observe::forward! { $self => $tell($all); run_ended(run: &RunSummary<'_>); }
    };
    ($self:ident => $tell:ident($all:expr) but run_ended) => {
        #[inline]
        fn is_enabled(&$self) -> bool {
            $all.into_iter().any(|observer| observer.is_enabled())
        }
        $crate::observe::forward! { $self => $tell($all);
            run_started(run: &RunEvent<'_>);
            waiting(event: &TaskEvent<'_>, limit: &'static str);
            started(event: &TaskEvent<'_>);
            elements(event: &TaskEvent<'_>, done: usize, of: usize);
            ran_elements(event: &TaskEvent<'_>, elapsed: Duration);
            finished(event: &TaskEvent<'_>, elapsed: Duration);
            not_wanted(event: &TaskEvent<'_>);
            hit(event: &TaskEvent<'_>);
            not_needed(event: &TaskEvent<'_>);
            caught(event: &TaskEvent<'_>, failure: &Failure);
            retried(event: &TaskEvent<'_>, attempt: u32, failure: &Failure);
            sent(event: &TaskEvent<'_>, to: usize, bytes: u64);
            failed(event: &TaskEvent<'_>, failure: &Failure);
            skipped(event: &TaskEvent<'_>);
        }
    };
    ($self:ident => $tell:ident($all:expr); $method:ident($($name:ident: $type:ty),*); $($rest:tt)*) => {
        fn $method(&$self, $($name: $type),*) {
            $tell($all, |observer| observer.$method($($name),*));
        }
        $crate::observe::forward! { $self => $tell($all); $($rest)* }
    };
    ($self:ident => $tell:ident($all:expr);) => {};
}

pub(crate) use forward;

/// Calls the observer.
#[inline]
pub(crate) fn tell<O: Observer + ?Sized>([observer]: [&O; 1], event: impl FnOnce(&O)) {
    event(observer);
}

/// Calls the observer, if there is one and it is enabled.
fn tell_one<'o, O: Observer + ?Sized + 'o>(
    observer: impl IntoIterator<Item = &'o O>,
    event: impl FnOnce(&O),
) {
    if let Some(observer) = observer.into_iter().next().filter(|observer| observer.is_enabled()) {
        event(observer);
    }
}

/// Calls the enabled ones. If the first one panics, the second one is called before the panic continues.
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

/// The observer, if there is one.
impl<O: Observer> Observer for Option<O> {
    forward! { self => tell_one(self.iter()) }
}

/// Both, in this order.
impl<A: Observer, B: Observer> Observer for (A, B) {
    forward! { self => tell_both([&self.0 as &dyn Observer, &self.1]) }
}
