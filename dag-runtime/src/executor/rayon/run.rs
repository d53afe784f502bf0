//! Whether a run is serial or parallel, and on which pool.

use std::time::Instant;

use ::rayon::ThreadPool;

use super::context::{threads, worker_index};
use super::history::{Decision, History, SerialClock};
use super::parallel::{Start, run_parallel};
use super::sharing_cost::{self, sharing_cost};
#[cfg(all(test, not(loom)))]
use super::static_run::StaticSchedule;
use super::worker_clock::Measure;
use crate::backend::Backend;
use crate::error::Error;
use crate::executor::checkpoints::Checkpoints;
use crate::executor::cost_overrides::CostOverrides;
use crate::executor::serial;
#[cfg(feature = "store")]
use crate::graph::KeptGraph;
use crate::graph::{Job, Needs, StaticJob};
#[cfg(feature = "store")]
use crate::keep;
#[cfg(all(test, not(loom)))]
use crate::observe::Unobserved;
use crate::observe::{Monitor, is_watched};
#[cfg(feature = "store")]
use crate::store::Store;

/// Where a run takes place.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) enum RunPlace<'run> {
    /// On the current pool.
    Current,
    /// On this pool, which the thread that starts the run enters first.
    Inside(&'run ThreadPool),
    /// On the thread that starts the run, with help of this pool.
    Beside(&'run ThreadPool),
}

impl<'run> RunPlace<'run> {
    /// In this pool, or in the current pool.
    pub(in crate::executor) fn inside(pool: Option<&'run ThreadPool>) -> Self {
        pool.map_or(RunPlace::Current, RunPlace::Inside)
    }

    /// How many threads run tasks at most.
    fn threads(self) -> usize {
        match self {
            RunPlace::Current => threads(None),
            RunPlace::Inside(pool) | RunPlace::Beside(pool) => threads(Some(pool)),
        }
    }
}

/// Runs all tasks of a job whose graph has no limits.
#[inline]
pub(in crate::executor) fn run(
    place: RunPlace<'_>,
    job: &(impl StaticJob + Sync),
    monitor: &(dyn Monitor + Sync),
    keep_going: bool,
    overrides: &CostOverrides,
) -> Result<(), Error> {
    let run_serial = |checkpoints: Option<&Checkpoints<'_>>| serial::run_unobserved(job, checkpoints);
    let run_serial = &run_serial;
    RunRequest { job, run_serial, monitor, keep_going, overrides, pool: None, needs: None, measured: true }
        .run_at(place)
}

/// Runs all tasks of a job whose graph has limits.
pub(in crate::executor) fn run_limited(
    place: RunPlace<'_>,
    job: &(dyn Job + Sync),
    monitor: &(dyn Monitor + Sync),
    keep_going: bool,
    overrides: &CostOverrides,
) -> Result<(), Error> {
    // Limits that the threads keep anyway decide nothing.
    let needs = Needs::of(job)?.and_then(|needs| needs.binding(place.threads()));
    let run_serial = |checkpoints: Option<&Checkpoints<'_>>| {
        let job: &dyn Job = job;
        serial::run_unobserved(&job, checkpoints)
    };
    let (run_serial, needs) = (&run_serial, needs.as_ref());
    RunRequest { job, run_serial, monitor, keep_going, overrides, pool: None, needs, measured: true }
        .run_at(place)
}

/// Runs all tasks of a graph with `keep`, with a store.
#[cfg(feature = "store")]
pub(in crate::executor) fn run_kept(
    place: RunPlace<'_>,
    graph: &(dyn KeptGraph + Sync),
    store: &Store,
    monitor: &(dyn Monitor + Sync),
    keep_going: bool,
    overrides: &CostOverrides,
) -> Result<(), Error> {
    keep::run(graph, store, monitor, |job, monitor| {
        let needs = Needs::of(job)?.and_then(|needs| needs.binding(place.threads()));
        let run_serial = |checkpoints: Option<&Checkpoints<'_>>| {
            let job: &dyn Job = job;
            serial::run_unobserved(&job, checkpoints)
        };
        let (run_serial, needs) = (&run_serial, needs.as_ref());
        let request = RunRequest {
            job,
            run_serial,
            monitor,
            keep_going,
            overrides,
            pool: None,
            needs,
            measured: false,
        };
        request.run_at(place)
    })
}

/// The arguments of a run. Not generic, so that the methods are not compiled again for each graph.
#[derive(Clone, Copy)]
struct RunRequest<'run> {
    job: &'run (dyn Job + Sync),
    /// Runs the job on this thread, until a checkpoint ends the run if there are any. Asks there, or soon after.
    run_serial: &'run (dyn Fn(Option<&Checkpoints<'_>>) -> Result<(), Error> + Sync),
    monitor: &'run (dyn Monitor + Sync),
    keep_going: bool,
    overrides: &'run CostOverrides,
    /// The pool whose threads help. None stands for the current pool.
    pool: Option<&'run ThreadPool>,
    /// What tasks take of the limits that the run has to keep, if there are any.
    needs: Option<&'run Needs>,
    /// Whether it tells how long the tasks take, as one where none is left out.
    measured: bool,
}

