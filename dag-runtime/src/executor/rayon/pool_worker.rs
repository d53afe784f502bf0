//! One worker of a run, on a thread of the pool.

use core::ops::Range;
use core::sync::atomic::Ordering;
use std::time::Instant;

use super::context::{RunContext, worker_index};
use super::flow::{Ran, Worker};
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

    fn run_elements(&self, _: u32, each: usize, elements: Range<usize>) -> Ran {
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
    fn recruit(&self) {
        send(self.sharing, self.state, Message::Work);
    }

    #[cold]
    fn offer(&self) {
        send(self.sharing, self.state, Message::Offer);
    }
}

/// Runs one task.
#[inline]
fn call(context: &RunContext<'_>, node: u32) -> Outcome<()> {
    let position = Position::new();
    #[allow(unsafe_code)]
    // SAFETY: the flow, or the walk before it, has a task run once, by a worker to which all its
    // dependencies have finished; the flow has an output released once all its readers are done.
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
    // SAFETY: the flow has an output released when it was the last thing that its last reader did,
    // and by a worker that sees what all readers did.
    unsafe { job.slots().release(job.view().place(node)) }
}

impl Receiver for SharedState<'_> {
    fn receive<'scope>(&'scope self, message: Message, here: Spot, sharing: &Sharing<'_, 'scope>) {
        let (worker, is_clear) = (PoolWorker { state: self, sharing }, here.is_clear(sharing.began()));
        let helped = match (message, self.course.flow()) {
            (Message::Walk(list), _) => {
                self.course.walk(list, is_clear, &worker);
                false
            }
            (_, None) => false,
            (Message::Work, Some(flow)) if is_clear => {
                if let Some(until) = self.hold_back {
                    flow.hold_back(|| Instant::now() >= until);
                }
                flow.work(&worker)
            }
            (Message::Work, Some(flow)) => {
                flow.refuse(&worker);
                false
            }
            (Message::Offer, Some(flow)) if is_clear => flow.take_up(&worker),
            (Message::Offer, Some(flow)) => {
                waiting::hold(sharing.began(), |other| match other {
                    Some(other) => flow.pass_on(&worker, other),
                    None => flow.park(),
                });
                false
            }
        };
        if helped {
            self.helped.store(true, Ordering::Relaxed);
        }
    }
}
