//! An observer that tells when a run makes no progress.

mod report;
mod run;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use core::time::Duration;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::{thread, thread_local};

use crate::error::Failure;
use crate::observe::{Observer, RunEvent, RunId, RunSummary, TaskEvent};
use crate::unwind::ignore;
use report::Report;
use run::{Run, State};

/// The shortest silence that can be asked for: the thread that looks for it must not be busy with that.
const LEAST: Duration = Duration::from_millis(1);
/// The longest time for which the thread sleeps.
const MOST_SLEEP: Duration = Duration::from_secs(3600);

/// An observer that explains a hang: when no task of a run has started or ended for some time, it writes what is running since
/// when and where, which tasks are ready, and what others wait for.
///
/// ```text
/// no task of graph `Fit` has started or ended for 10 s
///   running: `solve` on worker 1 for 12.3 s
///   ready: `draw`
///   waiting: `report` for `solve`, `train` for limit `gpu`; 17 more tasks
/// ```
///
/// It writes once for each silence: progress, that of elements included, arms it again. A run inside of a task counts as
/// progress of the run around it if both have this observer and it is started on the thread of that task. Of many tasks only the first ones are named.
///
/// It writes to stderr, unless it is told [where to](Watchdog::to). The text is one write. A panic or an error of the writer is
/// ignored. The run is not stopped: for that, see [`deadline`](crate::Serial::deadline).
///
/// On MPI each rank that has this observer writes what happens on that rank, with its number. It names no ready tasks, since a rank
/// does not know what others have finished. A rank that waits for others is silent too.
///
/// One thread looks for silence. It is started by the first run, sleeps while there is no run, and ends after the `Watchdog`
/// is dropped. Events only store a time. For each task of a run in progress there are 8 bytes.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use dag_runtime::{Serial, Watchdog, dag, task};
///
/// #[task]
/// fn answer() -> u32 { 42 }
///
/// dag! { graph Ask -> answer { answer } }
///
/// let watchdog = Watchdog::new(Duration::from_secs(10));
/// assert_eq!(Ask.run(&Serial.observe(&watchdog))?, 42);
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct Watchdog {
    shared: Arc<Shared>,
    /// Where to write, until the thread has started.
    output: Mutex<Option<Output>>,
}

/// What the observer and its thread share.
#[derive(Debug)]
struct Shared {
    limit: Duration,
    /// The runs in progress.
    runs: RwLock<Vec<Arc<Run>>>,
    is_dropped: Mutex<bool>,
    /// Wakes the thread when a run starts, and when the observer is dropped.
    wake: Condvar,
}

enum Output {
    Stderr,
    Writer(Box<dyn Write + Send>),
    #[cfg(feature = "tracing")]
    Tracing(::tracing::Span, ::tracing::Dispatch),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Output::Stderr => "Stderr",
            Output::Writer(_) => "Writer",
            #[cfg(feature = "tracing")]
            Output::Tracing(..) => "Tracing",
        })
    }
}

thread_local! {
    /// The task that has started last on this thread, under any observer of this kind.
    static LAST: Cell<Option<(RunId, usize)>> = const { Cell::new(None) };
}

