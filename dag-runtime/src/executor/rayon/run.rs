//! How a run goes: on one thread or shared, and where.

use std::time::{Duration, Instant};

use ::rayon::{ThreadPool, current_num_threads, current_thread_index};

use super::context::worker_index;
use super::cutoff::{alone_limit, is_for_lists, is_small};
use super::history::{Expected, History};
use super::lists::Lists;
use super::parallel::{Begin, run_shared};
use crate::backend::Backend;
use crate::error::Error;
use crate::executor::deadline::Deadline;
use crate::executor::given::Given;
use crate::executor::serial;
use crate::graph::{Job, StaticJob};
#[cfg(all(test, not(loom)))]
use crate::observe::Unobserved;
use crate::observe::{Monitor, Watch, is_watched};

/// Runs all tasks of a job on a pool, or on the current one.
#[inline]
pub(in crate::executor) fn run(
    pool: Option<&ThreadPool>,
    job: &(impl StaticJob + Sync),
    monitor: &(dyn Monitor + Sync),
    keep_going: bool,
    given: &Given,
) -> Result<(), Error> {
    let alone = |deadline: Option<&Deadline>| serial::run_plainly(job, deadline);
    Way { job, alone: &alone, monitor, keep_going, given }.run_on(pool)
}

/// How a run is asked for. Not generic, so that programs do not have to compile what comes of it.
struct Way<'run> {
    job: &'run (dyn Job + Sync),
    /// Runs the job on one thread, until a deadline if there is one.
    alone: &'run (dyn Fn(Option<&Deadline>) -> Result<(), Error> + Sync),
    monitor: &'run (dyn Monitor + Sync),
    keep_going: bool,
    given: &'run Given,
}

impl Way<'_> {
    /// On this pool, or on the current one.
    fn run_on(&self, pool: Option<&ThreadPool>) -> Result<(), Error> {
        match pool {
            // The tasks of a pool see that pool.
            Some(pool) if pool.current_thread_index().is_none() => pool.install(|| self.run()),
            _ => self.run(),
        }
    }

    fn run(&self) -> Result<(), Error> {
        let &Way { job, alone, monitor, keep_going, given } = self;
        let threads = u32::try_from(current_num_threads()).unwrap_or(u32::MAX);
        if threads == 1 {
            // Nobody to share with: no state of the tasks is needed, and the order is the serial one.
            let watch = Watch::of(&monitor, job.table());
            if watch.is_some() || keep_going {
                return serial::run_watched(job, watch, Backend::Rayon, worker_index(), keep_going);
            }
            return alone(None);
        }
        if is_watched(monitor) || keep_going {
            // The time of such a run does not predict that of a run without.
            return run_shared(Begin::After(&[]), job, monitor, keep_going, given).map(|_| ());
        }
        let is_inside = current_thread_index().is_some();
        let (base, history) = (if is_inside { SHARING } else { ENTERING }, History::of(job.table()));
        let expected = history.expected();
        let tasks = u32::try_from(job.view().len()).unwrap_or(u32::MAX);
        if expected == Expected::Alone {
            // Outside of any pool on the caller's thread: its tasks see the global pool all the same.
            let deadline = Deadline::new(base, history.shared(), tasks);
            alone(Some(&deadline))?;
            let (took, fast, short) = deadline.verdict(tasks);
            history.tell_alone(took, fast, short);
            let Some(done) = deadline.missed() else { return Ok(()) };
            let done = &job.view().serial_order()[..done as usize];
            return run_shared(Begin::After(done), job, monitor, false, given).map(|_| ());
        }
        let is_shared = expected == Expected::Shared;
        if let Some(lists) = is_shared.then(|| lists_of(job, threads, tasks, given)).flatten() {
            let start = Instant::now();
            run_shared(Begin::ByLists(lists), job, monitor, false, given)?;
            let took = start.elapsed();
            history.tell_listed(took, is_small(took, base, tasks));
            return Ok(());
        }
        let start = Instant::now();
        let hold_back =
            (expected == Expected::Maybe).then(|| start + alone_limit(history.without_lists(), base, tasks));
        let begin = hold_back.map_or(Begin::After(&[]), Begin::Alone);
        let alone = run_shared(begin, job, monitor, false, given)?;
        let end = Instant::now();
        match hold_back {
            Some(limit) => history.tell_tried(alone && end <= limit),
            None => history.tell_shared(end - start, is_small(end - start, base, tasks)),
        }
        Ok(())
    }
}

/// What a short run may take beside its tasks, on a thread of the pool: what it costs to have another
/// one help.
const SHARING: Duration = Duration::from_micros(2);

/// The same on another thread: what it costs to enter the pool.
const ENTERING: Duration = Duration::from_micros(12);

/// The lists by which the next run is to be shared, if it is.
fn lists_of(job: &dyn Job, threads: u32, tasks: u32, given: &Given) -> Option<&'static Lists> {
    let (view, history) = (job.view(), History::of(job.table()));
    if threads == 1 || !is_for_lists(history.shared(), threads, tasks) || given.of(job.table()).is_some() {
        return None;
    }
    history.lists(view, threads).filter(|_| history.prefers_lists())
}

/// Runs a job by lists, whatever is known of its runs.
#[cfg(all(test, not(loom)))]
pub(in crate::executor) fn run_by_lists(
    pool: &ThreadPool,
    lists: &Lists,
    job: &(dyn Job + Sync),
) -> Result<(), Error> {
    pool.install(|| run_shared(Begin::ByLists(lists), job, &Unobserved, false, &Given::NONE)).map(|_| ())
}

/// How many threads a pool, or the current one, has.
pub(in crate::executor) fn threads(pool: Option<&ThreadPool>) -> usize {
    pool.map_or_else(current_num_threads, ThreadPool::current_num_threads)
}
