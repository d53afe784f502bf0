//! What a run was like, in numbers.

#[cfg(feature = "json")]
mod json;
mod text;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::time::Duration;

use crate::backend::Backend;
use crate::record::{Recording, TaskRun};
use crate::state::TaskState;
use crate::table::locate;

#[cfg(feature = "json")]
use json::{maybe_seconds, seconds, tasks};
pub(crate) use text::Time;

/// Of how many lines it is found out what they would save.
const CANDIDATES: usize = 20;

/// What a run was like, in numbers: made by [`Recording::report`].
///
/// As text by [`Display`](core::fmt::Display) it is a table; with the feature `json` it is
/// [`Serialize`](https://docs.rs/serde/latest/serde/trait.Serialize.html), and all times are seconds.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The graph.
    pub graph: &'static str,
    /// What ran it, such as `rayon`.
    pub backend: String,
    /// How many tasks have finished.
    pub finished: usize,
    /// How many tasks have failed.
    pub failed: usize,
    /// How many tasks were not run, or not to their end.
    pub skipped: usize,
    /// How long the run took.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub elapsed: Duration,
    /// For how long workers had a task, all together: the sum of the [work](TaskRun::work) of all tasks.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub work: Duration,
    /// The time of the chain of dependencies that took the longest: with these times no number of workers is faster.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub span: Duration,
    /// Work divided by span: how many workers the graph could keep busy on average.
    pub parallelism: f64,
    /// Work divided by the elapsed time: how much of that was reached.
    pub speedup: f64,
    /// The part of the time of all workers, from 0 to 1, for which they had a task.
    pub utilisation: f64,
    /// The time for which workers had no task, all together.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub idle: Duration,
    /// How many outputs went to another rank.
    pub messages: usize,
    /// How many bytes they had.
    pub bytes: u64,
    /// How many workers there were, on all ranks.
    pub worker_count: usize,
    /// The workers; on MPI those that ran a task.
    pub workers: Vec<WorkerReport>,
    /// The lines of the graph, tasks and families, by descending time.
    pub lines: Vec<LineReport>,
    /// The tasks that have started, as they did.
    #[cfg_attr(feature = "json", serde(serialize_with = "tasks"))]
    pub tasks: Vec<TaskRun>,
}

/// A worker in a [`Report`].
#[derive(Clone, Debug)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WorkerReport {
    /// The MPI rank; 0 elsewhere.
    pub rank: usize,
    /// Its number there.
    pub worker: usize,
    /// How many tasks it ran, or elements of.
    pub tasks: usize,
    /// For how long it had one.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub busy: Duration,
}

/// A line of the graph, a task or a family, in a [`Report`].
#[derive(Clone, Debug)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LineReport {
    /// The task or family.
    pub name: &'static str,
    /// How many of its tasks have started.
    pub tasks: usize,
    /// How long they took all workers together.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub time: Duration,
    /// How long the longest took, from its start to its end.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub longest: Duration,
    /// Its part of the work, from 0 to 1.
    pub share: f64,
    /// Its part of the [critical path](Recording::critical_path) of the run, from 0 to 1.
    pub critical_share: f64,
    /// By how much the run would be shorter if its tasks took no time: what is to be gained there at most. This is the
    /// difference of two [plans](crate::Plan) with the times of this run, and known for the 20 lines that took the longest.
    #[cfg_attr(feature = "json", serde(serialize_with = "maybe_seconds"))]
    pub saved: Option<Duration>,
}

