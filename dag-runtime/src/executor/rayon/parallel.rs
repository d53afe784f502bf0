//! Parallel runs, on the threads of the current pool.

use ::rayon::{ThreadPool, current_thread_index, scope};

use super::context::{RunContext, threads};
use super::dynamic_run::DynamicRun;
use super::nesting::in_run;
use super::pool_worker::PoolWorker;
use super::run_mode::RunMode;
use super::shared_state::SharedState;
use super::static_run::{StaticRun, StaticSchedule};
use super::worker_clock::Measure;
use crate::backend::Backend;
use crate::error::Error;
use crate::executor::cost_overrides::CostOverrides;
use crate::executor::outcome;
use crate::graph::{Job, Needs};
use crate::observe::Monitor;

/// How a parallel run starts.
pub(super) enum Start<'run> {
    /// Dynamic, after these tasks have finished.
    Dynamic(&'run [u32]),
    /// The same, with limits.
    Limited(&'run [u32], &'run Needs),
    /// By a static schedule.
    Static(&'run StaticSchedule),
}

/// Runs the tasks of a job on this thread and those of a pool, or of the current pool. Records how long they take, if `measure` says where.
pub(super) fn run_parallel(
    pool: Option<&ThreadPool>,
    how: Start<'_>,
    job: &(dyn Job + Sync),
    monitor: &(dyn Monitor + Sync),
    keep_going: bool,
    overrides: &CostOverrides,
    measure: Option<Measure<'_>>,
) -> Result<(), Error> {
    let (view, threads) = (job.view(), threads(pool));
    let measured = overrides.for_graph(job.shared_table());
    let dynamic = |done| {
        let urgency = measured.as_deref().map_or_else(|| view.urgency(), |measured| measured.urgency(view));
        let usual_nanos = measure.and_then(|measure| measure.history.usual_nanos());
        let threads = u32::try_from(threads).unwrap_or(u32::MAX);
        DynamicRun::new(view, urgency, threads, keep_going, done, usual_nanos)
    };
    let mode = match how {
        Start::Dynamic(done) => RunMode::Dynamic(dynamic(done)),
        Start::Limited(done, needs) => RunMode::Dynamic(dynamic(done).with_limits(needs)),
        Start::Static(schedule) => RunMode::Static(StaticRun::new(view, schedule)),
    };
    let context = RunContext::new(job, monitor, keep_going);
    let mut state = SharedState::new(context, mode, measure, threads);
    if let Some(watch) = state.context.watch() {
        outcome::start(&watch, Backend::Rayon, threads)?;
    }
    if state.context.watch().is_some() && current_thread_index().is_none() {
        // An observer is told which thread of the pool runs a task.
        scope(|_| run_all(None, &state));
    } else {
        run_all(pool, &state);
    }
    state.end()
}

/// Runs all tasks, with this thread as the owner of the run.
fn run_all(pool: Option<&ThreadPool>, state: &SharedState<'_>) {
    let mut started = false;
    in_run(pool, state, &mut |scope| {
        let worker = PoolWorker::new(state, scope);
        match state.mode.dynamic() {
            Some(dynamic) if started => dynamic.work(&worker),
            _ if started => {}
            _ => {
                started = true;
                state.mode.start(&worker);
            }
        }
    });
}
