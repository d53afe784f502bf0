//! Runs of 2 to 4 ranks over a network in this process: the protocol as it is, and no MPI.

mod network;
mod trial;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use core::time::Duration;

use self::network::{Network, Random};
use self::trial::{Array, CODECS, Ledger, Plan, TASKS, Trial, output, sum, table};
use super::{Context, Execution, Options, Progress, RankRun, WorkQueue, Workers};
use crate::executor::mpi::placement::{PlanKey, Receivers};
use crate::executor::mpi::prepared::Prepared;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::mpi::report::Ending;
use crate::executor::outcome;
use crate::observe::{Monitor, Observed, Unobserved};
use crate::slot::{Cx, Position, with_zeroed};
use crate::stop::Stop;
use crate::table::Table;

/// What was found after a run.
struct Report {
    endings: Vec<Ending>,
    runs: Vec<u32>,
    /// How many tasks have run on another rank than their own.
    lent: usize,
}

impl Report {
    fn failed(&self) -> Vec<u32> {
        let failures = self.endings.iter().flat_map(|ending| &ending.failures);
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

/// Calls `body` with so many more arrays of slots than there are.
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

/// Runs a graph, and checks what holds of every run.
fn run(plan: &Plan) -> Report {
    let table = table(plan.seed);
    let zeros = || (0..TASKS).map(|_| AtomicU32::new(0)).collect::<Vec<_>>();
    let ledger = Ledger { plan, stop: Stop::new(), runs: zeros(), on: zeros() };
    let mut report = None;
    with_arrays(&[], plan.ranks, &mut |arrays| {
        let trials: Vec<Trial<'_>> =
            (0..).zip(arrays).map(|(rank, slots)| Trial { rank, table, slots, ledger: &ledger }).collect();
        let (endings, lent) = run_ranks(plan, &trials);
        let runs = ledger.runs.iter().map(|runs| runs.load(SeqCst)).collect();
        let succeeds = endings.iter().all(|ending| ending.failures.is_empty() && ending.unrun.is_empty());
        if succeeds {
            trials.iter().for_each(check_outputs);
        }
        trials.iter().for_each(|trial| outcome::release_all(trial));
        report = Some(Report { endings, runs, lent });
    });
    let report = report.expect("it has run");
    let mut known: Vec<u32> = report.unrun();
    known.extend((0..).zip(&report.runs).filter(|&(_, &runs)| runs == 1).map(|(task, _)| task));
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
    let mut expected: Vec<Vec<u64>> = Vec::new();
    for task in 0..TASKS as u32 {
        let inputs = trial.table.view().reads_of(task).iter().map(|&read| sum(&expected[read as usize]));
        expected.push(output(task, inputs.fold(0, u64::wrapping_add)));
    }
    let position = Position::new();
    #[allow(unsafe_code)]
    // SAFETY: no task runs any more.
    let cx = unsafe { Cx::new(&position) };
    for task in (0..TASKS).filter(|&task| trial.table.view().place(task as u32).line.output) {
        assert_eq!(trial.slots[task].get(&cx), &expected[task], "output {task} on rank {}", trial.rank);
    }
}

/// The part of each rank, one step of one of them at a time. Gives their ends, and how many tasks have run elsewhere.
fn run_ranks(plan: &Plan, trials: &[Trial<'_>]) -> (Vec<Ending>, usize) {
    let mut random = Random(!plan.seed);
    let ranks = trials.len();
    let network = Network::new(ranks, plan.seed);
    let plan_key =
        PlanKey { receivers: Receivers::All, dynamic: plan.dynamic, pins: Vec::new(), figures: None };
    let prepare = |trial: &Trial<'_>| Prepared::new(trial.table, &CODECS, plan.ranks, trial.rank, &plan_key);
    let prepared: Vec<Prepared> = trials.iter().map(prepare).collect();
    let connect = |trial: &Trial<'_>| Connection::new(Box::new(network.endpoint(trial.rank)), ranks);
    let mut connections: Vec<Connection> = trials.iter().map(connect).collect();
    let executions: Vec<Execution<'_>> =
        trials.iter().map(|trial| Execution::new(trial, plan.keep_going, None)).collect();
    let queues: Vec<WorkQueue<'_>> = executions.iter().map(WorkQueue::new).collect();
    let jobs: Vec<Cell<usize>> = vec![Cell::new(0); ranks];
    let sends: Vec<_> = jobs.iter().map(|jobs| move || jobs.set(jobs.get() + 1)).collect();
    let monitor = Observed::new(()).stopped_by(&trials[0].ledger.stop);
    let mut runs: Vec<RankRun<'_>> = Vec::new();
    for (rank, connection) in connections.iter_mut().enumerate() {
        let trial = &trials[rank];
        // It is enough that one rank hears it.
        let monitor: &(dyn Monitor + Sync) = if rank == 0 { &monitor } else { &Unobserved };
        let context = Context {
            job: trial,
            view: trial.table.view(),
            codecs: &CODECS,
            prepared: &prepared[rank],
            pins: &[],
            rank: trial.rank,
            ranks: plan.ranks,
            options: Options {
                keep_going: plan.keep_going,
                dynamic: plan.dynamic,
                can_stop: plan.stop_after.is_some(),
            },
            monitor,
        };
        let workers = match plan.dynamic {
            true => Workers::beside(&queues[rank], &sends[rank], 2),
            false => Workers::alone(&executions[rank]),
        };
        runs.push(RankRun::new(context, connection, workers));
    }
    let mut is_over = vec![false; ranks];
    let mut steps = 0;
    while is_over.contains(&false) || !network.is_idle() {
        steps += 1;
        assert!(steps < 1_000_000, "the ranks wait for each other");
        let rank = random.below(ranks);
        if is_over[rank] {
            // It has come to the collective after the run.
            runs[rank].connection.receive_late();
        } else if plan.dynamic && rank == 0 && random.below(6) > 0 {
            // Slower than the others.
        } else if jobs[rank].get() > 0 && random.below(2) == 0 {
            jobs[rank].set(jobs[rank].get() - 1);
            queues[rank].run_sent();
        } else {
            is_over[rank] = runs[rank].advance(|| Duration::from_secs(1)) == Progress::Over;
        }
    }
    let homes = &prepared[0].plan.homes;
    let ledger = trials[0].ledger;
    let is_lent =
        |&task: &usize| ledger.runs[task].load(SeqCst) == 1 && ledger.on[task].load(SeqCst) != homes[task];
    let lent = (0..TASKS).filter(is_lent).count();
    (runs.into_iter().map(RankRun::end).collect(), lent)
}

/// Plans of all numbers of ranks, with a static and a dynamic schedule.
fn plans() -> impl Iterator<Item = Plan> {
    (0..60).flat_map(|seed| {
        [false, true].map(|dynamic| Plan { seed, dynamic, ranks: 2 + seed as u32 % 3, ..Plan::default() })
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
        let report = run(&plan);
        assert!(report.failed().is_empty() && report.unrun().is_empty(), "seed {}", plan.seed);
        assert!(plan.dynamic || report.lent == 0, "a static schedule lends nothing");
    }
}

#[test]
fn ranks_without_work_are_lent_some() {
    let lent: usize = plans().filter(|plan| plan.dynamic).map(|plan| run(&plan).lent).sum();
    assert!(lent > 100, "{lent} tasks were lent");
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
        unrun += report.unrun().len() - dependents(table(plan.seed), &plan.failing).len();
    }
    assert!(unrun > 0, "what does not depend on the failure is stopped too");
}

#[test]
fn a_run_that_is_stopped_ends_on_all_ranks() {
    let mut unrun = 0;
    for plan in plans() {
        let plan = Plan { stop_after: Some(plan.seed as u32 % 40), ..plan };
        let report = run(&plan);
        assert!(report.failed().is_empty(), "seed {}", plan.seed);
        unrun += report.unrun().len();
    }
    assert!(unrun > 0, "some tasks do not start");
}
