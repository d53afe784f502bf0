//! Runs of 2 to 12 ranks over a network in this process: the protocol as it is, and no MPI.

mod kept;
mod network;
mod ranks;
mod trial;

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

use self::kept::{Kept, KeptRank, outputs};
use self::ranks::{prepare, run_ranks};
use self::trial::{Array, Ledger, Plan, TASKS, Trial, moves, table};
use crate::executor::mpi::report::Ending;
use crate::executor::outcome;
use crate::slot::{Cx, Finished, Position, with_zeroed};
use crate::stop::Stop;
use crate::table::Table;

/// What was found after a run.
struct Report {
    endings: Vec<Ending>,
    /// How many ranks have told the others to stop.
    stops: usize,
    /// How many tasks have run on another rank than their own.
    lent: usize,
}

impl Report {
    fn failed(&self) -> Vec<u32> {
        let failures = self.endings.iter().flat_map(|ending| ending.failures.kept());
        let mut failed: Vec<u32> = failures.map(|failed| failed.node).collect();
        failed.sort_unstable();
        failed
    }

    fn unrun(&self) -> Vec<u32> {
        let mut unrun: Vec<u32> =
            self.endings.iter().flat_map(|ending| ending.unrun.iter().copied()).collect();
        unrun.sort_unstable();
        unrun
    }
}

/// Calls `body` with this many more arrays of slots than there are.
fn with_arrays(arrays: &[&Array], more: u32, body: &mut dyn FnMut(&[&Array])) {
    if more == 0 {
        return body(arrays);
    }
    with_zeroed::<Array, _>(|array| {
        let mut arrays = arrays.to_vec();
        arrays.push(array);
        with_arrays(&arrays, more - 1, body);
    });
}

/// Runs a graph, as often as the plan says, and checks what holds of every run. Reports the last one.
fn run(plan: &Plan) -> Report {
    let table = table(plan.seed);
    let zeros = || (0..TASKS).map(|_| AtomicU32::new(0)).collect::<Vec<_>>();
    let ledgers: Vec<Ledger<'_>> = (0..=plan.more_runs)
        .map(|_| Ledger { plan, stop: Stop::new(), runs: zeros(), on: zeros(), moves: moves(plan.seed) })
        .collect();
    let mut report = None;
    with_arrays(&[], plan.ranks * (1 + plan.more_runs), &mut |arrays| {
        let arrays = arrays.chunks(plan.ranks as usize);
        let trials: Vec<Vec<Trial<'_>>> = arrays
            .zip(&ledgers)
            .map(|(arrays, ledger)| {
                (0..)
                    .zip(arrays)
                    .map(|(rank, slots)| {
                        let finished = Finished::none_of(TASKS);
                        let kept = plan.kept.then(|| KeptRank {
                            kept: Kept::new(table, plan.seed, &prepare(plan, table, rank).plan, rank),
                            outputs: outputs(table),
                        });
                        let trial = Trial { rank, table: table.into(), slots, ledger, finished, kept };
                        trial.store_kept();
                        trial
                    })
                    .collect()
            })
            .collect();
        let (endings, stops) = run_ranks(plan, &trials);
        for (endings, trials) in endings.into_iter().zip(&trials) {
            report = Some(check(plan, endings, stops, trials));
        }
    });
    report.expect("it has run")
}

