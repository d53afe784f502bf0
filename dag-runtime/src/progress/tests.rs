//! Progress, with a terminal and without.

use alloc::vec;
use alloc::vec::Vec;
use std::io;

use indicatif::TermLike;

use super::*;
use crate::backend::Backend;
use crate::table::{Line, Table};

/// The run of the events.
const RUN: RunId = RunId::numbered(0);

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
    let node = |name, cost| Line { name, cost, ..Line::EMPTY };
    Table::leak("Stats", vec![node("load", 10), node("parse", 80), node("sum", 10)], vec![])
}

fn event(table: &'static Table, task: usize, rank: usize) -> TaskEvent<'static> {
    TaskEvent {
        run: RUN,
        task: table.task(task).unwrap(),
        element: None,
        worker: 0,
        rank,
        at: Duration::ZERO,
    }
}

/// The state of the run.
fn state<R>(progress: &Progress, of: impl FnOnce(&State) -> R) -> R {
    of(&progress.lock().states[&RUN])
}

fn on(target: fn() -> ProgressDrawTarget) -> Progress {
    Progress { target, ..Progress::new() }
}

fn position(progress: &Progress) -> u64 {
    state(progress, |state| state.bar.as_ref().unwrap().position())
}

#[test]
fn the_bar_goes_by_costs_and_elements() {
    let table = table();
    let progress = on(|| ProgressDrawTarget::term_like(std::boxed::Box::new(Paper)));
    progress.run_started(&RunEvent {
        run: RUN,
        table,
        shared: &table.into(),
        backend: Backend::Rayon,
        workers: 2,
        rank: 0,
    });
    progress.started(&event(table, 0, 0));
    assert_eq!(position(&progress), 0);
    progress.finished(&event(table, 0, 0), Duration::ZERO);
    assert_eq!(position(&progress), 10);
    progress.started(&event(table, 1, 0));
    progress.elements(&event(table, 1, 0), 3, 4);
    progress.elements(&event(table, 1, 0), 2, 4);
    assert_eq!(position(&progress), 70);
    assert_eq!(state(&progress, State::names), "parse 3/4");
    progress.failed(&event(table, 1, 0), &Failure::error("no".into()));
    assert_eq!(position(&progress), 90);
    let elapsed = Duration::ZERO;
    progress.run_ended(&RunSummary {
        run: RUN,
        table,
        elapsed,
        finished: 1,
        failed: 1,
        skipped: 1,
        not_wanted: 0,
        hits: 0,
        not_needed: 0,
        store: crate::observe::StoreSummary::default(),
        caught: 0,
    });
    let last = DRAWN.with_borrow(|drawn| drawn.iter().rfind(|text| !text.is_empty()).cloned()).unwrap();
    assert!(last.starts_with("Stats [") && last.ends_with("1 failed, 1 skipped"), "{last}");
}

/// The last thing that the bar of a run shows.
fn last_line([not_wanted, hits, not_needed]: [usize; 3], caught: usize) -> String {
    let (table, elapsed, backend, workers) = (table(), Duration::ZERO, Backend::Rayon, 2);
    let progress = on(|| ProgressDrawTarget::term_like(std::boxed::Box::new(Paper)));
    progress.run_started(&RunEvent { run: RUN, table, shared: &table.into(), backend, workers, rank: 0 });
    for task in 0..3 {
        let event = event(table, task, 0);
        progress.started(&event);
        match task {
            1 if not_wanted > 0 => progress.not_wanted(&event),
            1 => progress.hit(&event),
            2 if not_needed > 0 => progress.not_needed(&event),
            _ => progress.finished(&event, Duration::ZERO),
        }
    }
    // It is at its end before the run is.
    assert_eq!((position(&progress), state(&progress, State::names)), (100, String::new()));
    let (finished, failed, skipped) = (3 - not_wanted - hits - not_needed, 0, 0);
    progress.run_ended(&RunSummary {
        run: RUN,
        table,
        elapsed,
        finished,
        failed,
        skipped,
        not_wanted,
        hits,
        not_needed,
        store: crate::observe::StoreSummary::default(),
        caught,
    });
    DRAWN.with_borrow(|drawn| drawn.iter().rfind(|text| !text.is_empty()).cloned()).unwrap()
}

#[test]
fn what_is_not_wanted_is_done() {
    let last = last_line([1, 0, 0], 0);
    assert!(last.contains("100%") && last.ends_with("done, 1 not wanted"), "{last}");
    let last = last_line([1, 0, 0], 3);
    assert!(last.ends_with("done, 1 not wanted, 3 caught"), "{last}");
}

#[test]
fn what_was_found_or_not_needed_is_done() {
    let last = last_line([0, 1, 1], 0);
    assert!(last.contains("100%") && last.ends_with("done, 1 hit, 1 not needed"), "{last}");
    let last = last_line([0, 2, 0], 1);
    assert!(last.ends_with("done, 2 hits, 1 caught"), "{last}");
}

#[test]
fn many_names_are_cut_short() {
    let running = |name: &str| Running { name: name.to_string(), cost: 1, elements: None };
    let running = ["a", "b", "c", "d", "e"].map(running).into_iter().enumerate().collect();
    let state = State {
        graph: "G",
        total: 5,
        bar: None,
        done: 0,
        running,
        start: Instant::now(),
        told: Instant::now(),
    };
    assert_eq!(state.names(), "a, b, c and 2 more");
}

#[test]
fn without_a_terminal_there_is_a_line_now_and_then() {
    let line = |text: &str| DRAWN.with_borrow_mut(|drawn| drawn.push(text.to_string()));
    let table = table();
    for (pause, expected) in [(Duration::ZERO, 4), (PAUSE, 0)] {
        let progress = Progress { target: ProgressDrawTarget::hidden, line, pause, ..Progress::new() };
        progress.run_started(&RunEvent {
            run: RUN,
            table,
            shared: &table.into(),
            backend: Backend::Serial,
            workers: 1,
            rank: 0,
        });
        for task in 0..2 {
            progress.started(&event(table, task, 0));
            progress.finished(&event(table, task, 0), Duration::ZERO);
        }
        let lines = DRAWN.with_borrow_mut(core::mem::take);
        let at = |percent, names| format!("Stats: {percent} % after 0 s{names}");
        let all = [at(0, ", load"), at(10, ""), at(10, ", parse"), at(90, "")];
        assert_eq!(lines, all[..expected]);
    }
}

#[test]
fn other_ranks_draw_nothing() {
    let table = table();
    let progress = on(|| panic!("rank 1 has no bar"));
    progress.run_started(&RunEvent {
        run: RUN,
        table,
        shared: &table.into(),
        backend: Backend::Mpi,
        workers: 2,
        rank: 0,
    });
    progress.started(&event(table, 0, 1));
    progress.finished(&event(table, 0, 1), Duration::ZERO);
    let elapsed = Duration::ZERO;
    progress.run_ended(&RunSummary {
        run: RUN,
        table,
        elapsed,
        finished: 3,
        failed: 0,
        skipped: 0,
        not_wanted: 0,
        hits: 0,
        not_needed: 0,
        store: crate::observe::StoreSummary::default(),
        caught: 0,
    });
}

#[test]
fn of_runs_that_overlap_the_outer_one_is_shown() {
    let line = |text: &str| DRAWN.with_borrow_mut(|drawn| drawn.push(text.to_string()));
    let (outer, inner) = (table(), Table::leak("Inner", vec![Line { name: "only", ..Line::EMPTY }], vec![]));
    let tables = [inner, outer, inner, inner, inner];
    let progress =
        Progress { target: ProgressDrawTarget::hidden, line, pause: Duration::ZERO, ..Progress::new() };
    let of = |run: usize| TaskEvent { run: RunId::numbered(run), ..event(tables[run], 0, 0) };
    let starts = |run: usize| {
        let (run, table) = (RunId::numbered(run), tables[run]);
        progress.run_started(&RunEvent {
            run,
            table,
            shared: &table.into(),
            backend: Backend::Serial,
            workers: 1,
            rank: 0,
        });
    };
    let ends = |run: usize| {
        let (run, table, elapsed) = (RunId::numbered(run), tables[run], Duration::ZERO);
        progress.run_ended(&RunSummary {
            run,
            table,
            elapsed,
            finished: 1,
            failed: 0,
            skipped: 0,
            not_wanted: 0,
            hits: 0,
            not_needed: 0,
            store: crate::observe::StoreSummary::default(),
            caught: 0,
        });
    };
    // The first one never begins a task, nor ends.
    for run in 0..3 {
        starts(run);
    }
    progress.started(&of(1));
    for run in 2..4 {
        starts(run);
        progress.started(&of(run));
        progress.finished(&of(run), Duration::ZERO);
    }
    ends(2);
    progress.finished(&of(1), Duration::ZERO);
    ends(1);
    // It is still in progress after the outer one has ended.
    progress.started(&of(3));
    ends(3);
    starts(4);
    progress.started(&of(4));
    let lines = DRAWN.with_borrow_mut(core::mem::take);
    let at = |graph, percent, names| format!("{graph}: {percent} % after 0 s{names}");
    assert_eq!(
        lines,
        [at("Stats", 0, ", load"), at("Stats", 10, ""), at("Inner", 0, ", only"), at("Inner", 0, ", only")]
    );
}
