//! Dynamic runs.

use alloc::vec;

use ::loom::sync::Arc;
use ::loom::thread;

use super::model::{check, each_table, model, succeeds, table};
use crate::executor::rayon::dynamic_run::ReadySet;

#[test]
fn a_task_sees_what_its_dependencies_did() {
    succeeds(table(4, &[(1, 0), (2, 0), (3, 1), (3, 2)]), None);
}

#[test]
fn the_last_reader_sees_what_all_readers_did() {
    // Both 2 and 3 read 0 and 1.
    succeeds(table(4, &[(2, 0), (2, 1), (3, 0), (3, 1)]), None);
}

#[test]
fn every_source_is_run() {
    succeeds(table(3, &[]), None);
}

#[test]
fn a_published_task_does_not_wait_for_a_busy_worker() {
    // 3 may keep a helper busy until just when 0 publishes 2 and goes on with 1, which waits for 2.
    succeeds(table(4, &[(1, 0), (2, 0)]), Some((1, 2)));
}

#[test]
fn a_failure_blocks_its_dependents_only() {
    // 2 depends on 0, which fails, and on 1; 3 on 1 alone; 4 on 2.
    let table = table(5, &[(2, 0), (2, 1), (3, 1), (4, 2)]);
    model(table, Some(0), true, None, |ran, dropped| {
        assert_eq!([0, 1, 2, 3, 4].map(ran), [true, true, false, true, false]);
        assert_eq!([0, 1, 2, 3, 4].map(dropped), [false, true, false, true, false]);
    });
}

#[test]
fn a_failure_stops_the_run() {
    let table = table(4, &[(1, 0), (2, 0), (3, 1), (3, 2)]);
    model(table, Some(1), false, None, |ran, _| {
        assert!(ran(0) && ran(1) && !ran(3));
    });
}

#[test]
fn each_element_runs_once_before_the_task_is_closed() {
    succeeds(each_table(3, &[(1, 0), (2, 1)], &[1]), None);
}

#[test]
fn elements_of_two_tasks_run_beside_each_other() {
    succeeds(each_table(2, &[], &[0, 1]), None);
}

#[test]
fn a_failure_of_an_element_stops_the_run() {
    let table = each_table(3, &[(1, 0), (2, 1)], &[1]);
    model(table, Some(1), false, None, |ran, _| {
        assert!(ran(0) && ran(1) && !ran(2));
    });
}

#[test]
fn no_ready_task_is_lost() {
    for (other, summary) in [(1, false), (1, true), (64, true)] {
        check(move || {
            let ready = Arc::new(ReadySet::with_summary(128, summary));
            let put_and_take = move |rank, ready: &ReadySet| {
                ready.put(rank);
                ready.take()
            };
            let thread = {
                let ready = ready.clone();
                thread::spawn(move || put_and_take(other, &ready))
            };
            let mut taken = vec![put_and_take(0, &ready), thread.join().unwrap()];
            taken.extend([ready.take(), ready.take()]);
            taken.retain(Option::is_some);
            taken.sort();
            assert_eq!(taken, [Some(0), Some(other)]);
        });
    }
}