impl Watchdog {
    /// Tells on stderr when no task of a run has started or ended for this time, which is at least a millisecond.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        let shared = Shared {
            limit: limit.max(LEAST),
            runs: RwLock::default(),
            is_dropped: Mutex::new(false),
            wake: Condvar::new(),
        };
        Watchdog { shared: Arc::new(shared), output: Mutex::new(Some(Output::Stderr)) }
    }

    /// Writes to `writer`.
    #[must_use]
    pub fn to(self, writer: impl Write + Send + 'static) -> Self {
        self.with(Output::Writer(Box::new(writer)))
    }

    /// Emits an event for [`tracing`](https://docs.rs/tracing), at the level `WARN`, with the fields `graph`, `rank`, `silence`, `running`,
    /// `ready` and `waiting`. Its parent is the current span, and its subscriber the current one.
    #[cfg(feature = "tracing")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
    #[must_use]
    pub fn to_tracing(self) -> Self {
        let dispatch = ::tracing::dispatcher::get_default(Clone::clone);
        self.with(Output::Tracing(::tracing::Span::current(), dispatch))
    }

    fn with(self, output: Output) -> Self {
        *self.output.lock().unwrap_or_else(PoisonError::into_inner) = Some(output);
        self
    }

    /// Starts the thread, unless it runs already. If that fails, there are no reports.
    fn start_thread(&self) {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(output) = output {
            let shared = Arc::clone(&self.shared);
            let body = move || shared.watch(output);
            let _ = thread::Builder::new().name("dag-watchdog".into()).spawn(body);
        }
    }

    /// A sign of life of a run.
    #[inline]
    fn touch(&self, event: &TaskEvent<'_>, state: Option<State>) {
        let runs = self.shared.runs.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = runs.iter().find(|run| run.id == event.run) {
            run.touch(event, state);
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // The thread is not waited for, since its writer may block.
        *self.shared.lock() = true;
        self.shared.wake.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_dropped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for silence and tells of it, until the observer is dropped.
    fn watch(&self, mut output: Output) {
        while let Some(silent) = self.next_silent() {
            for (run, silence) in silent {
                // No lock is held here.
                ignore(|| output.tell(&Report::of(&run, run.now(), silence)));
            }
        }
    }

    /// Waits until runs are silent. Returns these, and for how long they are. None after the observer was dropped.
    fn next_silent(&self) -> Option<Vec<(Arc<Run>, Duration)>> {
        let mut is_dropped = self.lock();
        loop {
            if *is_dropped {
                return None;
            }
            let mut silent = Vec::new();
            let mut sleep = None;
            for run in self.runs.read().unwrap_or_else(PoisonError::into_inner).iter() {
                match run.check(run.now(), self.limit) {
                    Ok(silence) => silent.push((Arc::clone(run), silence)),
                    Err(rest) => sleep = Some(sleep.map_or(rest, |sleep: Duration| sleep.min(rest))),
                }
            }
            if !silent.is_empty() {
                return Some(silent);
            }
            is_dropped = match sleep {
                None => self.wake.wait(is_dropped).unwrap_or_else(PoisonError::into_inner),
                Some(sleep) => {
                    let waited = self.wake.wait_timeout(is_dropped, sleep.min(MOST_SLEEP));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

impl Output {
    fn tell(&mut self, report: &Report) {
        // Nobody is there to be told of an error.
        let write = |writer: &mut dyn Write| {
            let text: String = alloc::format!("{report}");
            let _ = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
        };
        match self {
            Output::Stderr => write(&mut io::stderr()),
            Output::Writer(writer) => write(writer),
            #[cfg(feature = "tracing")]
            Output::Tracing(span, dispatch) => {
                ::tracing::dispatcher::with_default(dispatch, || report.emit(span));
            }
        }
    }
}

impl Observer for Watchdog {
    fn run_started(&self, event: &RunEvent<'_>) {
        self.start_thread();
        let last = LAST.get();
        let mut runs = self.shared.runs.write().unwrap_or_else(PoisonError::into_inner);
        let is_around = |run: &&Arc<Run>| last.is_some_and(|(id, task)| run.id == id && run.is_running(task));
        let around = runs.iter().find(is_around).cloned();
        runs.push(Arc::new(Run::new(event, around, last)));
        drop(runs);
        // The thread looks at the runs while it holds this.
        drop(self.shared.lock());
        self.shared.wake.notify_all();
    }

    fn waiting(&self, event: &TaskEvent<'_>, limit: &'static str) {
        let runs = self.shared.runs.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = runs.iter().find(|run| run.id == event.run) {
            run.wait(event, limit);
        }
    }

    fn started(&self, event: &TaskEvent<'_>) {
        LAST.set(Some((event.run, event.task.index())));
        self.touch(event, Some(State::Running));
    }

    fn elements(&self, event: &TaskEvent<'_>, _: usize, _: usize) {
        self.touch(event, None);
    }

    fn ran_elements(&self, event: &TaskEvent<'_>, _: Duration) {
        self.touch(event, None);
    }

    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.touch(event, Some(State::Ended));
    }

    fn not_wanted(&self, event: &TaskEvent<'_>) {
        self.touch(event, Some(State::Ended));
    }

    fn hit(&self, event: &TaskEvent<'_>) {
        self.touch(event, Some(State::Ended));
    }

    fn not_needed(&self, event: &TaskEvent<'_>) {
        self.touch(event, Some(State::Ended));
    }

    fn caught(&self, event: &TaskEvent<'_>, _: &Failure) {
        self.touch(event, None);
    }

    fn retried(&self, event: &TaskEvent<'_>, _: u32, _: &Failure) {
        self.touch(event, None);
    }

    fn sent(&self, event: &TaskEvent<'_>, _: usize, _: u64) {
        self.touch(event, None);
    }

    fn failed(&self, event: &TaskEvent<'_>, _: &Failure) {
        self.touch(event, Some(State::Failed));
    }

    fn skipped(&self, event: &TaskEvent<'_>) {
        self.touch(event, None);
    }

    fn run_ended(&self, summary: &RunSummary<'_>) {
        let mut runs = self.shared.runs.write().unwrap_or_else(PoisonError::into_inner);
        let ended = runs.iter().position(|run| run.id == summary.run).map(|k| runs.swap_remove(k));
        drop(runs);
        // This thread is back in the task that has run it, if one has.
        LAST.set(ended.and_then(|run| run.before));
    }
}
