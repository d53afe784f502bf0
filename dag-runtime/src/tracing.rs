//! The observer that emits spans and events for `tracing`.

#[cfg(test)]
mod tests;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread_local;

use ::tracing::span::EnteredSpan;
use ::tracing::{Span, debug, debug_span, error, info, trace, warn};

use crate::backend::Backend;
use crate::error::Failure;
use crate::observe::{Observer, RunEvent, RunId, RunSummary, TaskEvent};

/// An observer that emits spans and events of runs for [`tracing`](https://docs.rs/tracing).
///
/// | what | as | level |
/// |---|---|---|
/// | a task | a span `task`, which contains the events of the task itself | debug |
/// | a run starts or has ended | an event | info |
/// | a task starts, has finished, or is not wanted | an event | debug |
/// | a task has failed; a task is skipped | an event | error; warn |
/// | a failure is caught, or the task is called again | an event | warn |
/// | elements have finished, an output is sent, a task waits for a limit | an event | trace |
///
/// The fields are `graph`, `backend`, `workers`; `task`, `worker`, `rank`; `elapsed`; `element`, `attempt`, `error`, `limit`. The field `otel.name`
/// gives a span the name of its task in OpenTelemetry. The parent of a span is the span in which this observer was
/// made, on whatever thread the task runs. In a run inside a task that this observer observes, the parent is the span
/// of that task. Tasks with `each`, and tasks on MPI, which may be reported late, have events and no span.
///
/// ```
/// use dag_runtime::{Serial, Tracing, dag, task};
///
/// #[task]
/// fn load(path: &str) -> String {
///     tracing::info!(path, "nothing to read");
///     String::new()
/// }
///
/// dag! { graph Load<'a>(path: &'a str) -> load { load(path) } }
///
/// Load { path: "numbers" }.run(&Serial.observe(Tracing::new()))?;
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct Tracing {
    parent: Span,
    /// The runs inside tasks, and those whose tasks have no spans.
    others: Mutex<BTreeMap<RunId, Other>>,
    /// The number of `others`.
    other_count: AtomicUsize,
}

/// A run inside a task, or one whose tasks may be reported by another thread than theirs.
#[derive(Clone, Debug)]
struct Other {
    parent: Span,
    is_late: bool,
}

/// The span of a task that runs.
struct Entered {
    run: RunId,
    task: usize,
    span: EnteredSpan,
    /// The address of the observer.
    by: usize,
}

thread_local! {
    /// The tasks that run on this thread, the innermost one last.
    static SPANS: RefCell<Vec<Entered>> = const { RefCell::new(Vec::new()) };
}

impl Tracing {
    /// An observer whose spans are children of the current span.
    #[must_use]
    pub fn new() -> Self {
        Tracing { parent: Span::current(), others: Mutex::default(), other_count: AtomicUsize::new(0) }
    }

    fn others(&self) -> MutexGuard<'_, BTreeMap<RunId, Other>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn other(&self, run: RunId) -> Option<Other> {
        if self.other_count.load(Ordering::Relaxed) == 0 { None } else { self.others().get(&run).cloned() }
    }

    /// The span in which a run began, and whether its tasks have spans.
    fn of_run(&self, run: RunId) -> (Span, bool) {
        match self.other(run) {
            Some(Other { parent, is_late }) => (parent, !is_late),
            None => (self.parent.clone(), true),
        }
    }

    fn address(&self) -> usize {
        core::ptr::from_ref(self).addr()
    }

    fn exit(&self, event: &TaskEvent<'_>) {
        // There is none if the task has failed after it had finished.
        let ended = SPANS.with_borrow_mut(|spans| {
            let is_last = |entered: &Entered| entered.run == event.run && entered.task == event.task.index();
            if spans.last().is_some_and(is_last) { spans.pop() } else { None }
        });
        drop(ended.map(|entered| entered.span));
    }
}

impl Default for Tracing {
    fn default() -> Self {
        Tracing::new()
    }
}

/// Tells that a task has ended without a call of its function.
macro_rules! without_call {
    ($self:ident, $event:ident, $text:literal) => {{
        let (name, TaskEvent { worker, rank, .. }) = ($event.task.name(), *$event);
        let (parent, has_spans) = $self.of_run($event.run);
        if $event.task.is_each() || !has_spans {
            debug!(parent: &parent, task = %name, worker, rank, $text);
            return;
        }
        debug!($text);
        $self.exit($event);
    }};
}

