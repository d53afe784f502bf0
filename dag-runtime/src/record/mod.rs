//! Recorded runs, and what can be derived from them.
//!
//! [`Recorder`] is the observer, [`Recording`] the result. The [`report`], the [`gantt`] chart, the [`trace`] and the
//! [`costs`] are made from a recording.

mod costs;
mod failures;
mod gantt;
mod interval;
mod recorder;
mod report;
#[cfg(test)]
mod tests;
#[cfg(feature = "json")]
mod trace;
mod waits;

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::time::Duration;

use crate::backend::Backend;
use crate::observe::RunId;
use crate::ordered::{Map, nanoseconds, of_task, sort_by_key};
use crate::state::TaskState;
use crate::table::{SharedTable, Table, TaskRef};

use failures::Failures;
pub use failures::{Attempt, Caught};
pub use gantt::GanttSvg;
use interval::Interval;
pub use recorder::Recorder;
#[cfg(feature = "cli")]
pub(crate) use report::Time;
pub use report::{LimitReport, LineReport, Report, WorkerReport};
#[cfg(feature = "json")]
pub use trace::ChromeTrace;
use waits::StoredWait;
pub use waits::Wait;

/// A run that a [`Recorder`] has recorded. It keeps the table of its graph.
///
/// A task with `each` has the time from its start to its end and the worker that started it. Its `work`, reports and
/// charts include which workers ran its elements, and for how long.
#[derive(Clone, Debug)]
pub struct Recording {
    run: RunId,
    table: SharedTable,
    backend: Backend,
    workers: usize,
    /// How long the run took; `None` until it has ended.
    elapsed: Option<Duration>,
    /// The entry of each task, by number.
    entries: Vec<Option<Entry>>,
    failures: Failures,
    messages: Vec<Sent>,
    /// The intervals in which workers ran elements of tasks that several workers share.
    elements: Vec<Interval>,
    /// The tasks that have waited for units of a limit, by number.
    waits: Map<StoredWait>,
}

/// What was recorded of a task.
#[derive(Clone, Copy, Debug)]
struct Entry {
    state: TaskState,
    rank: usize,
    worker: usize,
    span: Option<(Duration, Duration)>,
    elements: Option<usize>,
    /// How many of its calls have failed and were followed by another one.
    retried: usize,
    /// When its last call started.
    last_call: Duration,
}

impl Entry {
    fn new(state: TaskState, rank: usize, worker: usize) -> Self {
        let (span, last_call) = (None, Duration::ZERO);
        Entry { state, rank, worker, span, elements: None, retried: 0, last_call }
    }
}

/// An output that was sent to another rank.
#[derive(Clone, Copy, Debug)]
struct Sent {
    task: usize,
    from: usize,
    to: usize,
    bytes: u64,
    at: Duration,
}

/// A task that has started in a [`Recording`]. One that is [not wanted](TaskState::NotWanted) has started too: its condition
/// was evaluated. So has one whose output was [found](TaskState::Hit) in a store, or is [not needed](TaskState::NotNeeded).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskRun<'recording> {
    /// The task.
    pub task: TaskRef<'recording>,
    /// Its state.
    pub state: TaskState,
    /// The MPI rank on which it ran; 0 elsewhere.
    pub rank: usize,
    /// The worker that ran it, from 0 on each rank.
    pub worker: usize,
    /// When it started, since the start of the run.
    pub start: Duration,
    /// When it ended. While it runs, the last time known.
    pub end: Duration,
    /// The number of elements, if it runs once for each.
    pub elements: Option<usize>,
    /// The time of all workers together: the time of the task, or of its elements if workers share them.
    pub work: Duration,
    /// How many of its failures were [caught](Recording::caught).
    pub caught: usize,
    /// How many of its calls, or of those of its elements, failed and were [followed by another](Recording::attempts).
    pub retried: usize,
}

impl TaskRun<'_> {
    /// How long it took.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.end.saturating_sub(self.start)
    }
}

/// An output that was sent to another rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message<'recording> {
    /// The task.
    pub task: TaskRef<'recording>,
    /// The rank on which it ran.
    pub from: usize,
    /// The rank that received the output.
    pub to: usize,
    /// The size of the output.
    pub bytes: u64,
    /// When it was sent, since the start of the run.
    pub at: Duration,
}

impl Recording {
    /// Identifies the run.
    #[must_use]
    pub fn run(&self) -> RunId {
        self.run
    }

