use alloc::vec::Vec;
use core::sync::atomic::AtomicUsize;
use std::sync::Mutex;

use ::rayon::{ThreadPool, ThreadPoolBuilder};

use super::*;

/// Records whether a task of run 5 may start.
#[derive(Default)]
struct Clear {
    seen: Mutex<Vec<bool>>,
    sent: AtomicUsize,
}

impl Clear {
    fn send(&self, scope: &RunScope<'_>) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        spawn_job(scope, Request::Work);
    }

    /// Sends jobs from a run of this number.
    fn run(&self, number: u64, pool: Option<&ThreadPool>, mut jobs: impl FnMut(&RunScope<'_>)) {
        with_entry(|entry| in_numbered_run(number, entry, (pool, false), self, &mut jobs));
    }
}

impl JobReceiver for Clear {
    fn receive(&self, _: Request, at: StackPosition, _: &RunScope<'_>) -> Then {
        self.seen.lock().unwrap().push(at.may_start(5));
        Then::Leave
    }

    fn may_end(&self) -> bool {
        self.seen.lock().unwrap().len() == self.sent.load(Ordering::Relaxed)
    }
}

fn seen(body: impl FnOnce(&Clear)) -> Vec<bool> {
    let clear = Clear::default();
    body(&clear);
    clear.seen.into_inner().unwrap()
}

fn pools() -> [ThreadPool; 2] {
    let builder = || ThreadPoolBuilder::new().num_threads(1);
    [
        builder().build().unwrap(),
        builder().start_handler(|_| record_stack_base()).stack_size(1 << 22).build().unwrap(),
    ]
}

#[test]
fn the_top_of_a_thread_is_clear() {
    for pool in pools() {
        let all = seen(|clear| {
            for _ in 0..20 {
                clear.run(5, Some(&pool), |scope| (0..5).for_each(|_| clear.send(scope)));
            }
        });
        // On other systems, the first one or two only say where it is.
        assert!(all.len() == 100 && all[2..].iter().all(|&clear| clear), "{all:?}");
    }
}

#[test]
fn other_waits_are_not() {
    for pool in pools() {
        // A job first comes at the top, so that it is known.
        seen(|clear| clear.run(5, Some(&pool), |scope| (0..3).for_each(|_| clear.send(scope))));
        let all = seen(|clear| {
            pool.install(|| {
                clear.run(4, None, |scope| {
                    ::rayon::scope(|inner| inner.spawn(|_| clear.send(scope)));
                    while let Some(::rayon::Yield::Executed) = ::rayon::yield_now() {}
                    clear.send(scope);
                    while let Some(::rayon::Yield::Executed) = ::rayon::yield_now() {}
                    ::rayon::join(|| clear.send(scope), || ());
                    while let Some(::rayon::Yield::Executed) = ::rayon::yield_now() {}
                });
            });
        });
        assert_eq!(all, [false; 3]);
    }
}

#[test]
fn the_wait_of_a_run_is_clear_for_those_that_began_later() {
    for pool in pools() {
        for (number, clear) in [(4, true), (5, true), (6, false)] {
            let run = |clear: &Clear| pool.install(|| clear.run(number, None, |scope| clear.send(scope)));
            assert_eq!(seen(run), [clear]);
            let other = |clear: &Clear| {
                pool.install(|| {
                    let outer = Clear::default();
                    outer.run(1, None, |_| clear.run(number, None, |scope| clear.send(scope)));
                });
            };
            assert_eq!(seen(other), [clear]);
        }
    }
}

#[test]
fn a_job_that_comes_late_does_not_touch_the_run() {
    for pool in pools() {
        let (block, blocked) = (Mutex::new(()), std::sync::Barrier::new(2));
        pool.in_place_scope(|scope| {
            let held = block.lock().unwrap();
            scope.spawn(|_| {
                blocked.wait();
                drop(block.lock());
            });
            blocked.wait();
            // The only thread of the pool is busy: this run ends without its job.
            let clear = Clear::default();
            clear.run(5, Some(&pool), |scope| spawn_job(scope, Request::Work));
            assert!(clear.seen.lock().unwrap().is_empty());
            drop((clear, held));
        });
        // The late job comes before this one. The next run, of the same entry, is not disturbed.
        pool.install(|| ());
        assert_eq!(seen(|clear| clear.run(5, Some(&pool), |scope| clear.send(scope))).len(), 1);
    }
}
