//! Workers that come to threads on which no task may start.

use super::lists::by_lists_with;
use super::{table, with_refusals};

#[test]
fn a_task_that_was_refused_does_not_wait_for_a_busy_worker() {
    // 0 publishes 2 and goes on with 1, which waits for 2. The worker that it sends for comes to a thread that may not run 2,
    // once or twice.
    for refusals in [1, 2] {
        with_refusals(refusals, table(3, &[(1, 0), (2, 0)]), Some((1, 2)));
    }
    // The first worker is busy with 0; 1 or 2 keeps a helper until just when the other one is refused.
    with_refusals(1, table(3, &[]), Some((0, 2)));
}

#[test]
fn lists_that_a_thread_may_not_go_through_are_given_up() {
    by_lists_with(3, &[(1, 0), (2, 0)], None, 1);
    by_lists_with(3, &[(1, 0), (2, 0)], None, 2);
}

#[test]
fn tasks_that_all_others_were_refused_run_all_the_same() {
    // One that is sent for, the offer that goes round, and again. What is left then is up to the worker, or to the thread
    // that waits for the run.
    for refusals in [3, 6] {
        with_refusals(refusals, table(3, &[(1, 0), (2, 0)]), None);
        with_refusals(refusals, table(3, &[]), None);
    }
    // Nobody may go through the second list, nor begin what is left of it.
    by_lists_with(3, &[(1, 0), (2, 0)], None, 4);
}
