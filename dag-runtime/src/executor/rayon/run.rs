//! Whether a run is serial or parallel, and on which pool.

use std::time::{Duration, Instant};

use ::rayon::{ThreadPool, current_num_threads, current_thread_index};

use super::context::worker_index;
use super::cutoff::{is_short, suits_static};
use super::history::{Expectation, History};
use super::parallel::{Start, run_parallel};
use super::static_run::StaticSchedule;
use crate::backend::Backend;
use crate::error::Error;
use crate::executor::cost_overrides::CostOverrides;
use crate::executor::deadline::Deadline;
use crate::executor::serial;
use crate::graph::{Job, StaticJob};
#[cfg(all(test, not(loom)))]
use crate::observe::Unobserved;
use crate::observe::{Monitor, Watch, is_watched};

/// Runs all tasks of a job on a pool, or on the current pool.
#[inline]
pub(in crate::executor) fn run(
    pool: Option<&ThreadPool>,
    job: &(impl StaticJob + Sync),
    monitor: &(dyn Monitor + Sync),
    keep_going: bool,
    overrides: &CostOverrides,
) -> Result<(), Error> {
    let run_serial = |deadline: Option<&Deadline>| serial::run_unobserved(job, deadline);
    RunRequest { job, run_serial: &run_serial, monitor, keep_going, overrides }.run_on(pool)
}

/// The arguments of a run. Not generic, so that the methods are not compiled again for each graph.
struct RunRequest<'run> {
    job: &'run (dyn Job + Sync),
    /// Runs the job on this thread, until a deadline if there is one.
    run_serial: &'run (dyn Fn(Option<&Deadline>) -> Result<(), Error> + Sync),
    monitor: &'run (dyn Monitor + Sync),
    keep_going: bool,
    overrides: &'run CostOverrides,
}

impl RunRequest<'_> {
    /// Runs on this pool, or on the current pool.
    fn run_on(&self, pool: Option<&ThreadPool>) -> Result<(), Error> {
        match pool {
            // Tasks see the pool of their executor.
            Some(pool) if pool.current_thread_index().is_none() => pool.install(|| self.run()),
            _ => self.run(),
        }
    }

    fn run(&self) -> Result<(), Error> {
        let &RunRequest { job, run_serial, monitor, keep_going, overrides } = self;
        let threads = u32::try_from(current_num_threads()).unwrap_or(u32::MAX);
        if threads == 1 {
            // No other thread can help. So the run needs no state of its tasks, and the order is the serial one.
            let watch = Watch::of(&monitor, job.table());
            if watch.is_some() || keep_going {
                return serial::run_observed(job, watch, Backend::Rayon, worker_index(), keep_going);
            }
            return run_serial(None);
        }
        if is_watched(monitor) || keep_going {
            // Such a run says nothing about how long a plain one takes.
            return run_parallel(Start::Dynamic(&[]), job, monitor, keep_going, overrides);
        }
        let is_inside = current_thread_index().is_some();
        let (base, history) = (if is_inside { HELP_COST } else { ENTER_COST }, History::of(job.table()));
        let expected = history.expected();
        let tasks = u32::try_from(job.view().len()).unwrap_or(u32::MAX);
        if expected == Expectation::Serial {
            // Outside of any pool this is the caller's thread. Its tasks see the global pool there too.
            let deadline = Deadline::new(base, history.parallel_time(), tasks);
            run_serial(Some(&deadline))?;
            let (took, fast, short) = deadline.verdict(tasks);
            history.record_serial(took, fast, short);
            let Some(done) = deadline.missed() else { return Ok(()) };
            let done = &job.view().serial_order()[..done as usize];
            return run_parallel(Start::Dynamic(done), job, monitor, false, overrides);
        }
        if let Some(schedule) = schedule_for(job, threads, tasks, overrides) {
            let start = Instant::now();
            run_parallel(Start::Static(schedule), job, monitor, false, overrides)?;
            let took = start.elapsed();
            history.record_static(took, is_short(took, base, tasks));
            return Ok(());
        }
        let start = Instant::now();
        run_parallel(Start::Dynamic(&[]), job, monitor, false, overrides)?;
        let took = start.elapsed();
        history.record_dynamic(took, is_short(took, base, tasks));
        Ok(())
    }
}

/// How long a short serial run may take beside its tasks, on a thread of the pool: a parallel run needs that long to get
/// help from another thread.
const HELP_COST: Duration = Duration::from_micros(2);

/// The same on any other thread: a parallel run needs that long to enter the pool.
const ENTER_COST: Duration = Duration::from_micros(12);

/// The static schedule that the next parallel run uses, if it does.
fn schedule_for(
    job: &dyn Job,
    threads: u32,
    tasks: u32,
    overrides: &CostOverrides,
) -> Option<&'static StaticSchedule> {
    let (view, history) = (job.view(), History::of(job.table()));
    if threads == 1
        || !suits_static(history.parallel_time(), threads, tasks)
        || overrides.for_graph(job.table()).is_some()
    {
        return None;
    }
    history.static_schedule(view, threads).filter(|_| history.prefers_static())
}

/// Runs a job by a static schedule, whatever its history.
#[cfg(all(test, not(loom)))]
pub(in crate::executor) fn run_static(
    pool: &ThreadPool,
    schedule: &StaticSchedule,
    job: &(dyn Job + Sync),
) -> Result<(), Error> {
    pool.install(|| run_parallel(Start::Static(schedule), job, &Unobserved, false, &CostOverrides::NONE))
}

/// The number of threads of a pool, or of the current pool.
pub(in crate::executor) fn threads(pool: Option<&ThreadPool>) -> usize {
    pool.map_or_else(current_num_threads, ThreadPool::current_num_threads)
}
