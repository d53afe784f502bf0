//! What is told of a run that makes no progress.

use alloc::format;
use alloc::string::String;
#[cfg(feature = "tracing")]
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::run::{Run, State};
use crate::backend::Backend;
use crate::duration_text::DurationText;

/// The most tasks of each kind that are named.
const NAMED: usize = 5;

/// What is told of a run that makes no progress.
#[derive(Debug)]
pub(super) struct Report {
    graph: &'static str,
    /// The rank, on MPI.
    rank: Option<usize>,
    silence: Duration,
    running: Names,
    ready: Names,
    waiting: Names,
}

/// The first ones of some tasks, and how many there are.
#[derive(Debug, Default)]
struct Names {
    first: Vec<String>,
    count: usize,
}

impl Names {
    fn add(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(text());
        }
    }
}

/// `` `a`, `b`; 17 more tasks``, or nothing.
impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first.join(", "))?;
        let separator = if self.first.is_empty() { "" } else { "; " };
        match self.count - self.first.len() {
            0 => Ok(()),
            1 => write!(f, "{separator}1 more task"),
            more => write!(f, "{separator}{more} more tasks"),
        }
    }
}

impl Report {
    pub(super) fn of(run: &Run, now: Duration, silence: Duration) -> Self {
        let view = run.table.view();
        let state = |task: u32| run.started(task as usize).map(|started| started.state);
        let name = |task: u32| {
            let task = run.table.task(task as usize).expect("a task of the table");
            format!("`{}`", task.name())
        };
        let is_one_of_several = run.backend == Backend::Mpi;
        let mut report = Report {
            graph: run.table.graph(),
            rank: is_one_of_several.then_some(run.rank),
            silence,
            running: Names::default(),
            ready: Names::default(),
            waiting: Names::default(),
        };
        // These will be skipped, since a dependency has failed or will be skipped.
        let mut blocked = vec![false; view.len()];
        let mut others = 0;
        for &task in view.serial_order() {
            match run.started(task as usize) {
                Some(started) if started.state == State::Running => report.running.add(|| {
                    let time = DurationText(rounded(now.saturating_sub(started.at)));
                    let place = match run.workers {
                        1 => String::new(),
                        _ => format!(" on worker {}", started.worker),
                    };
                    format!("{}{place} for {time}", name(task))
                }),
                Some(started) => blocked[task as usize] = started.state == State::Failed,
                None if run.limit_of(task as usize).is_some() => report.waiting.add(|| {
                    let limit = run.limit_of(task as usize).unwrap_or_default();
                    format!("{} for limit `{limit}`", name(task))
                }),
                None => {
                    let dependencies = view.dependencies_of(task);
                    if dependencies.iter().any(|&other| blocked[other as usize]) {
                        blocked[task as usize] = true;
                        continue;
                    }
                    let running = dependencies.iter().find(|&&other| state(other) == Some(State::Running));
                    let is_ready = || dependencies.iter().all(|&other| state(other) == Some(State::Ended));
                    match running {
                        Some(&other) => report.waiting.add(|| format!("{} for {}", name(task), name(other))),
                        None if !is_one_of_several && is_ready() => report.ready.add(|| name(task)),
                        None => others += 1,
                    }
                }
            }
        }
        // A rank does not know which of the others have run elsewhere.
        if !is_one_of_several {
            report.waiting.count += others;
        }
        report
    }

    /// Emits it as an event of `tracing`.
    #[cfg(feature = "tracing")]
    pub(super) fn emit(&self, parent: &::tracing::Span) {
        let Report { graph, rank, silence, .. } = self;
        let (running, ready, waiting) =
            (self.running.to_string(), self.ready.to_string(), self.waiting.to_string());
        ::tracing::warn!(
            parent: parent,
            graph,
            rank = rank.unwrap_or(0),
            ?silence,
            running,
            ready,
            waiting,
            "no task has started or ended"
        );
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { graph, rank, silence, running, ready, waiting } = self;
        write!(f, "no task of graph `{graph}` has started or ended")?;
        if let Some(rank) = rank {
            write!(f, " on rank {rank}")?;
        }
        writeln!(f, " for {}", DurationText(rounded(*silence)))?;
        for (what, names) in [("running", running), ("ready", ready), ("waiting", waiting)] {
            if names.count > 0 {
                writeln!(f, "  {what}: {names}")?;
            }
        }
        if running.count == 0 {
            let why = if rank.is_some() { "nothing on this rank" } else { "nothing" };
            writeln!(f, "  running: {why}")?;
        }
        Ok(())
    }
}

/// In tenths of a second, or in milliseconds if it is short.
fn rounded(duration: Duration) -> Duration {
    let unit = if duration < Duration::from_secs(1) { 1 } else { 100 };
    let millis = duration.as_millis() as u64;
    Duration::from_millis(millis / unit * unit)
}
