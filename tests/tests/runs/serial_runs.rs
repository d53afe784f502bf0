//! Runs on `Rayon` that are short enough for one thread, and become parallel when a task is slow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use dag_runtime::{Rayon, Serial, dag, task};
use dag_tests::{in_time, pool};

const CELLS: usize = 200;

/// Takes its time at one place.
#[task]
fn cell(before: Option<&Vec<u64>>, x: usize, slow: usize) -> Vec<u64> {
    if x == slow {
        // Longer than sharing costs, also on a loaded machine.
        thread::sleep(Duration::from_millis(5));
    }
    vec![before.map_or(1, |before| before[0].rotate_left(3)) ^ x as u64]
}

#[task]
fn meet(cell: &[Vec<u64>], alone: bool, others: &AtomicUsize) -> usize {
    // Two tasks that wait for each other need two threads.
    others.fetch_add(1, Ordering::SeqCst);
    while !alone && others.load(Ordering::SeqCst) < 2 {
        thread::yield_now();
    }
    cell.len()
}

// Eight rows of cells: others are ready while one is slow.
dag! {
    graph Meeting<'a>(slow: usize, alone: bool, others: &'a AtomicUsize) -> (one, two) {
        cell[x in 0..CELLS] = cell(if x >= 8 { Some(&cell[x - 8]) } else { None }, x, slow),
        one = meet(&cell[..], alone, others),
        two = meet(&cell[..], alone, others),
    }
}

#[test]
fn a_run_that_gets_long_is_shared() {
    in_time(|| {
        let expected =
            |slow| Meeting { slow, alone: true, others: &AtomicUsize::new(0) }.run(&Serial).unwrap();
        let own = Rayon::with_threads(2).unwrap();
        let given = Rayon::on_pool(Arc::clone(pool(2)));
        for rayon in [&own, &given] {
            for slow in [0, 1, 77] {
                for _ in 0..100 {
                    let run = Meeting { slow: CELLS, alone: true, others: &AtomicUsize::new(0) }.run(rayon);
                    assert_eq!(run.unwrap(), expected(CELLS));
                }
                let run = Meeting { slow, alone: false, others: &AtomicUsize::new(0) }.run(rayon);
                assert_eq!(run.unwrap(), expected(slow));
            }
        }
    });
}