impl Observer for Tracing {
    fn run_started(&self, run: &RunEvent<'_>) {
        let address = self.address();
        let around = SPANS.with_borrow(|spans| {
            let innermost = spans.iter().rfind(|entered| entered.by == address);
            innermost.map(|entered| Span::clone(&entered.span))
        });
        let is_late = run.backend == Backend::Mpi;
        let parent = around.as_ref().unwrap_or(&self.parent);
        let (graph, tasks, workers) = (run.table.graph(), run.table.len(), run.workers);
        info!(parent: parent, graph, backend = %run.backend, tasks, workers, "run started");
        if is_late || around.is_some() {
            let parent = parent.clone();
            self.others().insert(run.run, Other { parent, is_late });
            self.other_count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn started(&self, event: &TaskEvent<'_>) {
        let (name, TaskEvent { run, worker, rank, .. }) = (event.task.name(), *event);
        let (parent, has_spans) = self.of_run(run);
        if event.task.is_each() || !has_spans {
            debug!(parent: &parent, task = %name, worker, rank, "task started");
            return;
        }
        let span = debug_span!(parent: &parent, "task", otel.name = %name, task = %name, worker).entered();
        debug!("task started");
        let entered = Entered { run, task: event.task.index(), span, by: self.address() };
        SPANS.with_borrow_mut(|spans| spans.push(entered));
    }

    fn elements(&self, event: &TaskEvent<'_>, done: usize, of: usize) {
        let (name, TaskEvent { worker, rank, .. }) = (event.task.name(), *event);
        let (parent, _) = self.of_run(event.run);
        trace!(parent: &parent, task = %name, worker, rank, done, of, "elements");
    }

    fn finished(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        let (name, TaskEvent { worker, rank, .. }) = (event.task.name(), *event);
        let (parent, has_spans) = self.of_run(event.run);
        if event.task.is_each() || !has_spans {
            debug!(parent: &parent, task = %name, worker, rank, ?elapsed, "task finished");
            return;
        }
        debug!(?elapsed, "task finished");
        self.exit(event);
    }

    fn not_wanted(&self, event: &TaskEvent<'_>) {
        without_call!(self, event, "task not wanted");
    }

    fn hit(&self, event: &TaskEvent<'_>) {
        without_call!(self, event, "task found in the store");
    }

    fn not_needed(&self, event: &TaskEvent<'_>) {
        without_call!(self, event, "task not needed");
    }

    fn waiting(&self, event: &TaskEvent<'_>, limit: &'static str) {
        let (name, rank) = (event.task.name(), event.rank);
        let (parent, _) = self.of_run(event.run);
        trace!(parent: &parent, task = %name, rank, limit, "task waits for limit");
    }

    fn caught(&self, event: &TaskEvent<'_>, failure: &Failure) {
        let (name, TaskEvent { worker, rank, element, .. }) = (event.task.name(), *event);
        let (parent, has_spans) = self.of_run(event.run);
        if event.task.is_each() || !has_spans {
            warn!(parent: &parent, task = %name, element, worker, rank, error = %failure, "failure caught");
        } else {
            warn!(error = %failure, "failure caught");
        }
    }

    fn retried(&self, event: &TaskEvent<'_>, attempt: u32, failure: &Failure) {
        let (name, TaskEvent { worker, rank, element, .. }) = (event.task.name(), *event);
        let (parent, has_spans) = self.of_run(event.run);
        if event.task.is_each() || !has_spans {
            warn!(
                parent: &parent,
                task = %name, element, worker, rank, attempt, error = %failure,
                "attempt failed, task is called again"
            );
        } else {
            warn!(attempt, error = %failure, "attempt failed, task is called again");
        }
    }

    fn sent(&self, event: &TaskEvent<'_>, to: usize, bytes: u64) {
        let (name, rank) = (event.task.name(), event.rank);
        let (parent, _) = self.of_run(event.run);
        trace!(parent: &parent, task = %name, rank, to, bytes, "output sent");
    }

    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        let (name, TaskEvent { worker, rank, element, .. }) = (event.task.name(), *event);
        self.exit(event);
        let (parent, _) = self.of_run(event.run);
        error!(parent: &parent, task = %name, element, worker, rank, error = %failure, "task failed");
    }

    fn skipped(&self, event: &TaskEvent<'_>) {
        let (parent, _) = self.of_run(event.run);
        warn!(parent: &parent, task = %event.task.name(), rank = event.rank, "task skipped");
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        let RunSummary { table, elapsed, finished, failed, skipped, not_wanted, caught, store, .. } = *run;
        let RunSummary { hits, not_needed, .. } = *run;
        let (parent, _) = self.of_run(run.run);
        info!(
            parent: &parent,
            graph = table.graph(), finished, failed, skipped, not_wanted, hits, not_needed, caught, ?elapsed,
            other_builds = store.other_builds, bytes_read = store.bytes_read,
            bytes_written = store.bytes_written, waited_for_disk = ?store.waited,
            "run ended"
        );
        if self.other(run.run).is_some() {
            self.others().remove(&run.run);
            self.other_count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
