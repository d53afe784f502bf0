//! Runs that are written down, and what can be told of them afterwards.
//!
//! [`Recorder`] is the observer, [`Recording`] what it has seen. From that come the [`report`], the [`gantt`] chart,
//! the [`trace`] and the [`costs`].

mod costs;
mod gantt;
mod recorder;
mod report;
mod stretch;
#[cfg(test)]
mod tests;
#[cfg(feature = "json")]
mod trace;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::time::Duration;

use crate::backend::Backend;
use crate::observe::RunId;
use crate::state::TaskState;
use crate::table::{Table, TaskRef};

pub use gantt::GanttSvg;
pub use recorder::Recorder;
#[cfg(feature = "cli")]
pub(crate) use report::Time;
pub use report::{LineReport, Report, WorkerReport};
use stretch::Stretch;
#[cfg(feature = "json")]
pub use trace::ChromeTrace;

/// A run that was written down by a [`Recorder`].
///
/// A task that runs once for each element of an output stands here with the time from its start to its end and the
/// worker that began it. Who ran its elements, and for how long, is in its `work`, in reports and in charts.
#[derive(Clone, Debug)]
pub struct Recording {
    run: RunId,
    table: &'static Table,
    backend: Backend,
    workers: usize,
    /// How long the run took; none while it goes on.
    elapsed: Option<Duration>,
    /// Of each task, by its number.
    entries: Vec<Option<Entry>>,
    failures: Vec<(u32, String)>,
    messages: Vec<Message>,
    /// Who ran elements of tasks, where several workers may.
    elements: Vec<Stretch>,
}

/// What is known of a task.
#[derive(Clone, Copy, Debug)]
struct Entry {
    state: TaskState,
    rank: usize,
    worker: usize,
    span: Option<(Duration, Duration)>,
    elements: Option<usize>,
}

/// A task that has started in a [`Recording`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskRun {
    /// The task.
    pub task: TaskRef,
    /// What has become of it.
    pub state: TaskState,
    /// The MPI rank on which it ran; 0 elsewhere.
    pub rank: usize,
    /// The worker that ran it, from 0 on each rank.
    pub worker: usize,
    /// When it started, since the start of the run.
    pub start: Duration,
    /// When it ended. Where it is running, the last time that is known of it.
    pub end: Duration,
    /// How many elements there are, where it runs once for each.
    pub elements: Option<usize>,
    /// How long it took all workers together: its time, or that of its elements where workers share them.
    pub work: Duration,
}

impl TaskRun {
    /// How long it took.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.end.saturating_sub(self.start)
    }
}

/// The output of a task that went to another rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The task.
    pub task: TaskRef,
    /// The rank on which it ran.
    pub from: usize,
    /// The rank that got its output.
    pub to: usize,
    /// How large the output was.
    pub bytes: u64,
    /// When it was sent, since the start of the run.
    pub at: Duration,
}

impl Recording {
    /// Which run it is.
    #[must_use]
    pub fn run(&self) -> RunId {
        self.run
    }

    /// The graph's table.
    #[must_use]
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// What ran it.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// How many workers there were, on all ranks.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// How long the run took: where it has not ended, until the last event.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed.unwrap_or_else(|| self.runs().map(|run| run.end).max().unwrap_or_default())
    }

    /// Whether the run has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.elapsed.is_some()
    }

    /// What has become of a task; none where it has not started, and was not skipped either.
    ///
    /// This is what pictures are coloured by: `Stats::TABLE.dot().states(|task| recording.state(task))`.
    #[must_use]
    pub fn state(&self, task: TaskRef) -> Option<TaskState> {
        self.entries.get(task.index())?.map(|entry| entry.state)
    }

    /// When and where a task ran; none where it has not started.
    #[must_use]
    pub fn of(&self, task: TaskRef) -> Option<TaskRun> {
        self.run_of(task.index())
    }

    /// All tasks that have started, as they did.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskRun> {
        let mut runs: Vec<TaskRun> = self.runs().collect();
        runs.sort_by_key(|run| (run.start, Reverse(run.end)));
        runs
    }

    /// The outputs that went to other ranks.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// Why a task has failed.
    #[must_use]
    pub fn failure(&self, task: TaskRef) -> Option<&str> {
        let of = |failure: &&(u32, String)| failure.0 as usize == task.index();
        self.failures.iter().find(of).map(|(_, text)| &**text)
    }

    /// Why the run was not shorter: the task that ended last, before it that one which it waited for the longest, a
    /// dependency or the task before it on its worker, and so on. In the order in which they ran.
    #[must_use]
    pub fn critical_path(&self) -> Vec<TaskRun> {
        let runs: Vec<TaskRun> = self.runs().collect();
        let mut before = vec![None; self.entries.len()];
        let mut tracks = BTreeMap::<_, (Option<Stretch>, Vec<Stretch>)>::new();
        for stretch in self.stretches(&runs) {
            // On its worker, which task was the last one to end, and which ones have not ended yet: a task can run
            // inside another one.
            let (last, open) = tracks.entry((stretch.rank, stretch.worker)).or_default();
            open.retain(|open| {
                let has_ended = open.end <= stretch.start;
                if has_ended {
                    *last = (*last).filter(|last| last.end > open.end).or(Some(*open));
                }
                !has_ended
            });
            before[stretch.task.index()].get_or_insert(*last);
            open.push(stretch);
        }
        let mut path = Vec::new();
        let mut next = runs.into_iter().max_by_key(|run| (run.end, Reverse(run.task.index())));
        while let Some(run) = next {
            path.push(run);
            let dependencies = run.task.dependencies().filter_map(|task| self.of(task));
            let waited = dependencies.map(|run| (run.end, run));
            let here = before[run.task.index()].flatten();
            let here = here.and_then(|stretch: Stretch| Some((stretch.end, self.of(stretch.task)?)));
            // Clocks of ranks may differ, and a path goes back in time.
            let waited = waited.chain(here).filter(|(_, other)| other.start < run.start);
            next = waited.max_by_key(|&(end, _)| end).map(|(_, other)| other);
        }
        path.reverse();
        path
    }

    fn runs(&self) -> impl Iterator<Item = TaskRun> + '_ {
        let shared = self.shared_work();
        (0..self.entries.len()).filter_map(move |task| {
            let run = self.bare_run(task)?;
            Some(TaskRun { work: shared.get(&task).copied().unwrap_or(run.work), ..run })
        })
    }

    fn run_of(&self, task: usize) -> Option<TaskRun> {
        let run = self.bare_run(task)?;
        // Only such a task can have been shared.
        let shared = run.elements.and_then(|_| self.shared_work().get(&task).copied());
        Some(TaskRun { work: shared.unwrap_or(run.work), ..run })
    }

    /// As if no other worker had run elements of it.
    fn bare_run(&self, task: usize) -> Option<TaskRun> {
        let Entry { state, rank, worker, span, elements } = (*self.entries.get(task)?)?;
        let (start, end) = span?;
        let work = end.saturating_sub(start);
        Some(TaskRun { task: self.table.task(task)?, state, rank, worker, start, end, elements, work })
    }
}
