//! Tasks on the threads of a rayon pool.

mod builder;
mod context;
mod dynamic_run;
mod each_task;
mod gate;
mod history;
#[cfg(all(test, loom))]
mod loom;
mod nesting;
mod parallel;
mod pool_worker;
mod run;
mod run_mode;
mod shared_state;
mod sharing_cost;
mod static_run;
mod sync;
#[cfg(all(test, dag_transfers))]
mod transfers;
mod waiting;
mod worker_clock;

use alloc::sync::Arc;

use ::rayon::ThreadPool;

use super::cost_overrides::CostOverrides;
use super::options::{Options, options};
use crate::costs::Costs;
use crate::error::Error;
#[cfg(feature = "store")]
use crate::graph::KeptGraph;
use crate::graph::{Execute, Executor, Frame, Graph, Job, PartialFrame, RawGraph};
use crate::observe::{Monitor, Unobserved};
#[cfg(feature = "store")]
use crate::store::Store;

pub use builder::RayonBuilder;
pub(super) use builder::{most_threads, start_pool, too_many};
pub(super) use context::threads;
#[cfg(feature = "mpi")]
pub(super) use nesting::{
    JobReceiver, Request, RunScope, StackPosition, Then, in_run_on, inside_task, spawn_job,
};
#[cfg(feature = "store")]
pub(super) use run::run_kept;
pub(super) use run::{RunPlace, run, run_limited};
#[cfg(all(test, not(loom)))]
pub(super) use {
    history::{Decision, History},
    run::run_static,
    sharing_cost::sharing_cost,
    static_run::StaticSchedule,
};

/// Runs tasks in parallel, on the threads of a rayon pool.
///
/// A task starts as soon as its dependencies have finished and a thread is idle. Of several ready tasks, the one with the highest
/// [bottom level](crate::TaskRef::bottom_level) starts first; among equal ones, a task that lets outputs be dropped. Tasks that
/// only add an output wait while others are ready, except for the most urgent one of them, so about as many outputs are alive
/// as there are threads. No memory is allocated for a task. An output is dropped as soon as its last reader is done.
/// Where tasks usually take less than 10 µs, or less than 1 µs for each thread, this order holds in larger graphs only among the tasks that each thread has made
/// ready or has stolen, so that threads do not wait for each other.
///
/// A run uses threads of its pool only while it has tasks for them. So several runs and any other work may share a pool, and a
/// task may itself use rayon or run a graph. On a pool of one thread, the tasks run in the order of
/// [`Serial`](struct@crate::Serial).
///
/// No task of a run starts on a thread that is inside of another task of that run, even while that task waits in
/// rayon. So a task may hold a lock, or borrow a thread-local, across a `join`, a `scope`, an iterator or the run of a
/// graph.
///
/// Tasks see the pool that they run on: with [`with_threads(n)`](Rayon::with_threads), `rayon::current_num_threads()` is `n`
/// inside of a task. To enter a pool from outside takes some microseconds for each run. For short runs in a loop, call
/// [`ThreadPool::install`] once around the loop.
///
/// To wake another thread takes some microseconds. So a run measures how long the tasks of each line take, and the next run of the
/// graph starts on one thread if all of them are known to be short, and short together: with [`Rayon::new`] on the caller's
/// thread. If they take longer than expected, the rest of the run is shared. A first run is always shared, where two tasks are
/// ready at a time. A task that was always short and is suddenly long may delay others that are ready, once, by its own time.
/// Tasks must not wait for each other, since they may run on one thread.
///
/// If the tasks of a graph take up to some microseconds and its outputs need no drop, a run may use a static schedule: a sequence
/// of tasks for each thread, computed before. If a thread would wait for another one for more than 30 µs, the rest of the run is
/// scheduled dynamically.
///
/// # Panics
///
/// A run outside of any pool panics if rayon's global pool cannot be started. In the exit handler of a pool, rayon aborts the process
/// if a run sends for help: use [`Serial`](struct@crate::Serial) there.
///
/// # Examples
///
/// ```
/// use dag_runtime::{Rayon, dag, task};
///
/// #[task]
/// fn left() -> u64 { (1..=1000).sum() }
///
/// #[task]
/// fn right() -> u64 { (1..=10).product() }
///
/// #[task(depends = [left, right])]
/// fn both(left: u64, right: u64) -> u64 { left + right }
///
/// dag! { graph Both -> both { left, right, both } }
///
/// assert_eq!(Both.run(&Rayon::new())?, 4_129_300);
/// assert_eq!(Both.run(&Rayon::with_threads(2)?)?, 4_129_300);
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "an executor does nothing until a graph is run on it"]
pub struct Rayon<M = Unobserved> {
    /// None stands for the current pool.
    pool: Option<Arc<ThreadPool>>,
    options: Options<M>,
    overrides: CostOverrides,
    /// Whether runs start on the calling thread, also where this is none of the pool.
    is_inline: bool,
}

options!(Rayon { pool, overrides, is_inline });

impl Rayon {
    /// Runs on the current pool: that of the thread that runs a graph, or else rayon's global pool.
    pub const fn new() -> Self {
        Rayon { pool: None, options: Options::DEFAULT, overrides: CostOverrides::NONE, is_inline: false }
    }

    /// Runs on a pool of its own with this number of threads.
    ///
    /// # Errors
    ///
    /// Fails if `threads` is 0, or more than both 256 and 16 for each CPU, or if the pool cannot be started. Many threads that look
    /// for tasks slow each other down. A larger pool can be passed to [`on_pool`](Rayon::on_pool).
    pub fn with_threads(threads: usize) -> Result<Self, Error> {
        Rayon::builder().threads(threads).build()
    }

