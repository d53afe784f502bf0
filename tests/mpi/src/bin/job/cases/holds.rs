//! Tasks that hold a lock while they wait in rayon: no other task of their run starts inside them.

use std::hint::spin_loop;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use dag_runtime::{Mpi, Rayon, Schedule, dag, task};
use rayon::prelude::*;

/// Keeps the thread for so many microseconds.
fn spend(micros: u64) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(micros) {
        spin_loop();
    }
}

/// What each task does: waits in rayon, in several ways, with the lock.
fn wait_with(lock: &Mutex<()>) {
    let _lock = lock.lock().unwrap();
    rayon::join(|| spend(5), || spend(50));
    (0..6).into_par_iter().for_each(|_| _ = rayon::join(|| spend(5), || spend(10)));
    Parts {}.run(&Rayon::new()).unwrap();
}

#[task]
fn part(i: usize) {
    spend(i as u64 % 2 * 20);
}

#[task]
fn hold(i: usize, lock: &Mutex<()>) -> u32 {
    wait_with(lock);
    i as u32
}

#[task]
fn numbers(all: &[u32]) -> Vec<u32> {
    all.to_vec()
}

#[task]
fn element(number: &u32, lock: &Mutex<()>) -> u32 {
    wait_with(lock);
    *number
}

dag! {
    graph Parts {
        part[i in 0..6] = part(i),
    }

    graph Holds<'a>(lock: &'a Mutex<()>) -> element {
        hold[i in 0..24] = hold(i, lock),
        numbers(&hold[..]),
        element(each &numbers, lock),
    }
}

pub fn holds(mpi: Mpi, _: &[&str]) {
    for schedule in [Schedule::Static, Schedule::Dynamic] {
        for threads in [1, 2, 3] {
            let mpi = mpi.clone().schedule(schedule).threads(threads);
            for _ in 0..5 {
                let lock = Mutex::new(());
                let elements = Holds { lock: &lock }.run(&mpi).unwrap();
                assert_eq!(elements, (0..24).collect::<Vec<_>>());
            }
        }
    }
}
