use alloc::vec::Vec;
use std::sync::Mutex;

use ::rayon::{ThreadPool, ThreadPoolBuilder};

use super::*;

/// Writes down whether a task of a run that began at 5 may start.
#[derive(Default)]
struct Clear(Mutex<Vec<bool>>);

impl Receiver for Clear {
    fn receive<'scope>(&'scope self, _: Message, here: Spot, _: &Sharing<'_, 'scope>) {
        self.0.lock().unwrap().push(here.is_clear(5));
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
        builder().start_handler(|_| note_start()).stack_size(1 << 22).build().unwrap(),
    ]
}

#[test]
fn the_top_of_a_thread_is_clear() {
    for pool in pools() {
        let all = seen(|clear| {
            for _ in 0..20 {
                pool.in_place_scope(|scope| {
                    (0..5).for_each(|_| send(&Sharing { scope, began: 5 }, clear, Message::Work))
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
                (0..3).for_each(|_| send(&Sharing { scope, began: 5 }, clear, Message::Work))
            })
        });
        let all = seen(|clear| {
            pool.install(|| {
                in_place_scope(|scope| send(&Sharing { scope, began: 5 }, clear, Message::Work));
                scoped_as(4, &mut |scope| {
                    send(scope, clear, Message::Work);
                    while let Some(::rayon::Yield::Executed) = ::rayon::yield_now() {}
                    ::rayon::join(|| send(scope, clear, Message::Work), || ());
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
        for (began, clear) in [(4, true), (5, true), (6, false)] {
            let run = |clear: &Clear| {
                pool.install(|| scoped_as(began, &mut |scope| send(scope, clear, Message::Work)));
            };
            assert_eq!(seen(run), [clear]);
            let other = |clear: &Clear| {
                pool.install(|| {
                    scoped_as(1, &mut |_| scoped_as(began, &mut |scope| send(scope, clear, Message::Work)));
                });
            };
            assert_eq!(seen(other), [clear]);
        }
    }
}
