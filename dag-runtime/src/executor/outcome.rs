//! How runs start and end, on every executor.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write;

use crate::backend::Backend;
use crate::error::{Cause, Error, ErrorKind, Failure, guard};
use crate::graph::Job;
use crate::observe::Watch;
use crate::table::Table;
use crate::unwind::ignore;

/// A task that has failed.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) node: u32,
    /// The element at which it failed, where it runs once for each of several.
    pub(super) element: Option<usize>,
    pub(super) failure: Failure,
    /// Whether it had finished: the panic came when its output was dropped.
    pub(super) finished: bool,
}

impl Failed {
    /// It, by the names of the table.
    pub(super) fn cause(self, table: &'static Table) -> Cause {
        let mut task = name(table, self.node);
        if let Some(element) = self.element {
            let _ = write!(task, "[{element}]");
        }
        Cause::of_task(task, self.failure)
    }
}

/// Tells that a run starts.
///
/// # Errors
///
/// Fails where the observer panics. No task may run then.
#[cold]
pub(super) fn start(watch: &Watch<'_>, backend: Backend, workers: usize) -> Result<(), Error> {
    guard(|| watch.run_started(backend, workers)).map_err(|failure| {
        let table = watch.table();
        Error::run(table.graph(), ErrorKind::Start, failure, names(table, |_| true))
    })
}

/// Ends a run in which all tasks have finished.
///
/// # Errors
///
/// Fails where the observer panics.
#[cold]
pub(super) fn succeed(job: &dyn Job, watch: &Watch<'_>) -> Result<(), Error> {
    guard(|| watch.run_ended(0, 0)).map_err(|failure| {
        release_all(job);
        Error::run(job.table().graph(), ErrorKind::End, failure, Vec::new())
    })
}

/// Ends a run in which tasks have failed, or that was stopped. `held_back` are those that were ready to run and did not;
/// all that depends on a task that has not finished was not ready. No output is left: see [`release_all`].
#[cold]
pub(super) fn fail(
    table: &'static Table,
    watch: Option<&Watch<'_>>,
    worker: usize,
    mut failures: Vec<Failed>,
    held_back: &mut dyn Iterator<Item = u32>,
) -> Error {
    let mut finished = vec![true; table.len()];
    for failed in failures.iter().filter(|failed| !failed.finished) {
        finished[failed.node as usize] = false;
    }
    let mut skipped = vec![false; table.len()];
    // One that runs once for each of several elements may have failed, and be held back with the rest.
    held_back.for_each(|node| skipped[node as usize] = finished[node as usize]);
    let view = table.view();
    for &node in view.serial_order() {
        let blocked = view.dependencies_of(node).iter().any(|&k| !finished[k as usize]);
        skipped[node as usize] |= blocked;
        finished[node as usize] &= !skipped[node as usize];
    }

    failures.sort_by_key(|failed| (failed.node, failed.element));
    if let Some(watch) = watch {
        let mut skipped_count = 0;
        for node in (0..table.len() as u32).filter(|&node| skipped[node as usize]) {
            ignore(|| watch.skipped(node, worker));
            skipped_count += 1;
        }
        let failed_count = failures.chunk_by(|a, b| a.node == b.node).count();
        ignore(|| watch.run_ended(failed_count, skipped_count));
    }
    let skipped = names(table, |node| skipped[node as usize]);
    if failures.is_empty() {
        return Error::stopped(table.graph(), skipped);
    }
    Error::tasks(table.graph(), failures.into_iter().map(|failed| failed.cause(table)).collect(), skipped)
}

/// Drops all outputs that are there, after a run: no more is needed of them where it has failed, and a second panic
/// in the drop of the slots would abort the process.
#[cold]
pub(super) fn release_all(job: &dyn Job) {
    /// Drops the output of a task, if it is there.
    #[allow(unsafe_code)]
    fn release(job: &dyn Job, node: u32) {
        // SAFETY: no task runs any more, and a run that fails hands out no output.
        unsafe { job.slots().release(job.view().place(node)) }
    }
    for node in 0..job.table().len() as u32 {
        ignore(|| release(job, node));
    }
}

pub(super) fn names(table: &'static Table, of: impl Fn(u32) -> bool) -> Vec<String> {
    (0..table.len() as u32).filter(|&node| of(node)).map(|node| name(table, node)).collect()
}

fn name(table: &'static Table, node: u32) -> String {
    table.task(node as usize).expect("a task of the table").name().to_string()
}
