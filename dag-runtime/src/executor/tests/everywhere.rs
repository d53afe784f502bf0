//! What holds on every executor.

use alloc::collections::BTreeSet;
use alloc::string::ToString;
use core::error::Error as _;

use super::*;

#[test]
fn runs_every_task_once_and_drops_every_output_once() {
    for table in shapes() {
        for runner in Runner::all() {
            for _ in 0..20 {
                let report = trial(table, Plan::default(), |job| runner.run(job, false));
                report.result.unwrap();
                if runner.is_serial() {
                    assert_eq!(report.order, table.view().serial_order());
                }
            }
        }
    }
}

#[test]
fn outputs_live_only_as_long_as_they_are_needed() {
    let chain: Vec<_> = (1..200).map(|i| (i, i - 1)).collect();
    for runner in Runner::all() {
        let report = trial(borrows(200, &chain), Plan::default(), |job| runner.run(job, false));
        report.result.unwrap();
        assert_eq!(report.peak, 2);
        let report = trial(borrows(200, &[]), Plan::default(), |job| runner.run(job, false));
        assert!(report.peak <= 4, "unread outputs are kept: {}", report.peak);
    }
}

/// All that depend on one of these, without them.
fn dependents(table: &'static Table, of: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut all = BTreeSet::new();
    for &node in table.view().serial_order() {
        if table.view().dependencies_of(node).iter().any(|k| of.contains(k) || all.contains(k)) {
            all.insert(node);
        }
    }
    all
}

#[test]
fn a_failure_of_any_task_names_it_and_skips_its_dependents() {
    for table in [random(1), random(2), shapes()[6]] {
        for node in 0..table.len() as u32 {
            for (runner, panics) in Runner::all().iter().flat_map(|runner| [(runner, false), (runner, true)])
            {
                for keep_going in [false, true] {
                    let this = BTreeSet::from([node]);
                    let mut plan = Plan::default();
                    *(if panics { &mut plan.panics } else { &mut plan.errors }) = this.clone();
                    let report = trial(table, plan, |job| runner.run(job, keep_going));
                    let error = report.result.unwrap_err();
                    assert_eq!(error.task(), Some(&*format!("t{node}")));
                    assert_eq!(error.graph(), Some("Graph"));
                    assert_eq!(error.is_panic(), panics);
                    let (verb, cause) = if panics { ("panicked", "panic") } else { ("failed", "error") };
                    let text = format!("task `t{node}` of graph `Graph` {verb}: {cause} {node}");
                    assert_eq!(error.to_string(), text);
                    assert_eq!(error.source().is_some(), !panics);

                    let blocked = dependents(table, &this);
                    let started: BTreeSet<_> = report.order.iter().copied().collect();
                    assert!(started.is_disjoint(&blocked));
                    if keep_going {
                        assert_eq!(started.len() + blocked.len(), table.len());
                    } else if runner.is_serial() {
                        assert_eq!(report.order.last(), Some(&node));
                    }
                }
            }
        }
    }
}

#[test]
fn reports_the_failure_that_is_listed_first() {
    for table in [random(3), random(4), shapes()[2]] {
        for runner in Runner::all() {
            for first in [0, 7, 20] {
                let failing: BTreeSet<u32> = (first..table.len() as u32).step_by(3).collect();
                let blocked = dependents(table, &failing);
                let run: BTreeSet<_> = failing.difference(&blocked).collect();
                let plan = Plan { errors: failing.clone(), ..Plan::default() };
                let error = trial(table, plan, |job| runner.run(job, true)).result.unwrap_err();
                assert_eq!(error.task(), Some(&*format!("t{}", run.first().unwrap())));
                assert_eq!(error.skipped().len(), blocked.len());
            }
        }
    }
}

#[test]
fn survives_panics_in_every_task_and_every_drop() {
    for table in shapes().into_iter().filter(|table| !table.is_empty()) {
        let all: BTreeSet<_> = (0..table.len() as u32).collect();
        for runner in Runner::all() {
            for keep_going in [false, true] {
                let plan = Plan { panics: all.clone(), ..Plan::default() };
                let report = trial(table, plan, |job| runner.run(job, keep_going));
                assert!(report.result.unwrap_err().is_panic());

                let plan = Plan { panic_on_drop: all.clone(), ..Plan::default() };
                let report = trial(table, plan, |job| runner.run(job, keep_going));
                assert!(report.result.unwrap_err().is_panic());
            }
        }
    }
}

#[test]
fn a_panic_in_a_drop_is_one_of_the_task_whose_output_it_is() {
    for table in [random(5), random(6), shapes()[6]] {
        for node in (0..table.len() as u32).filter(|&node| !table.lines()[node as usize].output) {
            for runner in Runner::all() {
                let plan = || Plan { panic_on_drop: BTreeSet::from([node]), ..Plan::default() };
                let error = trial(table, plan(), |job| runner.run(job, false)).result.unwrap_err();
                assert_eq!(error.task(), Some(&*format!("t{node}")));
                assert_eq!(
                    error.to_string(),
                    format!("task `t{node}` of graph `Graph` panicked: drop {node}")
                );
                // It has finished, so it blocks nothing.
                let error = trial(table, plan(), |job| runner.run(job, true)).result.unwrap_err();
                assert_eq!(error.task(), Some(&*format!("t{node}")));
                assert_eq!(error.skipped().len(), 0);
            }
        }
    }
}

#[test]
fn a_failed_run_leaves_the_next_one_alone() {
    for runner in Runner::all() {
        for panics in [BTreeSet::from([3, 9]), BTreeSet::new()] {
            let fails = !panics.is_empty();
            let plan = Plan { panics, ..Plan::default() };
            let report = trial(random(7), plan, |job| runner.run(job, false));
            assert_eq!(report.result.is_err(), fails);
        }
    }
}
