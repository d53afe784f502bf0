//! The observer that tells `tracing`.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::thread_local;

use ::tracing::span::EnteredSpan;
use ::tracing::{Span, debug, debug_span, error, info, trace, warn};

use crate::error::Failure;
use crate::executor::Backend;
use crate::observe::{Observer, RunEvent, RunSummary, TaskEvent};

/// An observer that tells [`tracing`](https://docs.rs/tracing) what runs do.
///
/// | what | as | level |
/// |---|---|---|
/// | a task | a span `task`, in which what the task tells itself is | debug |
/// | a run starts, has ended | an event | info |
/// | a task starts, has finished | an event | debug |
/// | a task has failed; will not run | an event | error; warn |
/// | elements are done, an output is sent | an event | trace |
///
/// The fields are `graph`, `backend`, `workers`; `task`, `worker`, `rank`; `elapsed`; `error`. A span is called
/// as its task where it goes on to OpenTelemetry (`otel.name`). Its parent is the span in which this observer was made, on
/// whatever thread the task runs. Tasks that run once for each element of an output, and those on MPI, which may
/// be told of later, have events and no span.
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
    /// Whether tasks may be told of by another thread than theirs.
    late: AtomicBool,
}

thread_local! {
    /// The spans of the tasks that run on this thread, the innermost last, by the numbers of the tasks.
    static SPANS: RefCell<Vec<(usize, EnteredSpan)>> = const { RefCell::new(Vec::new()) };
}

impl Tracing {
    /// One whose spans are children of the current one.
    #[must_use]
    pub fn new() -> Self {
        Tracing { parent: Span::current(), late: AtomicBool::new(false) }
    }

    fn has_span(&self, event: &TaskEvent) -> bool {
        !event.task.is_each() && !self.late.load(Ordering::Relaxed)
    }

    fn exit(&self, event: &TaskEvent) {
        if self.has_span(event) {
            SPANS.with_borrow_mut(|spans| {
                // It is not there where the task has failed after it had finished.
                spans.pop_if(|(task, _)| *task == event.task.index())
            });
        }
    }
}

impl Default for Tracing {
    fn default() -> Self {
        Tracing::new()
    }
}

impl Observer for Tracing {
    fn run_started(&self, run: &RunEvent) {
        self.late.store(run.backend == Backend::Mpi, Ordering::Relaxed);
        let (graph, tasks, workers) = (run.table.graph(), run.table.len(), run.workers);
        info!(parent: &self.parent, graph, backend = %run.backend, tasks, workers, "run started");
    }

    fn started(&self, event: &TaskEvent) {
        let (name, TaskEvent { worker, rank, .. }) = (event.task.name(), *event);
        if !self.has_span(event) {
            debug!(parent: &self.parent, task = %name, worker, rank, "task started");
            return;
        }
        let span = debug_span!(parent: &self.parent, "task", otel.name = %name, task = %name, worker);
        let span = span.entered();
        debug!("task started");
        SPANS.with_borrow_mut(|spans| spans.push((event.task.index(), span)));
    }

    fn elements(&self, event: &TaskEvent, done: usize, of: usize) {
        let (name, TaskEvent { worker, rank, .. }) = (event.task.name(), *event);
        trace!(parent: &self.parent, task = %name, worker, rank, done, of, "elements");
    }

    fn finished(&self, event: &TaskEvent, elapsed: Duration) {
        let (name, TaskEvent { worker, rank, .. }) = (event.task.name(), *event);
        if self.has_span(event) {
            debug!(?elapsed, "task finished");
        } else {
            debug!(parent: &self.parent, task = %name, worker, rank, ?elapsed, "task finished");
        }
        self.exit(event);
    }

    fn sent(&self, event: &TaskEvent, to: usize, bytes: u64) {
        let (name, rank) = (event.task.name(), event.rank);
        trace!(parent: &self.parent, task = %name, rank, to, bytes, "output sent");
    }

    fn failed(&self, event: &TaskEvent, failure: &Failure) {
        let (name, TaskEvent { worker, rank, element, .. }) = (event.task.name(), *event);
        self.exit(event);
        error!(parent: &self.parent, task = %name, element, worker, rank, error = %failure, "task failed");
    }

    fn skipped(&self, event: &TaskEvent) {
        warn!(parent: &self.parent, task = %event.task.name(), rank = event.rank, "task skipped");
    }

    fn run_ended(&self, run: &RunSummary) {
        let RunSummary { table, elapsed, finished, failed, skipped, .. } = *run;
        info!(parent: &self.parent, graph = table.graph(), finished, failed, skipped, ?elapsed, "run ended");
    }
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned as _;
    use alloc::string::String;
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use ::tracing::{Level, info_span, subscriber};
    use tracing_subscriber::fmt;

    use super::*;
    use crate::{Serial, dag, task};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[task]
    fn load(text: &str) -> Result<u32, core::num::ParseIntError> {
        info!(text, "told by the task");
        text.parse()
    }

    #[task(depends = [load])]
    fn double(load: u32) -> u32 {
        2 * load
    }

    dag! { graph Told<'a>(text: &'a str) -> double { load(text), double } }

    /// What is told while `body` runs, without what differs from run to run.
    fn told(body: impl FnOnce()) -> Vec<String> {
        let lines = Lines::default();
        let writer = lines.clone();
        let told = fmt().with_writer(move || writer.clone()).with_max_level(Level::TRACE).without_time();
        subscriber::with_default(told.with_target(false).with_ansi(false).finish(), body);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| line.split(" elapsed=").next().unwrap().trim().to_owned()).collect()
    }

    #[test]
    fn what_a_task_tells_is_in_its_span() {
        let lines = told(|| {
            let request = info_span!("request").entered();
            let tracing = Tracing::new();
            drop(request);
            Told { text: "21" }.run(&Serial.observe(tracing)).unwrap();
        });
        let load = "request:task{otel.name=load task=load worker=0}:";
        let double = "request:task{otel.name=double task=double worker=0}:";
        assert_eq!(
            lines,
            [
                r#"INFO request: run started graph="Told" backend=serial tasks=2 workers=1"#,
                &std::format!("DEBUG {load} task started"),
                &std::format!(r#"INFO {load} told by the task text="21""#),
                &std::format!("DEBUG {load} task finished"),
                &std::format!("DEBUG {double} task started"),
                &std::format!("DEBUG {double} task finished"),
                r#"INFO request: run ended graph="Told" finished=2 failed=0 skipped=0"#,
            ]
        );
    }

    #[test]
    fn a_failed_task_leaves_its_span() {
        let lines = told(|| {
            for _ in 0..2 {
                Told { text: "x" }.run(&Serial.observe(Tracing::new())).unwrap_err();
                info!("after the run");
            }
        });
        assert_eq!(lines.iter().filter(|line| *line == "INFO after the run").count(), 2);
    }

    #[test]
    fn failures_are_errors() {
        let lines = told(|| drop(Told { text: "x" }.run(&Serial.observe(Tracing::new()))));
        let failed = "ERROR task failed task=load worker=0 rank=0 error=invalid digit found in string";
        assert!(lines.iter().any(|line| line == failed), "{lines:?}");
        assert!(lines.iter().any(|line| line == "WARN task skipped task=double rank=0"), "{lines:?}");
    }
}
