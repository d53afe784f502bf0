//! Dynamic runs.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use ::loom::sync::Arc;
use ::loom::thread;

use super::model::{check, each_table, model, model_with, succeeds, succeeds_in_own_sets, table};
use crate::executor::rayon::dynamic_run::{DynamicRun, Ready, ReadySet};
use crate::executor::rayon::run_mode::RunMode;
use crate::executor::rayon::sync::{AtomicBool, Ordering, sequential};
use crate::graph::{Collected, Needs};
use crate::table::Table;

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

#[test]
fn tasks_in_own_sets_run_once_and_see_their_dependencies() {
    succeeds_in_own_sets(table(4, &[(1, 0), (2, 0), (3, 1), (3, 2)]), None);
    succeeds_in_own_sets(table(3, &[]), None);
}

#[test]
fn a_task_in_an_own_set_does_not_wait_for_a_busy_worker() {
    succeeds_in_own_sets(table(4, &[(1, 0), (2, 0)]), Some((1, 2)));
    // The helper steals 2 and 3 of 2, 3 and 4, and goes on with 2, which waits for 3.
    succeeds_in_own_sets(table(5, &[(1, 0), (2, 0), (3, 0), (4, 0)]), Some((2, 3)));
}

#[test]
fn no_task_is_lost_when_it_is_stolen() {
    check(|| {
        let mut ready = Ready::own(64, 2);
        // All in the set of thread 0.
        (0..3).for_each(|rank| ready.put_first(0, rank));
        let ready = Arc::new(ready);
        let thread = {
            let ready = ready.clone();
            thread::spawn(move || ready.take(|| 1))
        };
        ready.put(|| 0, 3);
        let mut taken = vec![ready.take(|| 0), thread.join().unwrap()];
        assert!(!ready.is_empty());
        taken.extend([ready.take(|| 0), ready.take(|| 0), ready.take(|| 0)]);
        assert!(ready.is_empty());
        let mut ranks: Vec<u32> = taken.into_iter().flatten().map(|taken| taken.rank).collect();
        ranks.sort_unstable();
        assert_eq!(ranks, [0, 1, 2, 3]);
    });
}

#[test]
fn no_task_is_lost_in_a_set_of_two_threads() {
    check(|| {
        let ready = Arc::new(Ready::own(64, 1));
        let put_and_take = |rank, ready: &Ready| {
            ready.put(|| 0, rank);
            ready.take(|| 0)
        };
        let thread = {
            let ready = ready.clone();
            thread::spawn(move || put_and_take(1, &ready))
        };
        let mut taken = vec![put_and_take(0, &ready), thread.join().unwrap()];
        taken.extend([ready.take(|| 0), ready.take(|| 0)]);
        assert!(ready.is_empty());
        let mut ranks: Vec<u32> = taken.into_iter().flatten().map(|taken| taken.rank).collect();
        ranks.sort_unstable();
        assert_eq!(ranks, [0, 1]);
    });
}

#[test]
fn a_thief_leaves_no_mark_of_a_span_without_tasks() {
    check(|| {
        // Two words with one mark.
        let mut ready = Ready::own(128, 2);
        ready.put_first(0, 0);
        let ready = Arc::new(ready);
        let thread = {
            let ready = ready.clone();
            thread::spawn(move || ready.put(|| 0, 64))
        };
        let mut taken = vec![ready.take(|| 1), ready.take(|| 1)];
        thread.join().unwrap();
        taken.extend([ready.take(|| 1), ready.take(|| 1)]);
        assert!(ready.is_empty(), "a mark is left");
        let mut ranks: Vec<u32> = taken.into_iter().flatten().map(|taken| taken.rank).collect();
        ranks.sort_unstable();
        assert_eq!(ranks, [0, 64]);
    });
}

#[test]
fn who_hides_a_task_for_a_moment_publishes_it() {
    check(|| {
        let mut ready = Ready::own(64, 2);
        ready.put_first(0, 0);
        let ready = Arc::new(ready);
        let thread = {
            let ready = ready.clone();
            thread::spawn(move || {
                ready.put(|| 0, 1);
                sequential();
                ready.is_empty()
            })
        };
        // Steals 0, which is the lower half, and finds the set empty, or does not.
        let taken = ready.take(|| 1).unwrap();
        assert_eq!(taken.rank, 0);
        let empty = thread.join().unwrap();
        assert!(!empty || taken.published, "nobody looks for 1");
        assert_eq!(ready.take(|| 0).map(|taken| taken.rank), Some(1));
    });
}

#[test]
fn who_moves_tasks_finds_room_or_who_leaves_finds_the_tasks() {
    check(|| {
        let mut ready = Ready::own(64, 2);
        (0..3).for_each(|rank| ready.put_first(16, rank));
        let (ready, left) = (Arc::new(ready), Arc::new(AtomicBool::new(false)));
        let thread = {
            let (ready, left) = (ready.clone(), left.clone());
            thread::spawn(move || {
                let taken = core::iter::from_fn(|| ready.take(|| 1)).count();
                left.store(true, Ordering::SeqCst);
                sequential();
                (taken, ready.is_empty())
            })
        };
        // Moves a task, if the other thread has not come before.
        let taken = ready.take(|| 0).map_or(0, |_| 1);
        sequential();
        let room = left.load(Ordering::SeqCst);
        let (others, empty) = thread.join().unwrap();
        assert!(room || !empty || taken + others == 3);
    });
}

/// A graph whose tasks take this many units of a limit, in all interleavings.
fn limited(
    table: &'static Table,
    total: u64,
    units: &[u64],
    fails: Option<u32>,
    keep_going: bool,
    then: impl Fn(&dyn Fn(u32) -> bool, &dyn Fn(u32) -> bool) + Send + Sync + 'static,
) {
    let mut found = Collected::new(table.len());
    for (node, &units) in (0..).zip(units).filter(|&(_, &units)| units > 0) {
        found.add(node, &[(0, units)]);
    }
    let needs: &'static Needs = Box::leak(Box::new(found.finish(vec![total])));
    let mode = move || {
        let view = table.view();
        RunMode::Dynamic(DynamicRun::new(view, view.urgency(), 2, keep_going, &[], None).with_limits(needs))
    };
    model_with(table, mode, Some(needs), fails, None, 0, then);
}

/// Checks that all tasks of a graph with a limit run.
fn limited_run(table: &'static Table, total: u64, units: &[u64]) {
    limited(table, total, units, None, false, move |ran, dropped| {
        assert!((0..table.len() as u32).all(|node| ran(node) && dropped(node)));
    });
}

#[test]
fn units_that_are_given_back_start_a_task_that_waits() {
    limited_run(table(3, &[]), 1, &[1, 1, 1]);
    // 3 waits for two units, of which one may be free.
    limited_run(table(4, &[]), 2, &[1, 1, 1, 2]);
    // 2 follows a task without units, and needs more than those that are free while 3 or 4 runs.
    limited_run(table(5, &[(2, 0)]), 2, &[0, 0, 2, 1, 1]);
}

#[test]
fn elements_take_units() {
    limited_run(each_table(2, &[], &[0]), 1, &[1, 1]);
}

#[test]
fn a_failure_gives_units_back() {
    let two = table(4, &[(3, 0)]);
    limited(two, 1, &[1, 1, 1, 1], Some(0), true, |ran, _| {
        assert_eq!([0, 1, 2, 3].map(ran), [true, true, true, false]);
    });
    limited(two, 1, &[1, 1, 1, 1], Some(0), false, |ran, _| assert!(ran(0) && !ran(3)));
}
