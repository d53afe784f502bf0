//! The observer that records runs.

use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Failure;
use crate::observe::{Observer, RunEvent, RunId, RunSummary, TaskEvent};
use crate::ordered::{Map, of_task};
use crate::record::failures::{Failures, FailuresByTask, StoredAttempt};
use crate::record::{Entry, Interval, Recording, Sent, StoredWait};
use crate::state::TaskState;

/// How many ended runs are kept while another one has not ended.
pub(super) const KEPT: usize = 64;

/// An observer that records each run as a [`Recording`].
///
/// [`recording`](Recorder::recording) returns the run that began last. If runs overlap, as when a task runs a graph
/// with the same recorder, [`recordings`](Recorder::recordings) returns all of them. Earlier recordings are dropped
/// when a run begins while no other is in progress. On MPI, the recording of rank 0 has the tasks of all ranks after
/// the run has ended.
///
/// ```
/// use dag_runtime::{Recorder, Serial, TaskState, dag, task};
///
/// #[task]
/// fn load() -> Vec<f64> { vec![1.0, 2.0, 6.0] }
///
/// #[task(depends = [load])]
/// fn mean(load: &[f64]) -> f64 { load.iter().sum::<f64>() / load.len() as f64 }
///
/// dag! { graph Stats -> mean { mean, load } }
///
/// let recorder = Recorder::new();
/// Stats.run(&Serial.observe(&recorder))?;
/// let recording = recorder.recording().unwrap();
///
/// let names: Vec<_> = recording.tasks().iter().map(|run| run.task.name().to_string()).collect();
/// assert_eq!(names, ["load", "mean"]);
/// println!("{}", recording.report());
/// std::fs::write(std::env::temp_dir().join("stats.svg"), recording.gantt().to_string()).unwrap();
///
/// // Which tasks would be worth more workers?
/// let planner = Stats::TABLE.planner().costs_by_name(&recording.costs()).unwrap();
/// assert_eq!(planner.plan(2).makespan(), planner.plan(1).makespan());
///
/// let picture = Stats::TABLE.dot().states(|task| recording.state(task)).to_string();
/// assert_eq!(recording.state(Stats::TABLE.find("mean").unwrap()), Some(TaskState::Finished));
/// # assert!(picture.contains("fillcolor"));
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Recorder {
    /// In the order in which their runs began.
    recordings: Mutex<Vec<Recording>>,
}

impl Recorder {
    /// A recorder without recordings.
    #[must_use]
    pub fn new() -> Self {
        Recorder::default()
    }

    /// The recording of the run that began last, which may still be in progress; `None` before the first run.
    #[must_use]
    pub fn recording(&self) -> Option<Recording> {
        self.lock().last().cloned()
    }

    /// The recordings of the last runs that overlap, in the order in which they began: the run around all others comes
    /// first. If runs do not overlap, there is one. Of runs that have ended while another one was in progress, the last
    /// 64 are kept.
    ///
    /// ```
    /// use dag_runtime::{Error, Recorder, Serial, dag, task};
    ///
    /// #[task]
    /// fn square(x: u32) -> u32 { x * x }
    ///
    /// dag! { graph Square(x: u32) -> square { square(x) } }
    ///
    /// #[task]
    /// fn inside(x: u32, recorder: &Recorder) -> Result<u32, Error> {
    ///     Square { x }.run(&Serial.observe(recorder))
    /// }
    ///
    /// dag! {
    ///     graph Outer<'a>(recorder: &'a Recorder) -> (two, three) {
    ///         two = inside(2, recorder),
    ///         three = inside(3, recorder),
    ///     }
    /// }
    ///
    /// let recorder = Recorder::new();
    /// assert_eq!(Outer { recorder: &recorder }.run(&Serial.observe(&recorder))?, (4, 9));
    /// let graphs: Vec<_> = recorder.recordings().iter().map(|run| run.table().graph()).collect();
    /// assert_eq!(graphs, ["Outer", "Square", "Square"]);
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn recordings(&self) -> Vec<Recording> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Recording>> {
        self.recordings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the recording of the run of this event.
    fn change<T>(&self, event: &TaskEvent<'_>, change: impl FnOnce(&mut Recording) -> T) -> Option<T> {
        find(&mut self.lock(), event.run).map(change)
    }

    /// Counts a failure, and keeps its text if it is the first one of its task.
    fn fail(
        &self,
        event: &TaskEvent<'_>,
        failure: &Failure,
        of: impl Fn(&mut Failures) -> &mut FailuresByTask,
    ) {
        let (task, element) = (event.task.index(), event.element);
        let is_first = self.change(event, |recording| of(&mut recording.failures).count(task, element));
        if is_first == Some(true) {
            // Made without the lock, since it is code of the program.
            let text = failure.to_string();
            self.change(event, |recording| of(&mut recording.failures).set_text(task, element, text));
        }
    }

    /// Records the end of a task.
    fn end(&self, event: &TaskEvent<'_>, state: TaskState) {
        self.change(event, |recording| {
            match &mut recording.entries[event.task.index()] {
                Some(entry) => {
                    entry.state = state;
                    // The drop of an output may fail after its task has finished.
                    if let Some((start, end)) = entry.span.as_mut().filter(|_| entry.rank == event.rank) {
                        *end = event.at.max(*start);
                    }
                }
                entry @ None => *entry = Some(Entry::new(state, event.rank, event.worker)),
            }
        });
    }
}

fn find(all: &mut [Recording], run: RunId) -> Option<&mut Recording> {
    all.iter_mut().rfind(|recording| recording.run == run)
}

impl Observer for Recorder {
    fn run_started(&self, run: &RunEvent<'_>) {
        let RunEvent { run, table, backend, workers, shared, .. } = *run;
        let recording = Recording {
            run,
            table: shared.clone(),
            backend,
            workers,
            elapsed: None,
            entries: vec![None; table.len()],
            failures: Failures::default(),
            messages: Vec::new(),
            elements: Vec::new(),
            waits: Map::default(),
        };
        let mut all = self.lock();
        if all.iter().all(Recording::has_ended) {
            all.clear();
        }
        // A run without a started task may never end: if another observer panics at its start, `run_ended` is not
        // called.
        let is_idle = |recording: &Recording| recording.entries.iter().all(Option::is_none);
        let is_over = |recording: &Recording| recording.has_ended() || is_idle(recording);
        let first = if all.len() > KEPT { all.iter().position(is_over) } else { None };
        if let Some(first) = first {
            all.remove(first);
        }
        let place = all.partition_point(|other| other.run < run);
        all.insert(place, recording);
    }

