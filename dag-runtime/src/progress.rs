//! A progress bar.

#[cfg(test)]
mod tests;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt::Write as _;
use core::time::Duration;
use std::io::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::Failure;
use crate::observe::{Observer, RunEvent, RunId, RunSummary, TaskEvent};

/// How many running tasks are named.
const NAMED: usize = 3;
/// The interval at which the times are redrawn.
const TICK: Duration = Duration::from_millis(200);
/// The shortest time between lines if there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);
const TEMPLATE: &str = "{prefix} [{bar:24}] {percent:>3}% {elapsed} elapsed, {eta} left  {wide_msg}";

/// An observer that draws a progress bar on stderr: the finished fraction of the costs, the running tasks, the elapsed
/// time and an estimate of the time left. A task that is not wanted counts as finished. If stderr is not a terminal, it writes a line at an event, at most every ten
/// seconds.
///
/// A task with `each` counts by its elements. On MPI, rank 0 draws, and learns of the tasks of other ranks at the end
/// of the run.
///
/// Of runs that overlap it shows the one that started a task first, so the outer one of a run inside a task. After this
/// run has ended, it shows another one that is still in progress.
///
/// ```
/// use dag_runtime::{Progress, Serial, dag, task};
///
/// #[task]
/// fn answer() -> u32 { 42 }
///
/// dag! { graph Ask -> answer { answer } }
///
/// assert_eq!(Ask.run(&Serial.observe(Progress::new()))?, 42);
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct Progress {
    target: fn() -> ProgressDrawTarget,
    /// Writes a line if there is no terminal, and the time between lines.
    line: fn(&str),
    pause: Duration,
    runs: Mutex<Runs>,
}

/// The runs in progress.
#[derive(Debug, Default)]
struct Runs {
    states: BTreeMap<RunId, State>,
    /// The run that is shown, after it has started a task.
    shown: Option<RunId>,
}

impl Default for Progress {
    fn default() -> Self {
        Progress::new()
    }
}

#[derive(Debug)]
struct State {
    graph: &'static str,
    total: u64,
    /// `None` before the first event of rank 0, and for a run that is not shown: other ranks draw nothing.
    bar: Option<ProgressBar>,
    /// The cost of the tasks that have ended.
    done: u64,
    running: BTreeMap<usize, Running>,
    start: Instant,
    /// When the last line was written, initially the start of the run.
    told: Instant,
}

#[derive(Debug)]
struct Running {
    name: String,
    cost: u64,
    elements: Option<(usize, usize)>,
}

impl Running {
    /// The cost of the finished elements.
    fn done(&self) -> u64 {
        match self.elements {
            Some((done, of)) if of > 0 => (u128::from(self.cost) * done as u128 / of as u128) as u64,
            _ => 0,
        }
    }
}

impl Progress {
    /// A bar on stderr.
    #[must_use]
    pub fn new() -> Self {
        // A closed stderr is not a reason to fail.
        let line = |text: &str| drop(writeln!(io::stderr(), "{text}"));
        Progress { target: ProgressDrawTarget::stderr, line, pause: PAUSE, runs: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, event: &TaskEvent<'_>, change: impl FnOnce(&mut State)) {
        let Runs { states, shown } = &mut *self.lock();
        if let Some(state) = states.get_mut(&event.run) {
            change(state);
            if *shown.get_or_insert(event.run) != event.run {
                return;
            }
            if event.rank == 0 && state.bar.is_none() {
                state.bar = Some(state.draw((self.target)()));
            }
            state.show();
            if state.bar.as_ref().is_some_and(ProgressBar::is_hidden) && state.told.elapsed() >= self.pause {
                state.told = Instant::now();
                (self.line)(&state.line());
            }
        }
    }

    fn end(&self, event: &TaskEvent<'_>) {
        self.change(event, |state| {
            if state.running.remove(&event.task.index()).is_some() {
                state.done = state.done.saturating_add(event.task.cost());
            }
        });
    }
}

impl State {
    fn draw(&self, target: ProgressDrawTarget) -> ProgressBar {
        let style =
            ProgressStyle::with_template(TEMPLATE).expect("the template is right").progress_chars("=> ");
        let bar = ProgressBar::with_draw_target(Some(self.total), target).with_style(style);
        let bar = bar.with_prefix(self.graph).with_elapsed(self.start.elapsed());
        if !bar.is_hidden() {
            bar.enable_steady_tick(TICK);
        }
        bar
    }

