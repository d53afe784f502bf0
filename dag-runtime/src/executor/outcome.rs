//! The start and the end of runs, on every executor.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write;
use core::ops::Range;

use crate::backend::Backend;
use crate::error::{Causes, Error, ErrorKind, Failure, Reason, RunningTask, Stopping, guard};
use crate::graph::Job;
use crate::observe::Watch;
use crate::ordered::sort_by_key;
use crate::table::{Table, TaskRef};
use crate::unwind::ignore;

/// A task that has failed.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) node: u32,
    /// The element at which it failed, if it runs once for each element of an output.
    pub(super) element: Option<usize>,
    pub(super) failure: Failure,
    /// Whether it had finished: then the drop of its output has panicked.
    pub(super) finished: bool,
}

/// Writes the names of tasks that have failed, and of their elements.
pub(super) struct FailedNames<'table> {
    table: &'table Table,
    /// The last task of which an element was named, and the name of the task. There may be very many elements of one task.
    last: (u32, String),
}

impl<'table> FailedNames<'table> {
    pub(super) fn new(table: &'table Table) -> Self {
        FailedNames { table, last: (u32::MAX, String::new()) }
    }

    /// Writes the name to the end of a text.
    pub(super) fn write(&mut self, failed: &Failed, text: &mut String) {
        let Failed { node, element, .. } = *failed;
        let Some(element) = element else {
            let _ = write!(text, "{}", task(self.table, node).name());
            return;
        };
        if self.last.0 != node {
            self.last = (node, name(self.table, node));
        }
        let _ = write!(text, "{}[{element}]", self.last.1);
    }
}

/// Adds failures to others, of which there may be very many.
#[cfg(feature = "rayon")]
pub(super) fn append(all: &mut Vec<Failed>, mut others: Vec<Failed>) {
    if all.is_empty() { *all = others } else { all.append(&mut others) }
}

/// Reports the start of a run.
///
/// # Errors
///
/// Fails if the observer panics. Then no task may run.
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
/// Fails if the observer panics.
#[cold]
pub(super) fn succeed(job: &dyn Job, watch: &Watch<'_>) -> Result<(), Error> {
    guard(|| watch.run_ended(0, 0)).map_err(|failure| {
        release_all(job, &[]);
        Error::run(job.table().graph(), ErrorKind::End, failure, Vec::new())
    })
}

/// Ends a run in which tasks have failed, or that was stopped. `not_started` are the tasks that were ready and did not run.
/// Tasks that depend on an unfinished one were not ready, unless the job says that they need nothing. All outputs have been
/// dropped: see [`release_all`].
#[cold]
pub(super) fn fail(
    table: &Table,
    job: Option<&dyn Job>,
    watch: Option<&Watch<'_>>,
    worker: usize,
    mut failures: Vec<Failed>,
    not_started: &mut dyn Iterator<Item = u32>,
) -> Error {
    let mut finished = vec![true; table.len()];
    for failed in failures.iter().filter(|failed| !failed.finished) {
        finished[failed.node as usize] = false;
    }
    let mut skipped = vec![false; table.len()];
    // A task that runs once for each element may have failed, and be in the ready set with its other elements.
    not_started.for_each(|node| skipped[node as usize] = finished[node as usize]);
    let view = table.view();
    for &node in view.serial_order() {
        let needs_nothing = job.is_some_and(|job| job.needs_nothing(node));
        let blocked = !needs_nothing && view.dependencies_of(node).iter().any(|&k| !finished[k as usize]);
        skipped[node as usize] |= blocked;
        finished[node as usize] &= !skipped[node as usize];
    }

    // By task, then by element, and a task that had finished behind one that had not.
    sort_by_key(&mut failures, |failed| {
        let element = failed.element.map_or(0, |element| element as u64 + 1);
        (u64::from(failed.node), element << 1 | u64::from(failed.finished))
    });
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
        let halt = watch.and_then(Watch::halt);
        let (reason, running) =
            halt.map_or((Reason::Stop(None), Vec::new()), |(reason, running)| (reason.clone(), running));
        let running = running.into_iter().map(|(node, elements)| running_task(table, node, elements, None));
        return Error::stopped(table.graph(), Stopping { reason, running: running.collect() }, skipped);
    }
    let mut names = FailedNames::new(table);
    let causes = Causes::new(failures, |failed, text| {
        names.write(&failed, text);
        (failed.failure, None)
    });
    Error::tasks(table.graph(), causes, skipped)
}

/// Drops all outputs that are there, after a run with these failures, but those that the run returns all the same. A panic in
/// a drop is ignored here; in the drop of the slots, a second panic would abort the process.
#[cold]
pub(super) fn release_all(job: &dyn Job, failures: &[Failed]) {
    /// Drops the output of a task, if it is there.
    #[allow(unsafe_code)]
    fn release(job: &dyn Job, node: u32) {
        // SAFETY: no task runs any more, and the run does not return this output.
        unsafe { job.slots().release(job.view().place(node)) }
    }
    let finished = job.finished();
    if let Some(finished) = finished {
        // Some have stored an output all the same.
        for failed in failures {
            finished.remove(failed.node);
        }
    }
    let is_returned =
        |node| job.view().place(node).line.output && finished.is_some_and(|all| all.contains(node));
    for node in (0..job.table().len() as u32).filter(|&node| !is_returned(node)) {
        ignore(|| release(job, node));
    }
}

pub(super) fn names(table: &Table, of: impl Fn(u32) -> bool) -> Vec<String> {
    (0..table.len() as u32).filter(|&node| of(node)).map(|node| name(table, node)).collect()
}

/// A task that was running when the run was stopped, or these elements of it.
pub(super) fn running_task(
    table: &Table,
    node: u32,
    elements: Option<Range<usize>>,
    rank: Option<usize>,
) -> RunningTask {
    let mut task = name(table, node);
    let _ = match elements {
        None => Ok(()),
        Some(elements) if elements.len() == 1 => write!(task, "[{}]", elements.start),
        Some(Range { start, end }) => write!(task, "[{start}..{end}]"),
    };
    RunningTask::new(task, rank)
}

fn name(table: &Table, node: u32) -> String {
    task(table, node).name().to_string()
}

fn task(table: &Table, node: u32) -> TaskRef<'_> {
    table.task(node as usize).expect("a task of the table")
}
