//! One worker of a run, on a thread of the pool.

use core::ops::Range;

use super::context::{RunContext, worker_index};
use super::dynamic_run::{ChunkOutcome, Worker};
use super::nesting::{JobReceiver, Place, Request, RunScope, StackPosition, Then, inside_task, spawn_job};
use super::shared_state::SharedState;
use super::waiting;
use super::worker_clock::WorkerClock;
use crate::error::{Outcome, catch, guard};
use crate::executor::call_events::CallEvents;
use crate::executor::retry::retry;
use crate::graph::Job;
use crate::slot::{Cx, ObservedCall, Position};
use crate::unwind::ignore;

/// One worker, on its thread.
pub(super) struct PoolWorker<'a, 'run> {
    pub(super) state: &'a SharedState<'run>,
    pub(super) scope: &'a RunScope<'a>,
    clock: WorkerClock<'run>,
    /// For calls that nobody observes.
    position: Position<'run>,
}

impl<'a, 'run> PoolWorker<'a, 'run> {
    pub(super) fn new(state: &'a SharedState<'run>, scope: &'a RunScope<'a>) -> Self {
        PoolWorker { state, scope, clock: WorkerClock::new(state.measure), position: Position::new() }
    }
}

impl Worker for PoolWorker<'_, '_> {
    fn thread(&self) -> usize {
        worker_index()
    }

    #[inline]
    fn run(&self, node: u32) -> bool {
        self.clock.start(node);
        let result = inside_task(self.scope.run_number(), || {
            catch(|| call(&self.state.context, node, &self.position))
        });
        self.clock.stop(node);
        if self.clock.is_used() && self.state.mode.dynamic().is_none() {
            // By a static schedule, the worker may now wait for another one.
            self.clock.pause();
        }
        match result {
            Ok(()) => true,
            Err(failure) if failure.is_stop() => {
                self.state.stop_at(node);
                false
            }
            Err(failure) => {
                self.state.context.fail(node, None, failure, false);
                false
            }
        }
    }

    fn is_observed(&self) -> bool {
        self.state.context.watch().is_some()
    }

    fn wait(&self, node: u32, limit: u32) {
        if let Some(watch) = self.state.context.watch() {
            ignore(|| watch.waiting(node, worker_index(), limit));
        }
    }

    fn pause(&self) {
        self.clock.pause();
    }

    fn open(&self, node: u32, each: usize) -> Option<usize> {
        let state = self.state;
        match inside_task(self.scope.run_number(), || catch(|| state.each_tasks[each].open(&state.context))) {
            Ok(width) => Some(width),
            Err(failure) if failure.is_stop() => {
                state.stop_at(node);
                None
            }
            Err(failure) => {
                state.each_tasks[each].clear();
                state.context.fail(node, None, failure, false);
                None
            }
        }
    }

    fn run_elements(&self, _: u32, each: usize, elements: Range<usize>) -> ChunkOutcome {
        inside_task(self.scope.run_number(), || {
            self.state.each_tasks[each].run(&self.state.context, elements)
        })
    }

    fn close(&self, node: u32, each: usize) -> bool {
        let state = self.state;
        if state.fail_by_element(&state.each_tasks[each]) {
            state.each_tasks[each].clear();
            return false;
        }
        match inside_task(self.scope.run_number(), || catch(|| state.each_tasks[each].close(&state.context)))
        {
            Ok(()) => {
                self.clock.record(node, state.each_tasks[each].nanos());
                true
            }
            Err(failure) => {
                state.each_tasks[each].clear();
                state.context.fail(node, None, failure, false);
                false
            }
        }
    }

    fn needs_nothing(&self, node: u32) -> bool {
        self.state.context.job.needs_nothing(node)
    }

    fn release(&self, node: u32) -> bool {
        match guard(|| release(self.state.context.job, node)) {
            Ok(()) => true,
            Err(failure) => {
                self.state.context.fail(node, None, failure, true);
                false
            }
        }
    }

    fn call(&self, room: bool) {
        // To wake a thread takes longer than a short task, and is not time of a task.
        self.scope.call(room, || self.clock.pause());
    }

    #[cold]
    fn send_hand_off(&self) {
        self.clock.pause();
        spawn_job(self.scope, Request::HandOff);
    }
}

/// Runs one task.
#[inline]
fn call(context: &RunContext<'_>, node: u32, position: &Position<'_>) -> Outcome<()> {
    let Some(watch) = context.watch() else { return call_unobserved(context, node, position) };
    watch.go_on()?;
    let start = watch.started(node, worker_index());
    let events = CallEvents::new(watch, worker_index(), node);
    let observed = ObservedCall::new(&events);
    let position = Position::observed(Some(&observed));
    call_unobserved(context, node, &position)?;
    watch.ended(node, worker_index(), start, position.take_end());
    Ok(())
}

/// Calls one task, again after an `Err` if it has `retry`.
#[inline]
fn call_unobserved(context: &RunContext<'_>, node: u32, position: &Position<'_>) -> Outcome<()> {
    match call_once(context, node, position) {
        Ok(()) => Ok(()),
        Err(error) => retry(context.job, node, position, error, &mut || call_once(context, node, position)),
    }
}

#[inline]
fn call_once(context: &RunContext<'_>, node: u32, position: &Position<'_>) -> Outcome<()> {
    #[allow(unsafe_code)]
    // SAFETY: a dynamic run, or a static run before it, runs a task once, with all attempts, on a worker that sees that all its
    // dependencies have finished; a dynamic run releases an output after all its readers are done.
    let cx = unsafe { Cx::new(position) };
    context.job.call(node, &cx)
}

/// Drops a task's output, if it is there.
#[allow(unsafe_code)]
fn release(job: &dyn Job, node: u32) {
    // SAFETY: a dynamic run releases an output as the last step of its last reader,
    // on a worker that sees what all readers did.
    unsafe { job.slots().release(job.view().place(node)) }
}

impl JobReceiver for SharedState<'_> {
    fn receive(&self, request: Request, at: StackPosition, scope: &RunScope<'_>) -> Then {
        let (worker, place) = (PoolWorker::new(self, scope), at.place(scope.run_number()));
        let may_start = place != Place::Inside;
        match (request, self.mode.dynamic()) {
            (Request::Work, _) | (_, None) => self.mode.help(may_start, &worker),
            (Request::Resume, Some(dynamic)) => dynamic.resume_hand_off(&worker),
            (Request::HandOff, Some(dynamic)) if may_start => dynamic.accept_hand_off(&worker),
            (Request::HandOff, Some(dynamic)) if waiting::is_forwarding(scope.run_number()) => {
                dynamic.defer_hand_off();
            }
            (Request::HandOff, Some(dynamic)) => {
                if dynamic.forward_hand_off(&worker) {
                    return Then::Forward;
                }
            }
        }
        // In a wait, the thread has to look for what it waits for.
        if place == Place::Top { Then::Linger } else { Then::Leave }
    }

    fn has_work(&self) -> bool {
        self.mode.has_ready_tasks()
    }
}
