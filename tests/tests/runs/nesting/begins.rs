//! When runs begin that have to wait for a thread of the pool.

use std::cell::Cell;
use std::env;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use dag_runtime::{Rayon, dag, task};
use dag_tests::in_time;

thread_local! {
    /// Of how many tasks of `Late` this thread is inside.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
}

/// How many tasks of `Late` have started inside of another one.
static NESTED: AtomicU32 = AtomicU32::new(0);

fn inside(body: impl FnOnce()) {
    let depth = INSIDE.get();
    NESTED.fetch_add(depth, Ordering::SeqCst);
    INSIDE.set(depth + 1);
    body();
    INSIDE.set(depth);
}

fn sleep(millis: u64) {
    thread::sleep(Duration::from_millis(millis));
}

#[task]
fn outside(i: usize) {
    sleep(if i == 0 { 20 } else { 100 });
}

#[task]
fn join_inside() {
    inside(|| _ = rayon::join(|| sleep(10), || sleep(15)));
}

#[task]
fn long() {
    sleep(50);
}

#[task(depends = [long])]
fn late() {
    inside(|| sleep(5));
}

#[task]
fn begin_late(i: usize) {
    sleep(30 + 5 * i as u64);
    if i == 0 {
        Late {}.run(&Rayon::new()).unwrap();
    }
}

dag! {
    graph Outside {
        outside[i in 0..2] = outside(i),
    }

    graph Late {
        join_inside,
        long,
        late[i in 0..4] = late(),
    }

    graph Busy {
        begin_late[i in 0..3] = begin_late(i),
    }
}

/// Set in the process in which the test runs.
const IS_CHILD: &str = "DAG_TEST_BEGINS";

/// A run that is begun outside of the global pool waits until a thread takes it in. If that one is inside of a task of a run that
/// began meanwhile, its wait for the first run is inside of that task as well.
#[test]
fn a_run_begins_when_a_thread_of_the_pool_takes_it_in() {
    if env::var_os(IS_CHILD).is_none() {
        // The global pool of another process has as many threads as the test needs.
        let test = "nesting::begins::a_run_begins_when_a_thread_of_the_pool_takes_it_in";
        let mut child = Command::new(env::current_exe().unwrap());
        let child = child.args(["--exact", test]).env(IS_CHILD, "1").env("RAYON_NUM_THREADS", "3");
        let output = child.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
        return;
    }
    in_time(|| {
        for _ in 0..10 {
            thread::scope(|scope| {
                scope.spawn(|| {
                    sleep(10);
                    Outside {}.run(&Rayon::new()).unwrap();
                });
                Busy {}.run(&Rayon::new()).unwrap();
            });
        }
        assert_eq!(NESTED.load(Ordering::SeqCst), 0);
    });
}