    /// The graph's table.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The graph's table, to keep it for longer than the recording.
    #[must_use]
    pub fn shared_table(&self) -> SharedTable {
        self.table.clone()
    }

    /// The kind of executor.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The number of workers, on all ranks.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// How long the run took; if it has not ended, the time until the last event.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed.unwrap_or_else(|| self.runs().map(|run| run.end).max().unwrap_or_default())
    }

    /// Whether the run has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.elapsed.is_some()
    }

    /// The state of a task; `None` if it has neither started nor been skipped.
    ///
    /// Pictures can be coloured by this: `Stats::TABLE.dot().states(|task| recording.state(task))`.
    #[must_use]
    pub fn state(&self, task: TaskRef<'_>) -> Option<TaskState> {
        self.entries.get(task.index())?.map(|entry| entry.state)
    }

    /// When and where a task ran; `None` if it has not started.
    #[must_use]
    pub fn of(&self, task: TaskRef<'_>) -> Option<TaskRun<'_>> {
        self.run_of(task.index())
    }

    /// All tasks that have started, in the order of their starts.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskRun<'_>> {
        let mut runs: Vec<_> = self.runs().collect();
        sort_by_key(&mut runs, |run| (nanoseconds(run.start), !nanoseconds(run.end)));
        runs
    }

    /// The outputs that were sent to other ranks.
    #[must_use]
    pub fn messages(&self) -> Vec<Message<'_>> {
        let message = |&Sent { task, from, to, bytes, at }: &Sent| {
            Some(Message { task: self.table.task(task)?, from, to, bytes, at })
        };
        self.messages.iter().filter_map(message).collect()
    }

    /// The critical path of the run, in the order in which its tasks ran. It ends with the task that ended last. Before
    /// each task is the one for which it waited longest: a dependency, or the previous task on its worker.
    #[must_use]
    pub fn critical_path(&self) -> Vec<TaskRun<'_>> {
        let runs: Vec<_> = self.runs().collect();
        let mut before = vec![None; self.entries.len()];
        let mut tracks = Map::<(Option<Interval>, Vec<Interval>)>::default();
        for interval in self.intervals(&runs) {
            // For each worker, the task that ended last, and the tasks that have not ended: a task can run inside
            // another one.
            let (last, open) = tracks.entry((interval.rank as u64, interval.worker as u64), Default::default);
            open.retain(|open| {
                let has_ended = open.end <= interval.start;
                if has_ended {
                    *last = (*last).filter(|last| last.end > open.end).or(Some(*open));
                }
                !has_ended
            });
            before[interval.task].get_or_insert(*last);
            open.push(interval);
        }
        let mut path = Vec::new();
        let mut next = runs.into_iter().max_by_key(|run| (run.end, Reverse(run.task.index())));
        while let Some(run) = next {
            path.push(run);
            let dependencies = run.task.dependencies().filter_map(|task| self.of(task));
            let waited = dependencies.map(|run| (run.end, run));
            let here = before[run.task.index()].flatten();
            let here = here.and_then(|interval: Interval| Some((interval.end, self.run_of(interval.task)?)));
            // Clocks of ranks may differ, but a path must go back in time.
            let waited = waited.chain(here).filter(|(_, other)| other.start < run.start);
            next = waited.max_by_key(|&(end, _)| end).map(|(_, other)| other);
        }
        path.reverse();
        path
    }

    fn runs(&self) -> impl Iterator<Item = TaskRun<'_>> {
        let shared = self.shared_work();
        (0..self.entries.len()).filter_map(move |task| {
            let run = self.bare_run(task)?;
            Some(TaskRun { work: shared.get(of_task(task)).copied().unwrap_or(run.work), ..run })
        })
    }

    fn run_of(&self, task: usize) -> Option<TaskRun<'_>> {
        let run = self.bare_run(task)?;
        // Only such a task can have been shared.
        let shared = run.elements.and_then(|_| self.shared_work().get(of_task(task)).copied());
        Some(TaskRun { work: shared.unwrap_or(run.work), ..run })
    }

    /// The run of a task without the shares of other workers in its elements.
    fn bare_run(&self, task: usize) -> Option<TaskRun<'_>> {
        let Entry { state, rank, worker, span, elements, retried, .. } = (*self.entries.get(task)?)?;
        let (start, end) = span?;
        let (work, caught) = (end.saturating_sub(start), self.failures.caught.number_of(task));
        let task = self.table.task(task)?;
        Some(TaskRun { task, state, rank, worker, start, end, elements, work, caught, retried })
    }
}
