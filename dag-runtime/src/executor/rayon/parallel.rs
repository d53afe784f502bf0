//! A run that the threads of a pool share.

use std::time::Instant;

use ::rayon::{current_num_threads, current_thread_index, scope};

use super::context::RunContext;
use super::flow::Flow;
use super::lists::Lists;
use super::nesting::{Message, scoped, send};
use super::pool_worker::PoolWorker;
use super::shared_state::SharedState;
use super::walk::{Course, Walk};
use crate::backend::Backend;
use crate::error::Error;
use crate::executor::given::Given;
use crate::executor::outcome;
use crate::graph::Job;
use crate::observe::Monitor;

/// How a run that is shared begins.
pub(super) enum Begin<'run> {
    /// When these tasks are done.
    After(&'run [u32]),
    /// On one thread only, until then.
    Alone(Instant),
    ByLists(&'run Lists),
}

/// Runs the tasks of a job on the threads of the current pool. Says whether one has run them all, as far as that is looked
/// at.
pub(super) fn run_shared(
    begin: Begin<'_>,
    job: &(dyn Job + Sync),
    monitor: &(dyn Monitor + Sync),
    keep_going: bool,
    given: &Given,
) -> Result<bool, Error> {
    let (view, threads) = (job.view(), current_num_threads());
    let measured = given.of(job.table());
    let flow = |done| {
        let urgency = measured.as_deref().map_or_else(|| view.urgency(), |measured| measured.urgency(view));
        Flow::new(view, urgency, u32::try_from(threads).unwrap_or(u32::MAX), keep_going, done)
    };
    let (course, hold_back) = match begin {
        Begin::After(done) => (Course::Flow(flow(done)), None),
        Begin::Alone(until) => (Course::Flow(flow(&[])), Some(until)),
        Begin::ByLists(lists) => (Course::Walk(Walk::new(view, lists)), None),
    };
    let context = RunContext::new(job, monitor, keep_going);
    let mut state = SharedState::new(context, course, hold_back, threads);
    if let Some(watch) = state.context.watch() {
        outcome::start(&watch, Backend::Rayon, threads)?;
    }
    if current_thread_index().is_some() {
        run_all(&state);
    } else {
        // A thread of the global pool begins.
        scope(|_| run_all(&state));
    }
    state.end()?;
    Ok(!*state.helped.get_mut())
}

/// Runs all tasks: what the first worker does.
fn run_all(state: &SharedState<'_>) {
    scoped(&mut |sharing| {
        let list = |list| send(sharing, state, Message::Walk(list));
        state.course.start(&PoolWorker { state, sharing }, list);
    });
    // All jobs have ended. Tasks are left where all workers that were sent for them were refused.
    while let Some(flow) = state.course.flow().filter(|flow| flow.has_left_tasks()) {
        scoped(&mut |sharing| _ = flow.take_up(&PoolWorker { state, sharing }));
    }
}
