//! What the workers of a run on a pool share.

use alloc::boxed::Box;
use core::sync::atomic::AtomicBool;
use std::time::Instant;

use super::context::{RunContext, worker_index};
use super::each::EachTask;
use super::flow::Flow;
use super::walk::Course;
use crate::error::Error;
use crate::executor::outcome::{self, Failed};

/// What the workers of a run on a pool share.
pub(super) struct SharedState<'run> {
    pub(super) context: RunContext<'run>,
    /// Until when the first worker is to be alone, as long as it has a task.
    pub(super) hold_back: Option<Instant>,
    /// Whether another worker has run a task.
    pub(super) helped: AtomicBool,
    /// The tasks that run once for each element of an output.
    pub(super) each_tasks: Box<[EachTask]>,
    pub(super) course: Course<'run>,
}

impl<'run> SharedState<'run> {
    /// The state of a run on `threads` threads, none of which has started.
    pub(super) fn new(
        context: RunContext<'run>,
        course: Course<'run>,
        hold_back: Option<Instant>,
        threads: usize,
    ) -> Self {
        let each_tasks = course.flow().map(Flow::each_tasks).into_iter().flatten();
        SharedState {
            context,
            hold_back,
            helped: AtomicBool::new(false),
            each_tasks: each_tasks.map(|node| EachTask::new(node, threads)).collect(),
            course,
        }
    }

    /// A task was not begun, since nothing is to start any more.
    #[cold]
    pub(super) fn stop_at(&self, node: u32) {
        if let Some(flow) = self.course.flow() {
            flow.stop(node);
        }
    }

    /// Ends the run, in which no worker takes part any more.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        for each in &self.each_tasks {
            // Of a run that was stopped, some may be open.
            self.fail_by_element(each);
            each.clear();
        }
        let failures = self.context.take_failures();
        let watch = self.context.watch();
        let flow = self.course.flow();
        let job = self.context.job;
        if !failures.is_empty() || flow.is_some_and(Flow::is_stopped) {
            let held_back = &mut flow.into_iter().flat_map(Flow::held_back);
            outcome::release_all(job);
            return Err(outcome::fail(job.table(), watch.as_ref(), worker_index(), failures, held_back));
        }
        match watch {
            Some(watch) => outcome::succeed(job, &watch),
            None => Ok(()),
        }
    }

    /// Reports the first failure of an element of a task, if one has failed, and records all. Says whether one has.
    pub(super) fn fail_by_element(&self, each: &EachTask) -> bool {
        let mut failed = each.take_failures().into_iter();
        let Some((element, failure)) = failed.next() else { return false };
        self.context.fail(each.node, element, failure, false);
        let others =
            failed.map(|(element, failure)| Failed { node: each.node, element, failure, finished: false });
        self.context.record(others);
        true
    }
}
