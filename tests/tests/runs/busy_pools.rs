//! Runs while the threads of a pool are busy with other work.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use dag_runtime::{Rayon, dag, task};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

type Log = Mutex<Vec<ThreadId>>;

/// Runs at the same time as another such task, if a thread comes to help.
#[task]
fn wide(log: &Log, millis: u64) {
    log.lock().unwrap().push(thread::current().id());
    thread::sleep(Duration::from_millis(millis));
}

dag! {
    graph Wide<'a>(log: &'a Log, millis: u64) {
        tasks[i in 0..8] = wide(log, millis),
    }
}

/// Keeps all threads of a pool busy until the result is dropped.
fn keep_busy(pool: &ThreadPool) -> Vec<Sender<()>> {
    let (started, starts) = channel();
    let spawn = |_| {
        let (end, ended) = channel::<()>();
        let started = started.clone();
        pool.spawn(move || {
            started.send(()).unwrap();
            _ = ended.recv();
        });
        end
    };
    let ends = (0..pool.current_num_threads()).map(spawn).collect();
    (0..pool.current_num_threads()).for_each(|_| starts.recv().unwrap());
    ends
}

fn pool(threads: usize) -> Arc<ThreadPool> {
    Arc::new(ThreadPoolBuilder::new().num_threads(threads).build().unwrap())
}

#[test]
fn the_caller_does_not_wait_for_a_busy_pool() {
    let pool = pool(2);
    let rayon = Rayon::on_pool(pool.clone()).inline();
    for millis in [0, 1] {
        let busy = keep_busy(&pool);
        let log = Log::default();
        // Again and again: what was sent to the pool before is still in its queue.
        for _ in 0..20 {
            Wide { log: &log, millis }.run(&rayon).unwrap();
        }
        let log = log.into_inner().unwrap();
        assert_eq!(log.len(), 20 * 8);
        assert!(log.iter().all(|&thread| thread == thread::current().id()));
        drop(busy);
    }
    // What was sent before comes now, after its run.
    let log = Log::default();
    Wide { log: &log, millis: 5 }.run(&rayon).unwrap();
    assert_eq!(log.into_inner().unwrap().len(), 8);
}

#[test]
fn a_run_inside_a_pool_does_not_wait_for_its_other_threads() {
    let pool = pool(2);
    let ((end, ended), (start, started)) = (channel::<()>(), channel());
    pool.install(move || {
        rayon::spawn(move || {
            start.send(()).unwrap();
            _ = ended.recv();
        });
        // The other thread has taken that job.
        started.recv().unwrap();
        let log = Log::default();
        for _ in 0..20 {
            Wide { log: &log, millis: 1 }.run(&Rayon::new()).unwrap();
        }
        assert_eq!(log.into_inner().unwrap().len(), 20 * 8);
    });
    drop(end);
}

#[test]
fn threads_of_the_pool_help_a_caller_outside_of_it() {
    let rayon = Rayon::with_threads(2).unwrap().inline();
    // On a loaded machine, the thread of the pool may get no time before a run has ended.
    let is_helped = || {
        let log = Log::default();
        Wide { log: &log, millis: 20 }.run(&rayon).unwrap();
        let log = log.into_inner().unwrap();
        let own = log.iter().filter(|&&thread| thread == thread::current().id()).count();
        assert!(own > 0, "the calling thread ran none of the tasks");
        own < log.len()
    };
    assert!((0..20).any(|_| is_helped()), "all tasks ran on the calling thread");
}

#[test]
fn a_run_that_panics_beside_a_busy_pool_leaves_nothing_behind() {
    #[task]
    fn fails(from: u32) -> u32 {
        assert!(from > 1, "too small");
        from
    }

    dag! {
        graph Fails(from: u32) -> all {
            all[i in 0..6] = fails(from),
        }
    }

    let pool = pool(2);
    let rayon = Rayon::on_pool(pool.clone()).inline();
    let busy = keep_busy(&pool);
    for _ in 0..10 {
        assert!(Fails { from: 0 }.run(&rayon).is_err());
        assert_eq!(Fails { from: 2 }.run(&rayon).unwrap(), [2; 6]);
    }
    drop(busy);
}

#[test]
fn callers_outside_of_a_pool_hold_locks_while_the_pool_works_for_them() {
    #[task]
    fn add(device: &Mutex<u64>, i: u64) {
        let mut device = device.lock().unwrap();
        *device += (0..1000_u32).into_par_iter().map(|x| u64::from(x) % (i + 1)).sum::<u64>();
    }

    dag! {
        graph Sums<'a>(device: &'a Mutex<u64>) {
            add[i in 0..10] = add(device, i as u64),
        }
    }

    // As many callers as the global pool has threads, and more. Helpers of all of them wait for locks.
    let caller = || {
        for _ in 0..50 {
            let device = Mutex::new(0);
            Sums { device: &device }.run(&Rayon::new()).unwrap();
            assert_eq!(device.into_inner().unwrap(), 22_488);
        }
    };
    thread::scope(|scope| (0..2 * rayon::current_num_threads()).for_each(|_| _ = scope.spawn(caller)));
}

#[test]
fn a_run_leaves_the_token_of_unpark() {
    let rayon = Rayon::with_threads(2).unwrap().inline();
    let log = Log::default();
    thread::current().unpark();
    // The caller waits for the last task of the other thread.
    Wide { log: &log, millis: 5 }.run(&rayon).unwrap();
    let start = Instant::now();
    thread::park_timeout(Duration::from_secs(20));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_run_on_many_threads_ends_after_a_failure() {
    #[task]
    fn first() -> Vec<u8> {
        vec![1]
    }

    #[task]
    fn fails(first: &[u8], i: usize, bad: usize) -> Result<usize, std::fmt::Error> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_micros(3) {}
        if i == bad { Err(std::fmt::Error) } else { Ok(first.len()) }
    }

    dag! {
        graph Fails(bad: usize) {
            first,
            all[i in 0..60] = fails(&first, i, bad),
        }
    }

    // More threads than CPUs, and many tasks that are ready and do not start any more.
    let rayon = Rayon::with_threads(8).unwrap();
    for bad in 0..2000 {
        assert!(Fails { bad: 7 * bad % 60 }.run(&rayon).is_err());
    }
}

#[test]
fn a_graph_runs_in_the_destructor_of_a_thread_local() {
    struct OnExit;
    impl Drop for OnExit {
        fn drop(&mut self) {
            let log = Log::default();
            Wide { log: &log, millis: 1 }.run(&Rayon::new()).unwrap();
            assert_eq!(log.into_inner().unwrap().len(), 8);
        }
    }
    thread_local!(static ON_EXIT: OnExit = const { OnExit });

    let body = || {
        ON_EXIT.with(|_| ());
        let log = Log::default();
        Wide { log: &log, millis: 1 }.run(&Rayon::new()).unwrap();
    };
    thread::spawn(body).join().unwrap();
}
