//! The observer that writes a run down.

use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Failure;
use crate::observe::{Observer, RunEvent, RunSummary, TaskEvent};
use crate::record::{Entry, Message, Recording, Stretch};
use crate::state::TaskState;

/// An observer that writes a run down, for a [`Recording`].
///
/// It keeps the last run that it was told of. On MPI that of rank 0 has the tasks of all ranks when the run has ended.
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
    recording: Mutex<Option<Recording>>,
}

impl Recorder {
    /// One that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Recorder::default()
    }

    /// What was written down of the last run, which may still go on; none before the first one.
    #[must_use]
    pub fn recording(&self) -> Option<Recording> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Recording>> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Recording)) {
        if let Some(recording) = &mut *self.lock() {
            change(recording);
        }
    }

    /// Writes down that a task has ended in this way.
    fn end(&self, event: &TaskEvent, state: TaskState) {
        self.change(|recording| {
            match &mut recording.entries[event.task.index()] {
                Some(entry) => {
                    entry.state = state;
                    // What a task leaves behind may fail after it has finished.
                    if let Some((start, end)) = &mut entry.span
                        && entry.rank == event.rank
                    {
                        *end = event.at.max(*start);
                    }
                }
                entry @ None => {
                    let TaskEvent { rank, worker, .. } = *event;
                    *entry = Some(Entry { state, rank, worker, span: None, elements: None });
                }
            }
        });
    }
}

impl Observer for Recorder {
    fn run_started(&self, run: &RunEvent) {
        let RunEvent { table, backend, workers } = *run;
        *self.lock() = Some(Recording {
            table,
            backend,
            workers,
            elapsed: None,
            entries: vec![None; table.len()],
            failures: Vec::new(),
            messages: Vec::new(),
            elements: Vec::new(),
        });
    }

    fn started(&self, event: &TaskEvent) {
        let TaskEvent { rank, worker, at, .. } = *event;
        let entry = Entry { state: TaskState::Running, rank, worker, span: Some((at, at)), elements: None };
        self.change(|recording| recording.entries[event.task.index()] = Some(entry));
    }

    fn elements(&self, event: &TaskEvent, _: usize, of: usize) {
        self.change(|recording| {
            if let Some(entry) = &mut recording.entries[event.task.index()] {
                entry.elements = Some(of);
            }
        });
    }

    fn ran_elements(&self, event: &TaskEvent, elapsed: Duration) {
        let TaskEvent { task, rank, worker, at: end, .. } = *event;
        let stretch = Stretch { task, rank, worker, start: end.saturating_sub(elapsed), end };
        self.change(|recording| recording.elements.push(stretch));
    }

    fn finished(&self, event: &TaskEvent, _: Duration) {
        self.end(event, TaskState::Finished);
    }

    fn sent(&self, event: &TaskEvent, to: usize, bytes: u64) {
        let TaskEvent { task, rank: from, at, .. } = *event;
        self.change(|recording| recording.messages.push(Message { task, from, to, bytes, at }));
    }

    fn failed(&self, event: &TaskEvent, failure: &Failure) {
        self.end(event, TaskState::Failed);
        let failure = (event.task.index() as u32, failure.to_string());
        self.change(|recording| recording.failures.push(failure));
    }

    fn skipped(&self, event: &TaskEvent) {
        self.end(event, TaskState::Skipped);
    }

    fn run_ended(&self, run: &RunSummary) {
        self.change(|recording| recording.elapsed = Some(run.elapsed));
    }
}
