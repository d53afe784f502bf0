//! Workers on threads on which no task may start.

use super::model::{table, with_refusals};
use super::static_run::run_refused;

#[test]
fn a_task_that_was_refused_does_not_wait_for_a_busy_worker() {
    // 0 publishes 2 and goes on with 1, which waits for 2. The worker that it spawns is refused once or twice.
    for refusals in [1, 2] {
        with_refusals(refusals, table(3, &[(1, 0), (2, 0)]), Some((1, 2)));
    }
    // The first worker is busy with 0; 1 or 2 keeps a helper busy until just when another one is refused.
    with_refusals(1, table(3, &[]), Some((0, 2)));
}

#[test]
fn a_refused_thread_abandons_the_schedule() {
    run_refused(3, &[(1, 0), (2, 0)], None, 1);
    run_refused(3, &[(1, 0), (2, 0)], None, 2);
}

#[test]
fn tasks_run_although_all_workers_were_refused() {
    // The spawned worker is refused, then its hand-off, and so on. The first worker runs what is left, or the thread that
    // waits for the run.
    for refusals in [3, 6] {
        with_refusals(refusals, table(3, &[(1, 0), (2, 0)]), None);
        with_refusals(refusals, table(3, &[]), None);
    }
    // No thread may run the second part of the schedule, nor what is left of it.
    run_refused(3, &[(1, 0), (2, 0)], None, 4);
}
