//! Runs in the trace format of Chrome.

use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt::{self, Write as _};
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::backend::Backend;
use crate::record::interval::Interval;
use crate::record::report::CaughtRow;
use crate::record::{Attempt, Recording, TaskRun};
use crate::state::TaskState;

/// A run in the trace format of Chrome, as text by [`Display`](fmt::Display): returned by [`Recording::trace`].
///
/// [Perfetto](https://ui.perfetto.dev) and `chrome://tracing` show it, with a track for each worker, MPI ranks as
/// processes, and arrows along the dependencies. A task that is not wanted is an instant event. A call that failed and that
/// another one followed is an interval inside that of its task. The time for which a task has [waited](Recording::waits) for a limit is an
/// asynchronous event. The format is defined in the document *Trace Event Format*.
#[derive(Clone, Copy, Debug)]
#[must_use = "a trace is written when it is displayed"]
pub struct ChromeTrace<'a> {
    recording: &'a Recording,
}

impl Recording {
    /// The run in the trace format of Chrome, which [Perfetto](https://ui.perfetto.dev) shows.
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn trace(&self) -> ChromeTrace<'_> {
        ChromeTrace { recording: self }
    }
}

/// An event of the format.
#[derive(Serialize)]
#[serde(tag = "ph")]
enum Event<'recording> {
    #[serde(rename = "M")]
    Metadata { name: &'static str, pid: usize, tid: usize, args: Named },
    #[serde(rename = "X")]
    Complete {
        name: String,
        cat: &'static str,
        ts: f64,
        dur: f64,
        pid: usize,
        tid: usize,
        args: Facts<'recording>,
    },
    #[serde(rename = "s")]
    FlowStart { name: &'static str, cat: &'static str, id: usize, ts: f64, pid: usize, tid: usize },
    #[serde(rename = "f")]
    FlowEnd {
        name: &'static str,
        cat: &'static str,
        id: usize,
        ts: f64,
        pid: usize,
        tid: usize,
        bp: &'static str,
    },
    #[serde(rename = "b")]
    AsyncStart { name: String, cat: &'static str, id: usize, ts: f64, pid: usize, tid: usize, args: Waited },
    #[serde(rename = "e")]
    AsyncEnd { name: String, cat: &'static str, id: usize, ts: f64, pid: usize, tid: usize },
    #[serde(rename = "i")]
    Instant {
        name: String,
        cat: &'static str,
        ts: f64,
        pid: usize,
        tid: usize,
        s: &'static str,
        args: Facts<'recording>,
    },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Facts<'recording> {
    Task(TaskFacts<'recording>),
    Attempt(AttemptFacts<'recording>),
    Sent(Sent),
}

#[derive(Serialize)]
struct Named {
    name: String,
}

#[derive(Serialize)]
struct TaskFacts<'recording> {
    task: usize,
    cost: u64,
    state: TaskState,
    critical: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'recording str,
    #[serde(skip_serializing_if = "Option::is_none")]
    elements: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'recording str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caught: Option<CaughtRow<'recording>>,
    #[serde(skip_serializing_if = "is_zero")]
    repeated: usize,
}

#[derive(Serialize)]
struct AttemptFacts<'recording> {
    task: usize,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<usize>,
    failure: &'recording str,
}

#[derive(Serialize)]
struct Waited {
    task: usize,
    limit: &'static str,
}

#[derive(Serialize)]
struct Sent {
    to: usize,
    bytes: u64,
}

impl fmt::Display for ChromeTrace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[")?;
        let mut first = true;
        self.events(|event| {
            f.write_str(if first { "\n" } else { ",\n" })?;
            first = false;
            f.write_str(&serde_json::to_string(&event).map_err(|_| fmt::Error)?)
        })?;
        f.write_str("\n]}\n")
    }
}

impl ChromeTrace<'_> {
    fn events(&self, mut tell: impl FnMut(Event<'_>) -> fmt::Result) -> fmt::Result {
        let recording = self.recording;
        let tasks = recording.tasks();
        let graph = recording.table.graph();
        let intervals = recording.intervals(&tasks);
        let tracks: BTreeSet<_> = intervals.iter().map(|run| (run.rank, run.worker)).collect();
        let ranks: BTreeSet<_> = tracks.iter().map(|&(rank, _)| rank).collect();
        for pid in ranks {
            let mut name = String::from(graph);
            if recording.backend == Backend::Mpi {
                let _ = write!(name, ", rank {pid}");
            }
            tell(Event::Metadata { name: "process_name", pid, tid: 0, args: Named { name } })?;
        }
        for (pid, tid) in tracks {
            let name = format!("worker {tid}");
            tell(Event::Metadata { name: "thread_name", pid, tid, args: Named { name } })?;
        }
        let runs: BTreeMap<usize, TaskRun<'_>> = tasks.iter().map(|run| (run.task.index(), *run)).collect();
        let critical: BTreeSet<usize> =
            recording.critical_path().iter().map(|run| run.task.index()).collect();
        for interval in &intervals {
            let Interval { task, rank: pid, worker: tid, .. } = *interval;
            let Some(TaskRun { task, state, elements, retried, .. }) = runs.get(&task).copied() else {
                continue;
            };
            let args = Facts::Task(TaskFacts {
                task: task.index(),
                cost: task.cost(),
                state,
                critical: critical.contains(&task.index()),
                description: task.description(),
                elements,
                failure: recording.failure(task),
                caught: recording.caught(task).map(CaughtRow::of),
                repeated: retried,
            });
            let (name, cat) = (task.name().to_string(), "task");
            let (ts, dur) = (micros(interval.start), micros(interval.time()));
            match state {
                TaskState::NotWanted | TaskState::NotNeeded => {
                    let cat = if state == TaskState::NotWanted { "not wanted" } else { "not needed" };
                    tell(Event::Instant { name, cat, ts, pid, tid, s: "t", args })?
                }
                _ => tell(Event::Complete { name, cat, ts, dur, pid, tid, args })?,
            }
        }
        for attempt in recording.attempts() {
            let Attempt { task, element, attempt: number, rank: pid, worker: tid, text, .. } = attempt;
            let args = AttemptFacts { task: task.index(), attempt: number, element, failure: text };
            let (args, cat) = (Facts::Attempt(args), "attempt");
            let name = format!("{}, attempt {number}", task.name());
            let (ts, dur) = (micros(attempt.start), micros(attempt.time()));
            // Viewers show it inside the interval of its task.
            match attempt.time().is_zero() {
                true => tell(Event::Instant { name, cat, ts, pid, tid, s: "t", args })?,
                false => tell(Event::Complete { name, cat, ts, dur, pid, tid, args })?,
            }
        }
        for (id, wait) in recording.waits().into_iter().enumerate() {
            let name = format!("{} waits for `{}`", wait.task.name(), wait.limit);
            let (cat, pid, tid) = ("limit", wait.rank, 0);
            let args = Waited { task: wait.task.index(), limit: wait.limit };
            tell(Event::AsyncStart { name: name.clone(), cat, id, ts: micros(wait.since), pid, tid, args })?;
            tell(Event::AsyncEnd { name, cat, id, ts: micros(wait.until), pid, tid })?;
        }
        // An arrow ends where a task begins, and begins where its dependency ends. Arrows join intervals only.
        let (mut firsts, mut lasts) = (BTreeMap::new(), BTreeMap::new());
        let has_run = |task| runs.get(&task).is_some_and(|run| !run.state.is_left_out());
        for interval in intervals.iter().filter(|interval| has_run(interval.task)) {
            firsts.entry(interval.task).or_insert(interval);
            let last = lasts.entry(interval.task).or_insert(interval);
            *last = if last.end < interval.end { interval } else { *last };
        }
        let mut id = 0;
        for TaskRun { task, .. } in &tasks {
            let Some(run) = firsts.get(&task.index()) else { continue };
            for before in task.dependencies().filter_map(|task| lasts.get(&task.index())) {
                let (name, cat) = ("dependency", "dependency");
                // Viewers attach an arrow to the task whose interval contains its start, and the end is not in the
                // interval.
                let ts = micros(before.start) + micros(before.time()) * 0.999;
                tell(Event::FlowStart { name, cat, id, ts, pid: before.rank, tid: before.worker })?;
                let ts = micros(run.start);
                tell(Event::FlowEnd { name, cat, id, ts, pid: run.rank, tid: run.worker, bp: "e" })?;
                id += 1;
            }
        }
        for message in recording.messages() {
            let name = format!("{} to rank {}", message.task.name(), message.to);
            let tid = runs.get(&message.task.index()).map_or(0, |run| run.worker);
            let args = Facts::Sent(Sent { to: message.to, bytes: message.bytes });
            let (cat, ts, pid) = ("message", micros(message.at), message.from);
            tell(Event::Instant { name, cat, ts, pid, tid, s: "t", args })?;
        }
        Ok(())
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}