impl<'run> RunRequest<'run> {
    fn run_at(self, place: RunPlace<'run>) -> Result<(), Error> {
        match place {
            RunPlace::Current => self.run(),
            RunPlace::Inside(pool) | RunPlace::Beside(pool) if pool.current_thread_index().is_some() => {
                self.run()
            }
            // Tasks see the pool of their executor; and an observer is told which of its threads runs a task.
            RunPlace::Inside(pool) => pool.install(|| self.run()),
            RunPlace::Beside(pool) if is_watched(self.monitor) => pool.install(|| self.run()),
            RunPlace::Beside(pool) => RunRequest { pool: Some(pool), ..self }.run(),
        }
    }

    /// Runs on this thread, with help of the pool.
    fn run(&self) -> Result<(), Error> {
        let &RunRequest { job, run_serial, monitor, keep_going, overrides, pool, .. } = self;
        let threads = u32::try_from(threads(pool)).unwrap_or(u32::MAX);
        if threads == 1 {
            // No other thread can help. So the run needs no state of its tasks, and the order is the serial one.
            if is_watched(monitor) || keep_going {
                return serial::run_observed(job, monitor, Backend::Rayon, worker_index(), keep_going);
            }
            return run_serial(None);
        }
        if is_watched(monitor) || keep_going || !self.measured {
            // Such a run says nothing about how long a plain one takes.
            return run_parallel(pool, self.start(&[]), job, monitor, keep_going, overrides, None);
        }
        let history = History::of(job.table());
        if !history.is_wide() {
            return run_serial(None);
        }
        if history.has_unknown() {
            if let Some(costs) = overrides.for_graph(job.shared_table()) {
                history.expect(&costs);
            }
        }
        let measure = Measure { history, sharing_cost: sharing_cost() };
        match history.decision(measure.sharing_cost) {
            // Outside of any pool this is the caller's thread. Its tasks see the global pool there too.
            Decision::Serial => self.run_serially(job.view().len() as u32, measure, run_serial)?,
            Decision::SerialUpTo(limit) => {
                let run_exactly = |checkpoints: Option<&Checkpoints<'_>>| {
                    let job: &dyn Job = job;
                    serial::run_unobserved(&job, checkpoints)
                };
                self.run_serially(limit, measure, &run_exactly)?;
            }
            Decision::Dynamic => self.run_dynamic(&[], measure)?,
            Decision::Static => self.run_static(threads, measure)?,
        }
        history.settle(measure.sharing_cost);
        Ok(())
    }

    /// Runs up to `limit` tasks on this thread, and the rest on several.
    fn run_serially(
        &self,
        limit: u32,
        measure: Measure<'_>,
        run: &dyn Fn(Option<&Checkpoints<'_>>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (order, start) = (self.job.view().serial_order(), Instant::now());
        let nanos = || start.elapsed().as_nanos() as u64;
        let clock = SerialClock::new(measure.history, order, limit, measure.sharing_cost);
        run(Some(&Checkpoints::new(1, &|done| clock.next(done, nanos()))))?;
        match clock.end(nanos) {
            Some(done) => self.run_dynamic(&order[..done as usize], measure),
            None => {
                if clock.nanos() > sharing_cost::MIN.into() {
                    sharing_cost::measure_again();
                }
                Ok(())
            }
        }
    }

    /// Runs all tasks but those in `done`, which have finished.
    fn run_dynamic(&self, done: &[u32], measure: Measure<'_>) -> Result<(), Error> {
        let &RunRequest { job, monitor, overrides, pool, .. } = self;
        sharing_cost::measure_again();
        run_parallel(pool, self.start(done), job, monitor, false, overrides, Some(measure))
    }

    /// A dynamic run, after these tasks have finished.
    fn start<'a>(&'a self, done: &'a [u32]) -> Start<'a> {
        match self.needs {
            Some(needs) => Start::Limited(done, needs),
            None => Start::Dynamic(done),
        }
    }

    /// Runs by a static schedule, if there is one.
    fn run_static(&self, threads: u32, measure: Measure<'_>) -> Result<(), Error> {
        let &RunRequest { job, monitor, overrides, pool, .. } = self;
        let is_overridden = overrides.for_graph(job.shared_table()).is_some();
        // A schedule knows no limits.
        let is_dynamic = is_overridden || self.needs.is_some();
        let Some(schedule) = measure.history.static_schedule(threads).filter(|_| !is_dynamic) else {
            return self.run_dynamic(&[], measure);
        };
        sharing_cost::measure_again();
        let measure = measure.history.measures_static().then_some(measure);
        run_parallel(pool, Start::Static(schedule), job, monitor, false, overrides, measure)
    }
}

/// Runs a job by a static schedule, whatever its history.
#[cfg(all(test, not(loom)))]
pub(in crate::executor) fn run_static(
    pool: &ThreadPool,
    schedule: &StaticSchedule,
    job: &(dyn Job + Sync),
) -> Result<(), Error> {
    pool.install(|| {
        run_parallel(None, Start::Static(schedule), job, &Unobserved, false, &CostOverrides::NONE, None)
    })
}
