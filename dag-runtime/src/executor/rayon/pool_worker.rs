//! One worker of a run, on a thread of the pool.

use core::ops::Range;
use core::sync::atomic::Ordering;
use std::time::Instant;

use super::context::{RunContext, worker_index};
use super::dynamic_run::{ChunkOutcome, Worker};
use super::nesting::{Message, Receiver, Sharing, Spot, inside, send};
use super::shared_state::SharedState;
use super::waiting;
use crate::error::{Outcome, catch, guard};
use crate::graph::Job;
use crate::slot::{Cx, Position};

/// One worker, on its thread.
pub(super) struct PoolWorker<'a, 'scope, 'run> {
    pub(super) state: &'scope SharedState<'run>,
    pub(super) sharing: &'a Sharing<'a, 'scope>,
}

impl<'scope> Worker for PoolWorker<'_, 'scope, '_> {
    #[inline]
    fn run(&self, node: u32) -> bool {
        match inside(self.sharing.began(), || catch(|| call(&self.state.context, node))) {
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

    fn open(&self, node: u32, each: usize) -> Option<usize> {
        let state = self.state;
        match inside(self.sharing.began(), || catch(|| state.each_tasks[each].open(&state.context))) {
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
        inside(self.sharing.began(), || self.state.each_tasks[each].run(&self.state.context, elements))
    }

    fn close(&self, node: u32, each: usize) -> bool {
        let state = self.state;
        if state.fail_by_element(&state.each_tasks[each]) {
            state.each_tasks[each].clear();
            return false;
        }
        match inside(self.sharing.began(), || catch(|| state.each_tasks[each].close(&state.context))) {
            Ok(()) => true,
            Err(failure) => {
                state.each_tasks[each].clear();
                state.context.fail(node, None, failure, false);
                false
            }
        }
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

    #[cold]
    fn spawn_worker(&self) {
        send(self.sharing, self.state, Message::Work);
    }

    #[cold]
    fn send_hand_off(&self) {
        send(self.sharing, self.state, Message::Offer);
    }
}

/// Runs one task.
#[inline]
fn call(context: &RunContext<'_>, node: u32) -> Outcome<()> {
    let position = Position::new();
    #[allow(unsafe_code)]
    // SAFETY: a dynamic run, or a static run before it, runs a task once, on a worker that sees that all its
    // dependencies have finished; a dynamic run releases an output after all its readers are done.
    let cx = unsafe { Cx::new(&position) };
    let Some(watch) = context.watch() else { return context.job.call(node, &cx) };
    watch.go_on()?;
    let start = watch.started(node, worker_index());
    context.job.call(node, &cx)?;
    watch.finished(node, worker_index(), start);
    Ok(())
}

/// Drops a task's output, if it is there.
#[allow(unsafe_code)]
fn release(job: &dyn Job, node: u32) {
    // SAFETY: a dynamic run releases an output as the last step of its last reader,
    // on a worker that sees what all readers did.
    unsafe { job.slots().release(job.view().place(node)) }
}

impl Receiver for SharedState<'_> {
    fn receive<'scope>(&'scope self, message: Message, here: Spot, sharing: &Sharing<'_, 'scope>) {
        let (worker, may_start) = (PoolWorker { state: self, sharing }, here.is_clear(sharing.began()));
        let helped = match (message, self.mode.dynamic()) {
            (Message::Static(thread), _) => {
                self.mode.run_thread(thread, may_start, &worker);
                false
            }
            (_, None) => false,
            (Message::Work, Some(dynamic)) if may_start => {
                if let Some(until) = self.alone_until {
                    dynamic.wait_while_busy(|| Instant::now() >= until);
                }
                dynamic.work(&worker)
            }
            (Message::Work, Some(dynamic)) => {
                dynamic.refuse(&worker);
                false
            }
            (Message::Offer, Some(dynamic)) if may_start => dynamic.accept_hand_off(&worker),
            (Message::Offer, Some(dynamic)) => {
                waiting::hold(sharing.began(), |other| match other {
                    Some(other) => dynamic.forward_hand_off(&worker, other),
                    None => dynamic.defer_hand_off(),
                });
                false
            }
        };
        if helped {
            self.helped.store(true, Ordering::Relaxed);
        }
    }
}
