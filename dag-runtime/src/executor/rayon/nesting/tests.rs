use alloc::vec::Vec;
use std::sync::Mutex;

use ::rayon::{ThreadPool, ThreadPoolBuilder};

use super::*;

/// Records whether a task of run 5 may start.
#[derive(Default)]
struct Clear(Mutex<Vec<bool>>);

impl JobReceiver for Clear {
    fn receive<'scope>(&'scope self, _: Request, at: StackPosition, _: &RunScope<'_, 'scope>) {
        self.0.lock().unwrap().push(at.may_start(5));
    }
}

fn seen(body: impl FnOnce(&Clear)) -> Vec<bool> {
    let clear = Clear::default();
    body(&clear);
    clear.0.into_inner().unwrap()
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
                pool.in_place_scope(|scope| {
                    (0..5).for_each(|_| spawn_job(&RunScope { scope, run: 5 }, clear, Request::Work))
                });
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
        seen(|clear| {
            pool.in_place_scope(|scope| {
                (0..3).for_each(|_| spawn_job(&RunScope { scope, run: 5 }, clear, Request::Work))
            })
        });
        let all = seen(|clear| {
            pool.install(|| {
                in_place_scope(|scope| spawn_job(&RunScope { scope, run: 5 }, clear, Request::Work));
                in_numbered_run(4, &mut |scope| {
                    spawn_job(scope, clear, Request::Work);
                    while let Some(::rayon::Yield::Executed) = ::rayon::yield_now() {}
                    ::rayon::join(|| spawn_job(scope, clear, Request::Work), || ());
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
            let run = |clear: &Clear| {
                pool.install(|| in_numbered_run(number, &mut |scope| spawn_job(scope, clear, Request::Work)));
            };
            assert_eq!(seen(run), [clear]);
            let other = |clear: &Clear| {
                pool.install(|| {
                    in_numbered_run(1, &mut |_| {
                        in_numbered_run(number, &mut |scope| spawn_job(scope, clear, Request::Work))
                    });
                });
            };
            assert_eq!(seen(other), [clear]);
        }
    }
}
