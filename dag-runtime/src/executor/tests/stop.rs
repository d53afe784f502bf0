//! Runs that are stopped.

use super::*;
use crate::stop::Stop;
use alloc::string::ToString;

/// A run that is stopped by the task that is the `at`-th to start.
fn stopped(table: &'static Table, runner: &Runner, at: u32, mut plan: Plan, keep_going: bool) -> Report {
    let stop = Stop::new();
    let started = Mutex::new(0);
    let caller = stop.clone();
    plan.body = Some(Arc::new(move |_| {
        // Held meanwhile, so that no other worker gets past this first.
        let mut started = started.lock().unwrap();
        if *started == at {
            caller.stop();
        }
        *started += 1;
    }));
    trial(table, plan, |job| runner.stopped(job, &stop, keep_going))
}

#[test]
fn no_task_starts_once_a_run_is_stopped() {
    for table in [random(1), random(2), shapes()[2], shapes()[5], shapes()[6]] {
        for runner in Runner::all() {
            for keep_going in [false, true] {
                for at in [0, 1, 7, 20] {
                    let report = stopped(table, &runner, at, Plan::default(), keep_going);
                    let error = report.result.unwrap_err();
                    assert!(error.is_stopped());
                    // The task that has stopped the run, and those that others were running.
                    let name = |&node: &u32| table.task(node as usize).unwrap().name().to_string();
                    let running = || error.running().iter().map(|task| task.name());
                    let stopper = name(&report.order[at as usize]);
                    // On several threads, the stop may be noticed after that task has ended.
                    assert!(running().any(|task| task == stopper) || !runner.is_serial());
                    assert!(running().len() <= runner.threads());
                    assert!(running().all(|task| report.order.iter().any(|node| name(node) == task)));
                    assert!(error.task().is_none() && !error.is_panic() && error.skipped().len() > 0);
                    // Other workers may have come past the question by then, with a task each.
                    let most = at as usize + 1 + runner.threads() - 1;
                    assert!(report.order.len() <= most, "{} tasks, {most}", report.order.len());
                }
            }
        }
    }
}

#[test]
fn a_run_all_tasks_of_which_have_started_ends_as_ever() {
    for table in [random(1), shapes()[3], shapes()[6]] {
        for runner in Runner::all().iter().filter(|runner| runner.is_serial()) {
            stopped(table, runner, table.len() as u32 - 1, Plan::default(), false).result.unwrap();
        }
    }
}

#[test]
fn a_run_that_begins_stopped_runs_nothing() {
    let stop = Stop::new();
    stop.stop();
    for table in shapes() {
        for runner in Runner::all() {
            let report = trial(table, Plan::default(), |job| runner.stopped(job, &stop, false));
            assert_eq!(report.result.is_err(), !table.is_empty());
            assert!(report.order.is_empty());
        }
    }
}

#[test]
fn of_a_failure_and_a_stop_the_failure_is_told() {
    for table in [random(3), random(4), shapes()[2]] {
        for runner in Runner::all() {
            for keep_going in [false, true] {
                let all: BTreeSet<u32> = (0..table.len() as u32).collect();
                let plan = || Plan { errors: all.clone(), ..Plan::default() };
                // The first task to run fails, and stops the run.
                let report = stopped(table, &runner, 0, plan(), keep_going);
                let error = report.result.unwrap_err();
                assert!(!error.is_stopped() && error.task().is_some());
                assert!(report.order.len() <= runner.threads());
                let report = stopped(table, &runner, 2, plan(), keep_going);
                assert!(!report.result.unwrap_err().is_stopped());
                assert!(report.order.len() <= 2 + runner.threads());
            }
        }
    }
}

#[test]
fn nothing_is_left_where_outputs_panic_in_a_run_that_is_stopped() {
    for table in [random(5), shapes()[6]] {
        for runner in Runner::all() {
            let all: BTreeSet<u32> = (0..table.len() as u32).collect();
            for keep_going in [false, true] {
                let plan = Plan { panic_on_drop: all.clone(), ..Plan::default() };
                stopped(table, &runner, 5, plan, keep_going).result.unwrap_err();
            }
        }
    }
}