/// Checks what holds of every run.
fn check(plan: &Plan, endings: Vec<Ending>, stops: usize, trials: &[Trial<'_>]) -> Report {
    let succeeds = endings.iter().all(|ending| ending.failures.is_empty() && ending.unrun.is_empty());
    if succeeds {
        trials.iter().for_each(check_outputs);
    }
    trials.iter().for_each(check_left);
    trials.iter().for_each(|trial| outcome::release_all(trial, &[]));
    let ledger = trials[0].ledger;
    let runs: Vec<u32> = ledger.runs.iter().map(|runs| runs.load(SeqCst)).collect();
    let homes = prepare(plan, &trials[0].table, 0).plan.homes;
    let is_lent = |&task: &usize| runs[task] == 1 && ledger.on[task].load(SeqCst) != homes[task];
    let lent = (0..TASKS).filter(is_lent).count();
    let report = Report { endings, stops, lent };
    let mut known: Vec<u32> = report.unrun();
    known.extend((0..).zip(&runs).filter(|&(_, &runs)| runs == 1).map(|(task, _)| task));
    known.sort_unstable();
    assert_eq!(
        known,
        (0..TASKS as u32).collect::<Vec<_>>(),
        "each task has run once, or is known not to have"
    );
    report
}

/// All ranks have the outputs of the graph.
fn check_outputs(trial: &Trial<'_>) {
    let expected = outputs(table(trial.ledger.plan.seed));
    let position = Position::new();
    #[allow(unsafe_code)]
    // SAFETY: no task runs any more.
    let cx = unsafe { Cx::new(&position) };
    for task in (0..TASKS).filter(|&task| trial.table.view().place(task as u32).line.output) {
        assert_eq!(trial.slots[task].get(&cx), &expected[task], "output {task} on rank {}", trial.rank);
    }
}

/// Each rank has the outputs of the graph whose tasks have finished, also if the run has failed.
fn check_left(trial: &Trial<'_>) {
    for task in (0..TASKS as u32).filter(|&task| trial.table.view().place(task).line.output) {
        let ran = trial.ledger.runs[task as usize].load(SeqCst) > 0;
        let is_there = ran && !trial.ledger.plan.failing.contains(&task);
        assert_eq!(trial.finished.contains(task), is_there, "output {task} on rank {}", trial.rank);
    }
}

/// Plans of all numbers of ranks, with a static and a dynamic schedule.
fn plans() -> impl Iterator<Item = Plan> {
    (0..60).flat_map(|seed| {
        // Among many ranks, outputs are passed on.
        let ranks = if seed % 20 == 19 { 12 } else { 2 + seed as u32 % 3 };
        [false, true].map(|dynamic| Plan { seed, dynamic, ranks, ..Plan::default() })
    })
}

/// All that depend on some tasks, without them.
fn dependents(table: &'static Table, of: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut all = BTreeSet::new();
    for task in 0..TASKS as u32 {
        let mut dependencies = table.view().dependencies_of(task).iter();
        if dependencies.any(|other| of.contains(other) || all.contains(other)) {
            all.insert(task);
        }
    }
    all
}

#[test]
fn all_tasks_run_and_all_ranks_have_the_outputs() {
    for plan in plans() {
        let plan = Plan { more_runs: 1, ..plan };
        let report = run(&plan);
        assert!(report.failed().is_empty() && report.unrun().is_empty(), "seed {}", plan.seed);
        assert!(plan.dynamic || report.lent == 0, "a static schedule lends nothing");
    }
}

#[test]
fn what_was_found_is_not_sent_and_what_is_not_needed_is_not_there() {
    let (mut taken, mut unneeded, mut lent) = (0, 0, 0);
    for plan in plans() {
        let plan = Plan { more_runs: 1, kept: true, ..plan };
        let report = run(&plan);
        assert!(report.failed().is_empty() && report.unrun().is_empty(), "seed {}", plan.seed);
        lent += report.lent;
        let table = table(plan.seed);
        for rank in 0..plan.ranks {
            let counts = Kept::new(table, plan.seed, &prepare(&plan, table, rank).plan, rank).counts();
            (taken, unneeded) = (taken + counts.0, unneeded + counts.1);
        }
    }
    assert!(taken > 1000 && unneeded > 1000 && lent > 100, "{taken} {unneeded} {lent}");
}

#[test]
fn what_was_found_is_there_although_a_task_before_it_has_failed() {
    let mut done = 0;
    for plan in plans() {
        let (plan, table) = (Plan { keep_going: true, kept: true, ..plan }, table(plan.seed));
        let kept = Kept::new(table, plan.seed, &prepare(&plan, table, 0).plan, 0);
        let failing = (0..TASKS as u32).filter(|task| task % 5 == plan.seed as u32 % 5 && kept.runs(*task));
        let plan = Plan { failing: failing.collect(), ..plan };
        let mut skipped = BTreeSet::new();
        for task in 0..TASKS as u32 {
            let mut before = table.view().dependencies_of(task).iter();
            let is_blocked = before.any(|other| plan.failing.contains(other) || skipped.contains(other));
            if is_blocked && kept.runs(task) {
                skipped.insert(task);
            }
            done += usize::from(is_blocked && !kept.runs(task));
        }
        let report = run(&plan);
        assert!(report.unrun().into_iter().eq(skipped.iter().copied()), "seed {}", plan.seed);
        assert!(report.failed().into_iter().eq(plan.failing.difference(&skipped).copied()));
    }
    assert!(done > 100, "{done}");
}

#[test]
fn a_run_with_a_store_ends_on_all_ranks_where_it_is_stopped() {
    let mut unrun = 0;
    for plan in plans() {
        let plan = Plan { stop_after: Some(plan.seed as u32 % 40), kept: true, ..plan };
        let report = run(&plan);
        assert!(report.failed().is_empty(), "seed {}", plan.seed);
        unrun += report.unrun().len();
    }
    assert!(unrun > 0, "some tasks do not start");
}

#[test]
fn ranks_without_work_are_lent_some() {
    let lent: usize = plans().filter(|plan| plan.dynamic).map(|plan| run(&plan).lent).sum();
    assert!(lent > 100, "{lent} tasks were lent");
}

#[test]
fn outputs_are_moved_after_others_have_read_them() {
    let shared = plans().filter(|plan| !plan.dynamic).map(|plan| {
        let view = table(plan.seed).view();
        let readers =
            |output| (0..TASKS as u32).filter(move |&task| view.reads_of(task).contains(&output)).count();
        moves(plan.seed).into_iter().filter(|&(_, output)| readers(output) > 1).count()
    });
    // All other tests run these graphs.
    assert!(shared.sum::<usize>() > 500);
}

#[test]
fn with_keep_going_all_runs_that_depends_on_no_failure() {
    for plan in plans() {
        let failing = BTreeSet::from([plan.seed as u32 % 7, 20 + plan.seed as u32 % 11]);
        let plan = Plan { keep_going: true, failing, ..plan };
        let report = run(&plan);
        let skipped = dependents(table(plan.seed), &plan.failing);
        assert!(report.unrun().into_iter().eq(skipped.iter().copied()), "seed {}", plan.seed);
        assert!(report.failed().into_iter().eq(plan.failing.difference(&skipped).copied()));
    }
}

#[test]
fn without_it_a_failure_stops_all_ranks() {
    let mut unrun = 0;
    for plan in plans() {
        let failing = BTreeSet::from([plan.seed as u32 % 7]);
        let plan = Plan { failing, ..plan };
        let report = run(&plan);
        assert!(report.failed().into_iter().eq(plan.failing.iter().copied()), "seed {}", plan.seed);
        assert!(report.stops > 0, "the others are told to stop");
        unrun += report.unrun().len() - dependents(table(plan.seed), &plan.failing).len();
    }
    assert!(unrun > 0, "what does not depend on the failure is stopped too");
}

#[test]
fn a_run_that_is_stopped_ends_on_all_ranks() {
    let (mut unrun, mut stops) = (0, 0);
    for plan in plans() {
        let plan = Plan { stop_after: Some(plan.seed as u32 % 40), ..plan };
        let report = run(&plan);
        assert!(report.failed().is_empty(), "seed {}", plan.seed);
        unrun += report.unrun().len();
        stops += report.stops;
    }
    assert!(stops > 60, "the others are told to stop");
    assert!(unrun > 0, "some tasks do not start");
}

#[test]
fn a_rank_that_was_told_to_stop_during_a_long_task_starts_no_other() {
    let mut unrun = 0;
    for seed in 0..8 {
        let plan = Plan { seed, ranks: 4, stop_after: Some(5), slow: true, ..Plan::default() };
        unrun += run(&plan).unrun().len();
    }
    assert!(unrun > 200, "{unrun} tasks do not start");
}