    fn waiting(&self, event: &TaskEvent<'_>, limit: &'static str) {
        let TaskEvent { task, rank, at, .. } = *event;
        let wait = StoredWait { limit, rank, since: at, until: None };
        self.change(event, |recording| *recording.waits.entry(of_task(task.index()), || wait) = wait);
    }

    fn started(&self, event: &TaskEvent<'_>) {
        let TaskEvent { rank, worker, at, .. } = *event;
        let entry =
            Entry { span: Some((at, at)), last_call: at, ..Entry::new(TaskState::Running, rank, worker) };
        self.change(event, |recording| {
            if let Some(wait) = recording.waits.get_mut(of_task(event.task.index())) {
                wait.until = Some(at);
            }
            recording.entries[event.task.index()] = Some(entry);
        });
    }

    fn elements(&self, event: &TaskEvent<'_>, _: usize, of: usize) {
        self.change(event, |recording| {
            if let Some(entry) = &mut recording.entries[event.task.index()] {
                entry.elements = Some(of);
            }
        });
    }

    fn ran_elements(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        let TaskEvent { task, rank, worker, at: end, .. } = *event;
        let interval = Interval { task: task.index(), rank, worker, start: end.saturating_sub(elapsed), end };
        self.change(event, |recording| recording.elements.push(interval));
    }

    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.end(event, TaskState::Finished);
    }

    fn not_wanted(&self, event: &TaskEvent<'_>) {
        self.end(event, TaskState::NotWanted);
    }

    fn hit(&self, event: &TaskEvent<'_>) {
        self.end(event, TaskState::Hit);
    }

    fn not_needed(&self, event: &TaskEvent<'_>) {
        self.end(event, TaskState::NotNeeded);
    }

    fn caught(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.fail(event, failure, |failures| &mut failures.caught);
    }

    fn retried(&self, event: &TaskEvent<'_>, attempt: u32, failure: &Failure) {
        let TaskEvent { task, element, rank, worker, at: end, .. } = *event;
        let (task, text) = (task.index(), failure.to_string());
        self.change(event, |recording| {
            let Some(entry) = &mut recording.entries[task] else { return };
            entry.retried += 1;
            let start = core::mem::replace(&mut entry.last_call, end).min(end);
            let attempt = StoredAttempt { task, element, attempt, rank, worker, start, end, text };
            recording.failures.add_attempt(attempt);
        });
    }

    fn sent(&self, event: &TaskEvent<'_>, to: usize, bytes: u64) {
        let TaskEvent { task, rank: from, at, .. } = *event;
        let sent = Sent { task: task.index(), from, to, bytes, at };
        self.change(event, |recording| recording.messages.push(sent));
    }

    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.end(event, TaskState::Failed);
        self.fail(event, failure, |failures| &mut failures.failed);
    }

    fn skipped(&self, event: &TaskEvent<'_>) {
        self.end(event, TaskState::Skipped);
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        if let Some(recording) = find(&mut self.lock(), run.run) {
            recording.elapsed = Some(run.elapsed);
        }
    }
}
