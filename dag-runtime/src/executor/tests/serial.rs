use alloc::collections::BTreeSet;

use super::*;

#[test]
fn is_depth_first_in_listing_order() {
    // The README graph of pyScheduler: t0 is its task 1.
    let edges = [(0, 1), (0, 2), (1, 3), (2, 4), (2, 5), (7, 8)];
    let report = trial(borrows(9, &edges), Plan::default(), |job| Runner::Serial.run(job, false));
    assert_eq!(report.order, [3, 1, 4, 5, 2, 0, 6, 8, 7]);
}

#[test]
fn skips_all_that_comes_after_a_failure() {
    let plan = Plan { errors: BTreeSet::from([2]), ..Plan::default() };
    let report = trial(borrows(5, &[(1, 4)]), plan, |job| Runner::Serial.run(job, false));
    assert_eq!(report.order, [0, 4, 1, 2]);
    assert_eq!(report.result.unwrap_err().skipped(), ["t3"]);
}

#[test]
fn goes_on_with_what_is_to_be_dropped_after_a_panic_in_a_drop() {
    // t2 is the last reader of both outputs.
    let plan = Plan { panic_on_drop: BTreeSet::from([0, 1]), ..Plan::default() };
    let table = borrows(4, &[(2, 0), (2, 1)]);
    let report = trial(table, plan, |job| Runner::Serial.run(job, true));
    assert_eq!(report.order, [0, 1, 2, 3]);
    assert_eq!(report.result.unwrap_err().task(), Some("t0"));
}
