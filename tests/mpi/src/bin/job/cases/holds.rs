//! Tasks that hold a lock while they wait in rayon: no other task of their run starts inside them.

use std::hint::spin_loop;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Rayon, dag, task};
use rayon::prelude::*;

/// Keeps the thread for this many microseconds.
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

#[derive(Default)]
struct Stolen {
    lock: Mutex<()>,
    flag: AtomicBool,
}

impl Stolen {
    fn wait(&self) {
        while !self.flag.load(Ordering::SeqCst) {
            thread::yield_now();
        }
    }
}

#[task]
fn join(stolen: &Stolen) {
    let _lock = stolen.lock.lock().unwrap();
    rayon::join(
        || stolen.wait(),
        || {
            stolen.flag.store(true, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(20));
        },
    );
}

#[task]
fn gate(stolen: &Stolen) {
    stolen.wait();
}

#[task(depends = [gate])]
fn locked(stolen: &Stolen) {
    drop(stolen.lock.lock().unwrap());
}

dag! {
    // Of three threads, one waits for another one in `join`. Of the tasks after `gate`, the third one starts one, and the first
    // one must not start the next.
    graph Gate<'a>(stolen: &'a Stolen) {
        join(stolen) on 0,
        gate(stolen) on 0,
        locked[i in 0..3] = locked(stolen) on 0,
    }

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
        Gate { stolen: &Stolen::default() }.run(&mpi.clone().schedule(schedule).threads(3)).unwrap();
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
