//! Tasks that hold a lock, or a thread-local, while they wait in rayon: no other task of their run starts inside of them.

mod begins;
mod refused;

use std::cell::RefCell;
use std::hint::spin_loop;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dag_runtime::{Observer, Rayon, dag, task};
use dag_tests::in_time;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

thread_local! {
    static LOCAL: RefCell<u64> = const { RefCell::new(0) };
}

/// What a task does while it holds the lock, or the thread-local.
#[derive(Clone, Copy, Debug)]
enum Wait {
    Join,
    Scope,
    Iterator,
    /// An iterator whose pieces, which other threads steal, wait themselves.
    Pieces,
    Yield,
    Run,
    RunInRun,
    RunElsewhere,
}

const WAITS: [Wait; 8] = [
    Wait::Join,
    Wait::Scope,
    Wait::Iterator,
    Wait::Pieces,
    Wait::Yield,
    Wait::Run,
    Wait::RunInRun,
    Wait::RunElsewhere,
];

struct World {
    wait: Wait,
    lock: Mutex<()>,
    inner: Mutex<()>,
    other: Rayon,
}

/// Keeps the thread for this many microseconds.
fn spend(micros: u64) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(micros) {
        spin_loop();
    }
}

fn iterate() {
    (0..16).into_par_iter().for_each(|_| spend(3));
}

impl World {
    fn wait(&self) {
        match self.wait {
            Wait::Join => _ = rayon::join(|| spend(5), || spend(20)),
            Wait::Scope => rayon::scope(|scope| (0..4).for_each(|_| scope.spawn(|_| spend(10)))),
            Wait::Iterator => iterate(),
            Wait::Pieces => (0..6).into_par_iter().for_each(|_| _ = rayon::join(|| spend(5), iterate)),
            Wait::Yield => (0..20).for_each(|_| _ = rayon::yield_now()),
            Wait::Run => Parts {}.run(&Rayon::new()).unwrap(),
            Wait::RunInRun => Inner { world: self }.run(&Rayon::new()).unwrap(),
            Wait::RunElsewhere => Parts {}.run(&self.other).unwrap(),
        }
    }

    fn hold(&self) {
        let _lock = self.lock.lock().unwrap();
        LOCAL.with(|local| {
            let mut local = local.borrow_mut();
            self.wait();
            *local += 1;
        });
    }
}

#[task]
fn part(i: usize) {
    spend(i as u64 % 2 * 20);
}

#[task]
fn inner(world: &World) {
    let _lock = world.inner.lock().unwrap();
    Parts {}.run(&Rayon::new()).unwrap();
}

#[task]
fn hold(before: &[u8], world: &World) -> u8 {
    world.hold();
    before.len() as u8
}

#[task]
fn numbers() -> Vec<u8> {
    (0..10).collect()
}

#[task]
fn element(number: &u8, world: &World) -> u8 {
    world.hold();
    *number
}

dag! {
    graph Parts {
        part[i in 0..6] = part(i),
    }

    graph Inner<'a>(world: &'a World) {
        inner[i in 0..4] = inner(world),
    }

    graph Holds<'a>(world: &'a World) -> hold {
        hold[t in 0..4, i in 0..4] = hold(if t > 0 { &hold[t - 1, ..] } else { &[] }, world),
    }

    graph Elements<'a>(world: &'a World) -> element {
        numbers,
        element(each &numbers, world),
    }
}

struct Silent;
impl Observer for Silent {}

fn run_all(rayon: &Rayon, other: &Rayon, rounds: usize) {
    for wait in WAITS {
        let world = World { wait, lock: Mutex::default(), inner: Mutex::default(), other: other.clone() };
        for _ in 0..rounds {
            Holds { world: &world }.run(rayon).unwrap();
            Holds { world: &world }.run(&rayon.clone().observe(Silent)).unwrap();
            Holds { world: &world }.run(&rayon.clone().keep_going()).unwrap();
            assert_eq!(Elements { world: &world }.run(rayon).unwrap().len(), 10);
        }
    }
}

fn given(threads: usize) -> Arc<ThreadPool> {
    Arc::new(ThreadPoolBuilder::new().num_threads(threads).build().unwrap())
}

#[test]
fn on_a_pool_of_its_own() {
    in_time(|| {
        let other = Rayon::with_threads(2).unwrap();
        for threads in [1, 2, 4] {
            run_all(&Rayon::with_threads(threads).unwrap(), &other, 10);
        }
    });
}

#[test]
fn on_a_pool_that_was_given() {
    in_time(|| {
        let other = Rayon::on_pool(given(2));
        for threads in [2, 3] {
            let pool = given(threads);
            run_all(&Rayon::on_pool(Arc::clone(&pool)), &other, 10);
            pool.install(|| run_all(&Rayon::new(), &other, 10));
        }
    });
}

#[test]
fn on_the_global_pool() {
    in_time(|| run_all(&Rayon::new(), &Rayon::with_threads(2).unwrap(), 10));
}

/// Who first meets a pool while its threads wait in pieces of something else.
#[test]
fn on_threads_that_are_busy() {
    in_time(|| {
        let pool = given(3);
        pool.install(|| {
            (0..6).into_par_iter().for_each(|_| {
                let lock = Mutex::new(());
                Meet { lock: &lock }.run(&Rayon::new()).unwrap();
            });
        });
    });
}

#[task]
fn meet(lock: &Mutex<()>) {
    let _lock = lock.lock().unwrap();
    (0..6).into_par_iter().for_each(|_| _ = rayon::join(|| spend(5), iterate));
}

dag! {
    graph Meet<'a>(lock: &'a Mutex<()>) {
        meet[i in 0..6] = meet(lock),
    }
}