    /// Runs on a pool of its own, which is configured by a builder: for instance the size of the threads' stacks.
    pub const fn builder() -> RayonBuilder {
        RayonBuilder::new()
    }

    /// Runs on this pool.
    pub const fn on_pool(pool: Arc<ThreadPool>) -> Self {
        Rayon {
            pool: Some(pool),
            options: Options::DEFAULT,
            overrides: CostOverrides::NONE,
            is_inline: false,
        }
    }
}

impl Default for Rayon {
    fn default() -> Self {
        Rayon::new()
    }
}

impl<M: Monitor + Sync> Rayon<M> {
    /// Runs a job whose graph has limits.
    fn run_limited(&self, job: &(dyn Job + Sync)) -> Result<(), Error> {
        run_limited(self.place(), job, &self.options.monitor, self.options.keep_going, &self.overrides)
    }
}

#[cfg(feature = "store")]
impl<M: Monitor + Sync> Rayon<M> {
    /// Runs a graph with `keep`, with a store.
    fn run_kept(&self, graph: &(dyn KeptGraph + Sync), store: &Store) -> Result<(), Error> {
        let Options { keep_going, ref monitor } = self.options;
        run_kept(self.place(), graph, store, monitor, keep_going, &self.overrides)
    }
}

impl<M> Rayon<M> {
    /// Where runs take place.
    fn place(&self) -> RunPlace<'_> {
        match self.pool.as_deref() {
            Some(pool) if self.is_inline => RunPlace::Beside(pool),
            pool => RunPlace::inside(pool),
        }
    }

    /// Orders tasks by measured costs, in place of those that the graph states.
    ///
    /// The costs are used in runs of the graph that they were measured for. Another call adds the costs of another graph. They
    /// only decide in which order tasks start, and whether the first run of a graph is shared. Unknown names are ignored. A task without a cost gets that of its family, or else
    /// what the graph states, in the scale of the measured costs.
    ///
    /// ```
    /// use dag_runtime::{Rayon, Recorder, dag, task};
    ///
    /// #[task]
    /// fn first() -> u64 { (1..=10).sum() }
    ///
    /// #[task]
    /// fn second() -> u64 { (1..=1_000_000).sum() }
    ///
    /// dag! { graph Sums -> (first, second) { first, second } }
    ///
    /// let (rayon, recorder) = (Rayon::with_threads(2)?, Recorder::new());
    /// Sums.run(&rayon.clone().observe(&recorder))?;
    /// // From here on, the task that takes longer starts first.
    /// let rayon = rayon.costs(&recorder.recording().unwrap().costs());
    /// assert_eq!(Sums.run(&rayon)?, (55, 500_000_500_000));
    /// # Ok::<(), dag_runtime::Error>(())
    /// ```
    pub fn costs(self, costs: &Costs) -> Self {
        Rayon { overrides: self.overrides.with(costs), ..self }
    }

    /// Starts runs on the calling thread, also where this is not a thread of this executor's pool. The threads of the pool
    /// help.
    ///
    /// Otherwise the pool is entered first, which takes some microseconds for each run, 5 to 12 on a usual machine: see
    /// [`ThreadPool::install`] for another way to avoid that. With this option, a short run costs hardly more than on
    /// [`Serial`](struct@crate::Serial), and a run does not wait until a thread of a busy pool is free. In return, tasks that run
    /// on the calling thread do not see the pool: `rayon::join` and iterators in them use the global pool, or that of the
    /// calling thread. So this is for graphs whose tasks do not use rayon. Runs with an observer enter the pool all the same.
    ///
    /// [`Rayon::new`] does this in any case, since tasks outside of any pool see the global pool.
    ///
    /// ```
    /// use dag_runtime::{Rayon, dag, task};
    ///
    /// #[task]
    /// fn moved(x: f64) -> f64 { x + 1.0 }
    ///
    /// dag! { graph Frame(x: f64) -> moved { moved(x) } }
    ///
    /// let rayon = Rayon::with_threads(2)?.inline();
    /// let end = (0..1000).try_fold(0.0, |x, _| Frame { x }.run(&rayon))?;
    /// assert_eq!(end, 1000.0);
    /// # Ok::<(), dag_runtime::Error>(())
    /// ```
    pub fn inline(self) -> Self {
        Rayon { is_inline: true, ..self }
    }
}

impl<G: Graph, M: Monitor + Sync> Executor<G> for Rayon<M> where for<'run> Frame<'run, G>: Sync {}

impl<G: RawGraph, M: Monitor + Sync> Execute<G> for Rayon<M>
where
    for<'run> Frame<'run, G>: Sync,
{
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if const { G::KEEPS } {
            if let Some(store) = self.options.monitor.store() {
                return self.run_kept(frame, store);
            }
        }
        if const { G::IS_LIMITED } {
            return self.run_limited(frame);
        }
        run(self.place(), frame, &self.options.monitor, self.options.keep_going, &self.overrides)
    }

    fn execute_partial(&self, frame: &PartialFrame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if const { G::KEEPS } {
            if let Some(store) = self.options.monitor.store() {
                return self.run_kept(frame, store);
            }
        }
        let job: &(dyn Job + Sync) = frame;
        if const { G::IS_LIMITED } {
            return self.run_limited(job);
        }
        run(self.place(), &job, &self.options.monitor, self.options.keep_going, &self.overrides)
    }
}
