//! Reports as tables of text.

use alloc::format;
use alloc::string::ToString as _;
use core::fmt;
use core::time::Duration;

use super::{LimitReport, LineReport, Report, TaskRuns, WorkerReport, ratio};
use crate::backend::Backend;
use crate::record::Caught;

/// How many rows a table has at most.
const ROWS: usize = 40;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { graph, backend, worker_count, elapsed, .. } = self;
        let s = if *worker_count == 1 { "" } else { "s" };
        write!(f, "{graph} on {backend}, {worker_count} worker{s}: ")?;
        self.totals(f)?;
        write!(f, "{} of work in {}: speed-up {:.2}, ", Time(self.work), Time(*elapsed), self.speedup)?;
        writeln!(f, "utilisation {:.0} %, idle {}", 100.0 * self.utilisation, Time(self.idle))?;
        write!(f, "span {}, parallelism {:.2}: ", Time(self.span), self.parallelism)?;
        writeln!(f, "no number of workers gives a higher speed-up")?;
        if self.messages > 0 {
            writeln!(f, "{} outputs with {} bytes were sent to other ranks", self.messages, self.bytes)?;
        }

        let width = self.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0).max(4);
        writeln!(f, "\n{:width$}    tasks       time    longest  share  critical  would save", "task")?;
        for line in self.lines.iter().take(ROWS) {
            write!(f, "{:width$}  {:>7}  {:>9}  ", line.name, line.tasks, Time(line.time))?;
            let (share, critical) = (100.0 * line.share, 100.0 * line.critical_share);
            write!(f, "{:>9}  {share:>3.0} %     {critical:>3.0} %  ", Time(line.longest))?;
            match line.saved {
                Some(saved) => write!(f, "{:>10}", Time(saved))?,
                None => write!(f, "{:>10}", "-")?,
            }
            remarks(f, line)?;
        }
        more(f, self.lines.len())?;
        self.failures(f)?;
        self.limits(f)?;

        writeln!(f, "\nworker    tasks       busy  utilisation")?;
        let ranks = *backend == Backend::Mpi.to_string();
        for worker in self.workers.iter().take(ROWS) {
            let WorkerReport { rank, worker, tasks, busy } = *worker;
            let name = if ranks { format!("{rank}.{worker}") } else { worker.to_string() };
            let utilisation = 100.0 * ratio(busy, self.elapsed);
            writeln!(f, "{name:6}  {tasks:>7}  {:>9}        {utilisation:>3.0} %", Time(busy))?;
        }
        more(f, self.workers.len())
    }
}

impl Report {
    /// Writes how many tasks have ended in which way.
    fn totals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { finished, not_wanted, hits, not_needed, failed, skipped, caught, retried, .. } = *self;
        write!(f, "{finished} finished, ")?;
        let hit = if hits == 1 { "hit" } else { "hits" };
        let counts = [(hits, hit), (not_needed, "not needed"), (not_wanted, "not wanted")];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{count} {what}, ")?;
        }
        write!(f, "{failed} failed, {skipped} skipped")?;
        if caught > 0 {
            write!(f, ", {caught} caught")?;
        }
        if retried > 0 {
            let s = if retried == 1 { "" } else { "s" };
            write!(f, ", {retried} attempt{s} repeated")?;
        }
        writeln!(f)
    }

    /// Writes for how long tasks have waited for limits.
    fn limits(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.limits.is_empty() {
            return Ok(());
        }
        let width = self.limits.iter().map(|limit| limit.name.chars().count()).max().unwrap_or(0).max(11);
        writeln!(f, "\n{:width$}    tasks     waited    longest", "waiting for")?;
        for LimitReport { name, tasks, waited, longest } in self.limits.iter().take(ROWS) {
            writeln!(f, "{name:width$}  {tasks:>7}  {:>9}  {:>9}", Time(*waited), Time(*longest))?;
        }
        more(f, self.limits.len())
    }

    /// Writes the failures that were caught and those that another call followed.
    fn failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TaskRuns { table, failures, .. } = &self.tasks;
        if self.caught > 0 {
            writeln!(f, "\ncaught")?;
        }
        let caught = || failures.caught.iter().filter_map(|(task, caught)| Some((table.task(task)?, caught)));
        for (task, Caught { count, element, text }) in caught().take(ROWS) {
            write!(f, "{}", task.name())?;
            match element {
                Some(element) if count > 1 => write!(f, ", {count} elements, the first is {element}")?,
                Some(element) => write!(f, ", element {element}")?,
                None => {}
            }
            writeln!(f, ": {text}")?;
        }
        more(f, caught().count())?;
        let attempts = || failures.attempts().iter().filter_map(|attempt| attempt.of_table(table));
        if self.retried > 0 {
            writeln!(f, "\nrepeated")?;
        }
        for attempt in attempts().take(ROWS) {
            write!(f, "{}", attempt.task.name())?;
            if let Some(element) = attempt.element {
                write!(f, ", element {element}")?;
            }
            write!(f, ", attempt {}", attempt.attempt)?;
            if !attempt.time().is_zero() {
                write!(f, ", {}", Time(attempt.time()))?;
            }
            writeln!(f, ": {}", attempt.text)?;
        }
        more(f, self.retried)
    }
}

/// Ends the row of a line with what its figures do not say.
fn remarks(f: &mut fmt::Formatter<'_>, line: &LineReport) -> fmt::Result {
    let remarks = [
        (line.hits, if line.hits == 1 { "hit" } else { "hits" }),
        (line.not_needed, "not needed"),
        (line.not_wanted, "not wanted"),
        (line.failed, "failed"),
        (line.caught, "caught"),
        (line.retried, "repeated"),
    ];
    for (k, (count, what)) in remarks.into_iter().filter(|(count, _)| *count > 0).enumerate() {
        write!(f, "{}{count} {what}", if k == 0 { "  " } else { ", " })?;
    }
    writeln!(f)
}

/// Writes how many rows are not shown.
fn more(f: &mut fmt::Formatter<'_>, rows: usize) -> fmt::Result {
    if rows > ROWS { writeln!(f, "and {} more", rows - ROWS) } else { Ok(()) }
}

/// A time with about three digits: `1.25 ms`.
pub(crate) struct Time(pub(crate) Duration);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        let (value, unit) = match seconds {
            _ if self.0.is_zero() => return f.pad("0 s"),
            _ if seconds >= 1.0 => (seconds, "s"),
            _ if seconds >= 1e-3 => (1e3 * seconds, "ms"),
            _ => (1e6 * seconds, "µs"),
        };
        let digits = if value >= 100.0 { 0 } else { 2 };
        f.pad(&format!("{value:.digits$} {unit}"))
    }
}