impl Recording {
    /// What the run was like, in numbers.
    #[must_use]
    pub fn report(&self) -> Report {
        let tasks = self.tasks();
        let elapsed = self.elapsed();
        let count = |state| self.entries.iter().flatten().filter(|entry| entry.state == state).count();
        let workers = self.worker_reports(&tasks);
        let work: Duration = tasks.iter().map(|run| run.work).sum();
        let (mut costs, mut elements) = (vec![0; self.entries.len()], vec![1; self.entries.len()]);
        for run in &tasks {
            costs[run.task.index()] = run.work.as_nanos() as u64;
            elements[run.task.index()] = run.elements.unwrap_or(1) as u64;
        }
        let planner = self.table.planner().costs(&costs).elements(elements);
        let plan = planner.plan(self.workers.max(1));
        let span = Duration::from_nanos(plan.critical_path_length());
        let busy: Duration = workers.iter().map(|worker| worker.busy).sum();
        let capacity = elapsed.saturating_mul(self.workers as u32);
        let mut lines = self.line_reports(&tasks);
        for (line, report) in lines.iter_mut().take(CANDIDATES) {
            let line = &self.table.lines()[*line];
            let mut without = costs.clone();
            without[line.first as usize..][..line.len()].fill(0);
            let shorter = planner.clone().costs(&without).plan(self.workers.max(1)).makespan();
            report.saved = Some(Duration::from_nanos(plan.makespan().saturating_sub(shorter)));
        }
        Report {
            graph: self.table.graph(),
            backend: self.backend.to_string(),
            finished: count(TaskState::Finished),
            failed: count(TaskState::Failed),
            skipped: count(TaskState::Skipped),
            elapsed,
            work,
            span,
            parallelism: ratio(work, span),
            speedup: ratio(work, elapsed),
            utilisation: ratio(busy, capacity),
            idle: capacity.saturating_sub(busy),
            messages: self.messages.len(),
            bytes: self.messages.iter().map(|message| message.bytes).sum(),
            worker_count: self.workers,
            workers,
            lines: lines.into_iter().map(|(_, line)| line).collect(),
            tasks,
        }
    }

    fn worker_reports(&self, tasks: &[TaskRun]) -> Vec<WorkerReport> {
        // When each worker's last task so far ends, how long it was busy, and how many tasks it ran.
        let mut workers = BTreeMap::<(usize, usize), (Duration, Duration, BTreeSet<usize>)>::new();
        // How many workers each rank has is not known.
        if self.backend != Backend::Mpi {
            workers.extend((0..self.workers).map(|worker| ((0, worker), Default::default())));
        }
        for run in self.stretches(tasks) {
            let (until, busy, tasks) = workers.entry((run.rank, run.worker)).or_default();
            // A task that waits may run another one inside, which counts once.
            *busy += run.end.saturating_sub(run.start.max(*until));
            *until = run.end.max(*until);
            tasks.insert(run.task.index());
        }
        let report = |((rank, worker), (_, busy, tasks)): (_, (_, _, BTreeSet<_>))| WorkerReport {
            rank,
            worker,
            tasks: tasks.len(),
            busy,
        };
        workers.into_iter().map(report).collect()
    }

    /// With the numbers of the lines.
    fn line_reports(&self, tasks: &[TaskRun]) -> Vec<(usize, LineReport)> {
        let lines = self.table.lines();
        let line_of = |run: &TaskRun| locate(lines, run.task.index() as u32) as usize;
        let mut critical = vec![Duration::ZERO; lines.len()];
        let path = self.critical_path();
        for (k, run) in path.iter().enumerate() {
            // Elements of a task may run on while the next one on the path does.
            let end = path.get(k + 1).map_or(run.end, |next| next.start.min(run.end));
            critical[line_of(run)] += end.saturating_sub(run.start);
        }
        let (work, path): (Duration, Duration) =
            (tasks.iter().map(|run| run.work).sum(), critical.iter().sum());
        let report = |(name, &critical): (_, &Duration)| LineReport {
            name,
            tasks: 0,
            time: Duration::ZERO,
            longest: Duration::ZERO,
            share: 0.0,
            critical_share: ratio(critical, path),
            saved: None,
        };
        let mut reports: Vec<_> =
            lines.iter().map(|line| line.name).zip(&critical).map(report).enumerate().collect();
        for run in tasks {
            let (_, line) = &mut reports[line_of(run)];
            line.tasks += 1;
            line.time += run.work;
            line.longest = line.longest.max(run.time());
            line.share = ratio(line.time, work);
        }
        reports.retain(|(_, line)| line.tasks > 0);
        reports.sort_by_key(|(_, line)| Reverse(line.time));
        reports
    }
}

fn ratio(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { part.as_secs_f64() / whole.as_secs_f64() }
}
