//! Statistics of runs.

#[cfg(feature = "json")]
mod json;
mod runs;
mod text;

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use crate::backend::Backend;
use crate::ordered::{Key, Map, nanoseconds, of_task, sort_by_key};
use crate::record::{Recording, TaskRun};
use crate::state::TaskState;
use crate::table::locate;

#[cfg(feature = "json")]
pub(super) use json::CaughtRow;
#[cfg(feature = "json")]
use json::{maybe_seconds, seconds, tasks};
use runs::{StoredRun, TaskRuns};
pub(crate) use text::Time;

/// For how many lines `saved` is computed.
const CANDIDATES: usize = 20;

/// Statistics of a run: returned by [`Recording::report`].
///
/// The text by [`Display`](core::fmt::Display) is a table. With the feature `json`, a report is
/// [`Serialize`](https://docs.rs/serde/latest/serde/trait.Serialize.html), and all times are seconds.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The graph.
    pub graph: &'static str,
    /// The kind of executor, such as `rayon`.
    pub backend: String,
    /// How many tasks have finished.
    pub finished: usize,
    /// How many tasks were not wanted.
    pub not_wanted: usize,
    /// The outputs of how many tasks were found in a store.
    pub hits: usize,
    /// How many tasks were not needed, since outputs of others were found in a store.
    pub not_needed: usize,
    /// How many tasks have failed.
    pub failed: usize,
    /// How many tasks did not run, or did not run to their end.
    pub skipped: usize,
    /// How many failures of tasks and elements were [caught](Recording::caught).
    pub caught: usize,
    /// How many calls of tasks and elements failed and were [followed by another one](Recording::attempts).
    pub retried: usize,
    /// How long the run took.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub elapsed: Duration,
    /// The time for which workers had a task, summed over all workers: the sum of the [work](TaskRun::work) of all
    /// tasks.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub work: Duration,
    /// The time of the longest chain of dependencies: with these times, no number of workers is faster.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub span: Duration,
    /// Work divided by span: how many workers the graph could keep busy on average.
    pub parallelism: f64,
    /// Work divided by the elapsed time: the speed-up that was reached.
    pub speedup: f64,
    /// The fraction of the time of all workers, from 0 to 1, for which they had a task.
    pub utilisation: f64,
    /// The time for which workers had no task, summed over all workers.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub idle: Duration,
    /// How many outputs were sent to other ranks.
    pub messages: usize,
    /// The number of bytes that were sent to other ranks.
    pub bytes: u64,
    /// The number of workers, on all ranks.
    pub worker_count: usize,
    /// The workers; on MPI those that ran a task.
    pub workers: Vec<WorkerReport>,
    /// The lines of the graph, tasks and families, by descending time.
    pub lines: Vec<LineReport>,
    /// The limits for which tasks have waited, by descending time.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Vec::is_empty"))]
    pub limits: Vec<LimitReport>,
    #[cfg_attr(feature = "json", serde(serialize_with = "tasks"))]
    tasks: TaskRuns,
}

impl Report {
    /// The tasks that have started, in the order of their starts.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskRun<'_>> {
        self.tasks.iter().collect()
    }
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
    /// How many tasks it ran, whole or in part.
    pub tasks: usize,
    /// The time for which it had a task.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub busy: Duration,
}

/// A limit for which tasks have waited, in a [`Report`].
#[derive(Clone, Debug)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LimitReport {
    /// The limit.
    pub name: &'static str,
    /// How many tasks have waited for it.
    pub tasks: usize,
    /// For how long they have waited, all together.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub waited: Duration,
    /// The time of the one that has waited longest.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub longest: Duration,
}

/// A line of the graph, a task or a family, in a [`Report`].
#[derive(Clone, Debug)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LineReport {
    /// The task or family.
    pub name: &'static str,
    /// How many of its tasks have started, without those that are counted next.
    pub tasks: usize,
    /// How many of its tasks were not wanted.
    pub not_wanted: usize,
    /// The outputs of how many of its tasks were found in a store.
    pub hits: usize,
    /// How many of its tasks were not needed.
    pub not_needed: usize,
    /// How many of its tasks have failed.
    pub failed: usize,
    /// How many failures of its tasks and their elements were [caught](Recording::caught).
    pub caught: usize,
    /// How many calls of its tasks and their elements failed and were [followed by another one](Recording::attempts).
    pub retried: usize,
    /// The time that they took, summed over all workers.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub time: Duration,
    /// The time of the longest one, from its start to its end.
    #[cfg_attr(feature = "json", serde(serialize_with = "seconds"))]
    pub longest: Duration,
    /// Its fraction of the work, from 0 to 1.
    pub share: f64,
    /// Its fraction of the [critical path](Recording::critical_path) of the run, from 0 to 1.
    pub critical_share: f64,
    /// By how much the run would be shorter if these tasks took no time: an upper bound for what optimising them saves.
    /// It is the difference of two [plans](crate::Plan) with the times of this run, and is known for the 20 lines that
    /// took the longest.
    #[cfg_attr(feature = "json", serde(serialize_with = "maybe_seconds"))]
    pub saved: Option<Duration>,
}

