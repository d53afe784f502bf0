//! What the workers of a run on a pool share.

use alloc::boxed::Box;

use super::context::{RunContext, worker_index};
use super::dynamic_run::DynamicRun;
use super::each_task::EachTask;
use super::run_mode::RunMode;
use super::worker_clock::Measure;
use crate::error::Error;
use crate::executor::outcome;

/// What the workers of a run on a pool share.
pub(super) struct SharedState<'run> {
    pub(super) context: RunContext<'run>,
    /// The tasks that run once for each element of an output.
    pub(super) each_tasks: Box<[EachTask]>,
    pub(super) mode: RunMode<'run>,
    pub(super) measure: Option<Measure<'run>>,
}

impl<'run> SharedState<'run> {
    /// The state of a run on `threads` threads that has not started.
    pub(super) fn new(
        context: RunContext<'run>,
        mode: RunMode<'run>,
        measure: Option<Measure<'run>>,
        threads: usize,
    ) -> Self {
        let each_tasks = mode.dynamic().map(DynamicRun::each_tasks).into_iter().flatten();
        SharedState {
            context,
            each_tasks: each_tasks.map(|node| EachTask::new(node, threads)).collect(),
            mode,
            measure,
        }
    }

    /// Stops the run, before this task has started.
    #[cold]
    pub(super) fn stop_at(&self, node: u32) {
        if let Some(dynamic) = self.mode.dynamic() {
            dynamic.stop(node);
        }
    }

    /// Ends the run, after all workers have left.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        for each in &self.each_tasks {
            // Some may be open, if the run was stopped.
            self.fail_by_element(each);
            each.clear();
        }
        let failures = self.context.take_failures();
        let watch = self.context.watch();
        let dynamic = self.mode.dynamic();
        let job = self.context.job;
        if !failures.is_empty() || dynamic.is_some_and(DynamicRun::is_stopped) {
            let not_started = &mut dynamic.into_iter().flat_map(DynamicRun::drain_ready);
            outcome::release_all(job, &failures);
            let (table, watch) = (job.table(), watch.as_ref());
            return Err(outcome::fail(table, Some(job), watch, worker_index(), failures, not_started));
        }
        match watch {
            Some(watch) => outcome::succeed(job, &watch),
            None => Ok(()),
        }
    }

    /// Reports the first failed element of a task and records all failed ones. Returns whether there is one.
    pub(super) fn fail_by_element(&self, each: &EachTask) -> bool {
        let failures = each.take_failures();
        let failed = !failures.is_empty();
        if failed {
            self.context.fail_all(failures);
        }
        failed
    }
}