    fn show(&self) {
        if let Some(bar) = self.bar.as_ref().filter(|bar| !bar.is_hidden()) {
            bar.set_position(self.position());
            bar.set_message(self.names());
        }
    }

    /// The finished cost.
    fn position(&self) -> u64 {
        let parts = self.running.values().map(Running::done).fold(0, u64::saturating_add);
        self.done.saturating_add(parts).min(self.total)
    }

    /// The content of the bar as text: `Stats: 40 % after 12 s, load, parse 17/40`.
    fn line(&self) -> String {
        let percent = 100 * u128::from(self.position()) / u128::from(self.total.max(1));
        let (seconds, names) = (self.start.elapsed().as_secs(), self.names());
        let comma = if names.is_empty() { "" } else { ", " };
        format!("{}: {percent} % after {seconds} s{comma}{names}", self.graph)
    }

    /// The running tasks: `load, parse 17/40 and 3 more`.
    fn names(&self) -> String {
        let mut text = String::new();
        for (k, running) in self.running.values().take(NAMED).enumerate() {
            let _ = write!(text, "{}{}", if k == 0 { "" } else { ", " }, running.name);
            if let Some((done, of)) = running.elements {
                let _ = write!(text, " {done}/{of}");
            }
        }
        if self.running.len() > NAMED {
            let _ = write!(text, " and {} more", self.running.len() - NAMED);
        }
        text
    }
}

impl Observer for Progress {
    fn run_started(&self, run: &RunEvent<'_>) {
        let state = State {
            graph: run.table.graph(),
            total: run.table.work(),
            bar: None,
            done: 0,
            running: BTreeMap::new(),
            start: Instant::now(),
            told: Instant::now(),
        };
        self.lock().states.insert(run.run, state);
    }

    fn started(&self, event: &TaskEvent<'_>) {
        let running =
            Running { name: event.task.name().to_string(), cost: event.task.cost(), elements: None };
        self.change(event, |state| {
            state.running.insert(event.task.index(), running);
        });
    }

    fn elements(&self, event: &TaskEvent<'_>, done: usize, of: usize) {
        self.change(event, |state| {
            if let Some(running) = state.running.get_mut(&event.task.index()) {
                // Several workers report it, in any order.
                let before = running.elements.map_or(0, |(done, _)| done);
                running.elements = Some((done.max(before), of));
            }
        });
    }

    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.end(event);
    }

    fn not_wanted(&self, event: &TaskEvent<'_>) {
        self.end(event);
    }

    fn hit(&self, event: &TaskEvent<'_>) {
        self.end(event);
    }

    fn not_needed(&self, event: &TaskEvent<'_>) {
        self.end(event);
    }

    fn failed(&self, event: &TaskEvent<'_>, _: &Failure) {
        self.end(event);
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        let mut runs = self.lock();
        if runs.shown == Some(run.run) {
            runs.shown = None;
        }
        let Some(State { bar: Some(bar), .. }) = runs.states.remove(&run.run) else { return };
        drop(runs);
        let mut message = match run.is_success() {
            true => String::from("done"),
            false => format!("{} failed, {} skipped", run.failed, run.skipped),
        };
        let counts = [
            (run.hits, if run.hits == 1 { "hit" } else { "hits" }),
            (run.not_needed, "not needed"),
            (run.not_wanted, "not wanted"),
            (run.caught, "caught"),
        ];
        for (count, what) in counts {
            if count > 0 {
                let _ = write!(message, ", {count} {what}");
            }
        }
        match run.is_success() {
            true => bar.finish_with_message(message),
            false => bar.abandon_with_message(message),
        }
    }
}