impl Recording {
    /// Statistics of the run.
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
        let runs = tasks.iter().map(StoredRun::of).collect();
        Report {
            graph: self.table.graph(),
            backend: self.backend.to_string(),
            finished: count(TaskState::Finished),
            not_wanted: count(TaskState::NotWanted),
            hits: count(TaskState::Hit),
            not_needed: count(TaskState::NotNeeded),
            failed: count(TaskState::Failed),
            skipped: count(TaskState::Skipped),
            caught: tasks.iter().map(|run| run.caught).sum(),
            retried: tasks.iter().map(|run| run.retried).sum(),
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
            limits: self.limit_reports(),
            tasks: TaskRuns { table: self.shared_table(), runs, failures: self.failures.clone() },
        }
    }

    fn limit_reports(&self) -> Vec<LimitReport> {
        // By name, and in the end those with the same time still are.
        let mut reports = Vec::<LimitReport>::new();
        for wait in self.waits() {
            let new = || LimitReport {
                name: wait.limit,
                tasks: 0,
                waited: Duration::ZERO,
                longest: Duration::ZERO,
            };
            let place = reports.partition_point(|report| report.name < wait.limit);
            if reports.get(place).is_none_or(|report| report.name != wait.limit) {
                reports.insert(place, new());
            }
            let report = &mut reports[place];
            report.tasks += 1;
            report.waited += wait.time();
            report.longest = report.longest.max(wait.time());
        }
        sort_by_key(&mut reports, |report| (!nanoseconds(report.waited), 0));
        reports
    }

    fn worker_reports(&self, tasks: &[TaskRun<'_>]) -> Vec<WorkerReport> {
        // For each worker, when its last task so far ends, how long it was busy, and which tasks it ran.
        let mut workers = Map::<(Duration, Duration, Vec<usize>)>::default();
        // The number of workers on each rank is unknown.
        if self.backend != Backend::Mpi {
            (0..self.workers as u64).for_each(|worker| {
                workers.entry((0, worker), Default::default);
            });
        }
        for run in self.intervals(tasks) {
            let (until, busy, tasks) = workers.entry((run.rank as u64, run.worker as u64), Default::default);
            // A task that waits may run another one inside it, which must not count twice.
            *busy += run.end.saturating_sub(run.start.max(*until));
            *until = run.end.max(*until);
            if self.entries[run.task].is_some_and(|entry| !entry.state.is_without_call()) {
                tasks.push(run.task);
            }
        }
        let report = |((rank, worker), (_, busy, tasks)): (Key, &(_, _, Vec<usize>))| {
            let mut tasks = tasks.clone();
            sort_by_key(&mut tasks, |&task| of_task(task));
            tasks.dedup();
            WorkerReport { rank: rank as usize, worker: worker as usize, tasks: tasks.len(), busy: *busy }
        };
        workers.iter().map(report).collect()
    }

    /// The reports with the numbers of their lines.
    fn line_reports(&self, tasks: &[TaskRun<'_>]) -> Vec<(usize, LineReport)> {
        let lines = self.table.lines();
        let line_of = |run: &TaskRun<'_>| locate(lines, run.task.index() as u32) as usize;
        let mut critical = vec![Duration::ZERO; lines.len()];
        let path = self.critical_path();
        for (k, run) in path.iter().enumerate() {
            // Elements of a task may still run while the next task of the path does.
            let end = path.get(k + 1).map_or(run.end, |next| next.start.min(run.end));
            critical[line_of(run)] += end.saturating_sub(run.start);
        }
        let (work, path): (Duration, Duration) =
            (tasks.iter().map(|run| run.work).sum(), critical.iter().sum());
        let report = |(name, &critical): (_, &Duration)| LineReport {
            name,
            tasks: 0,
            not_wanted: 0,
            hits: 0,
            not_needed: 0,
            failed: 0,
            caught: 0,
            retried: 0,
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
            match run.state {
                TaskState::NotWanted => line.not_wanted += 1,
                TaskState::Hit => line.hits += 1,
                TaskState::NotNeeded => line.not_needed += 1,
                _ => line.tasks += 1,
            }
            line.failed += usize::from(run.state == TaskState::Failed);
            line.caught += run.caught;
            line.retried += run.retried;
            line.time += run.work;
            line.longest = line.longest.max(run.time());
            line.share = ratio(line.time, work);
        }
        reports.retain(|(_, line)| line.tasks + line.not_wanted + line.hits + line.not_needed > 0);
        sort_by_key(&mut reports, |(_, line)| (!nanoseconds(line.time), 0));
        reports
    }
}

fn ratio(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { part.as_secs_f64() / whole.as_secs_f64() }
}
