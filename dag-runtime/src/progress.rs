//! A progress bar.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt::Write as _;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::Failure;
use crate::observe::{Observer, RunEvent, RunSummary, TaskEvent};

/// How many running tasks are named.
const NAMED: usize = 3;
/// How often the times are drawn anew.
const TICK: Duration = Duration::from_millis(200);
const TEMPLATE: &str = "{prefix} [{bar:24}] {percent:>3}% {elapsed} elapsed, {eta} left  {wide_msg}";

/// An observer that draws a progress bar on the terminal, on stderr: how much is done, by cost, the tasks that
/// run, the time that has passed and what may be left of it. Where stderr is no terminal it draws nothing.
///
/// A task that runs once for each element of an output counts by its elements. On MPI rank 0 draws, and
/// knows of the other ranks' tasks when the run ends.
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
    state: Mutex<Option<State>>,
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
    /// None before the first event of rank 0: other ranks draw nothing.
    bar: Option<ProgressBar>,
    /// The cost of what has ended.
    done: u64,
    running: BTreeMap<usize, Running>,
}

#[derive(Debug)]
struct Running {
    name: String,
    cost: u64,
    elements: Option<(usize, usize)>,
}

impl Running {
    /// The cost of the elements that are done.
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
        Progress::on(ProgressDrawTarget::stderr)
    }

    fn on(target: fn() -> ProgressDrawTarget) -> Self {
        Progress { target, state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Option<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, event: &TaskEvent, change: impl FnOnce(&mut State)) {
        if let Some(state) = &mut *self.lock() {
            if event.rank == 0 && state.bar.is_none() {
                state.bar = Some(state.draw((self.target)()));
            }
            change(state);
            state.show();
        }
    }

    fn end(&self, event: &TaskEvent) {
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
        let bar = bar.with_prefix(self.graph);
        if !bar.is_hidden() {
            bar.enable_steady_tick(TICK);
        }
        bar
    }

    fn show(&self) {
        let Some(bar) = self.bar.as_ref().filter(|bar| !bar.is_hidden()) else { return };
        let parts = self.running.values().map(Running::done).fold(0, u64::saturating_add);
        bar.set_position(self.done.saturating_add(parts).min(self.total));
        bar.set_message(self.names());
    }

    /// The tasks that run: `load, parse 17/40 and 3 more`.
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
    fn run_started(&self, run: &RunEvent) {
        *self.lock() = Some(State {
            graph: run.table.graph(),
            total: run.table.work(),
            bar: None,
            done: 0,
            running: BTreeMap::new(),
        });
    }

    fn started(&self, event: &TaskEvent) {
        let running =
            Running { name: event.task.name().to_string(), cost: event.task.cost(), elements: None };
        self.change(event, |state| {
            state.running.insert(event.task.index(), running);
        });
    }

    fn elements(&self, event: &TaskEvent, done: usize, of: usize) {
        self.change(event, |state| {
            if let Some(running) = state.running.get_mut(&event.task.index()) {
                // Several workers tell it, and not in order.
                let before = running.elements.map_or(0, |(done, _)| done);
                running.elements = Some((done.max(before), of));
            }
        });
    }

    fn finished(&self, event: &TaskEvent, _: Duration) {
        self.end(event);
    }

    fn failed(&self, event: &TaskEvent, _: &Failure) {
        self.end(event);
    }

    fn run_ended(&self, run: &RunSummary) {
        let Some(State { bar: Some(bar), .. }) = self.lock().take() else { return };
        if run.is_success() {
            bar.finish_with_message("done");
        } else {
            bar.abandon_with_message(format!("{} failed, {} skipped", run.failed, run.skipped));
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;
    use std::io;

    use indicatif::TermLike;

    use super::*;
    use crate::executor::Backend;
    use crate::table::{Node, Table};

    /// What the bars of this thread have drawn.
    #[derive(Debug)]
    struct Paper;

    std::thread_local! {
        static DRAWN: core::cell::RefCell<Vec<String>> = const { core::cell::RefCell::new(Vec::new()) };
    }

    impl TermLike for Paper {
        fn width(&self) -> u16 {
            120
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            DRAWN.with_borrow_mut(|drawn| drawn.push(text.trim_end().to_string()));
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn table() -> &'static Table {
        let node = |name, cost| Node { name, cost, ..Node::EMPTY };
        Table::leak("Stats", vec![node("load", 10), node("parse", 80), node("sum", 10)], vec![])
    }

    fn event(table: &'static Table, task: usize, rank: usize) -> TaskEvent {
        TaskEvent { task: table.task(task).unwrap(), element: None, worker: 0, rank, at: Duration::ZERO }
    }

    fn position(progress: &Progress) -> u64 {
        progress.lock().as_ref().unwrap().bar.as_ref().unwrap().position()
    }

    #[test]
    fn the_bar_goes_by_costs_and_elements() {
        let table = table();
        let progress = Progress::on(|| ProgressDrawTarget::term_like(std::boxed::Box::new(Paper)));
        progress.run_started(&RunEvent { table, backend: Backend::Rayon, workers: 2 });
        progress.started(&event(table, 0, 0));
        assert_eq!(position(&progress), 0);
        progress.finished(&event(table, 0, 0), Duration::ZERO);
        assert_eq!(position(&progress), 10);
        progress.started(&event(table, 1, 0));
        progress.elements(&event(table, 1, 0), 3, 4);
        progress.elements(&event(table, 1, 0), 2, 4);
        assert_eq!(position(&progress), 70);
        assert_eq!(progress.lock().as_ref().unwrap().names(), "parse 3/4");
        progress.failed(&event(table, 1, 0), &Failure::error("no".into()));
        assert_eq!(position(&progress), 90);
        let elapsed = Duration::ZERO;
        progress.run_ended(&RunSummary { table, elapsed, finished: 1, failed: 1, skipped: 1 });
        let last = DRAWN.with_borrow(|drawn| drawn.iter().rfind(|text| !text.is_empty()).cloned()).unwrap();
        assert!(last.starts_with("Stats [") && last.ends_with("1 failed, 1 skipped"), "{last}");
    }

    #[test]
    fn many_names_are_cut_short() {
        let running = |name: &str| Running { name: name.to_string(), cost: 1, elements: None };
        let running = ["a", "b", "c", "d", "e"].map(running).into_iter().enumerate().collect();
        let state = State { graph: "G", total: 5, bar: None, done: 0, running };
        assert_eq!(state.names(), "a, b, c and 2 more");
    }

    #[test]
    fn other_ranks_draw_nothing() {
        let table = table();
        let progress = Progress::on(|| panic!("rank 1 has no bar"));
        progress.run_started(&RunEvent { table, backend: Backend::Mpi, workers: 2 });
        progress.started(&event(table, 0, 1));
        progress.finished(&event(table, 0, 1), Duration::ZERO);
        let elapsed = Duration::ZERO;
        progress.run_ended(&RunSummary { table, elapsed, finished: 3, failed: 0, skipped: 0 });
    }
}
