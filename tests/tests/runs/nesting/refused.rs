//! What becomes of tasks that a thread may not start, as it is inside another one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use dag_runtime::{Rayon, dag, task};
use dag_tests::in_time;
use rayon::ThreadPool;

use super::given;

/// Keeps the thread until a flag is set, and does nothing else with it.
fn until(flag: &AtomicBool) {
    while !flag.load(Ordering::SeqCst) {
        thread::yield_now();
    }
}

#[derive(Default)]
struct Flags {
    other_starts: AtomicBool,
    is_free: AtomicBool,
    is_set: AtomicBool,
}

#[task(cost = 9)]
fn short(flags: &Flags) {
    flags.other_starts.store(true, Ordering::SeqCst);
    until(&flags.is_free);
}

#[task(depends = [short])]
fn wait_on(flags: &Flags) {
    until(&flags.is_set);
}

#[task(cost = 3)]
fn wait_for(flags: &Flags) {
    until(&flags.other_starts);
    // Here rayon gives this thread the worker that was sent for, which must not start `set` here.
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(2) {
        rayon::yield_now();
    }
    flags.is_free.store(true, Ordering::SeqCst);
    until(&flags.is_set);
}

#[task]
fn set(flags: &Flags) {
    flags.is_set.store(true, Ordering::SeqCst);
}

dag! {
    graph Sides<'a>(flags: &'a Flags) {
        short(flags),
        wait_on(flags),
        wait_for(flags),
        set(flags),
    }
}

#[test]
fn a_thread_that_becomes_free_takes_what_another_one_was_refused_when_a_task_ends() {
    in_time(|| {
        let pool = given(3);
        for round in 0..50 {
            let (flags, started) = (&Flags::default(), &AtomicBool::new(false));
            pool.in_place_scope(|scope| {
                scope.spawn(move |_| {
                    started.store(true, Ordering::SeqCst);
                    until(&flags.is_free);
                });
                until(started);
                let rayon = Rayon::on_pool(Arc::clone(&pool));
                let graph = Sides { flags };
                if round % 2 == 0 { graph.run(&rayon) } else { graph.run(&rayon.keep_going()) }.unwrap();
            });
        }
    });
}

#[derive(Default)]
struct Halves {
    is_stolen: AtomicBool,
    is_published: AtomicBool,
    is_set: AtomicBool,
}

#[task(cost = 9)]
fn halve(halves: &Halves) {
    rayon::join(
        || until(&halves.is_stolen),
        || {
            halves.is_stolen.store(true, Ordering::SeqCst);
            until(&halves.is_published);
            // The thread that waits for this half is sent `set_half` meanwhile, and may not start it.
            thread::sleep(Duration::from_millis(5));
        },
    );
    until(&halves.is_set);
}

#[task(cost = 3)]
fn publish(halves: &Halves) {
    until(&halves.is_stolen);
}

#[task(cost = 2, depends = [publish])]
fn go_on(halves: &Halves) {
    halves.is_published.store(true, Ordering::SeqCst);
    until(&halves.is_set);
}

#[task(depends = [publish])]
fn set_half(halves: &Halves) {
    halves.is_set.store(true, Ordering::SeqCst);
}

dag! {
    graph Halve<'a>(halves: &'a Halves) {
        halve(halves),
        publish(halves),
        go_on(halves),
        set_half(halves),
    }
}

/// No task ends between the refusal and the start.
#[test]
fn a_thread_that_becomes_free_takes_what_another_one_was_refused() {
    in_time(|| {
        for threads in [3, 4] {
            let rayon = Rayon::on_pool(given(threads));
            for round in 0..20 {
                let halves = &Halves::default();
                let graph = Halve { halves };
                if round % 2 == 0 { graph.run(&rayon) } else { graph.run(&rayon.clone().keep_going()) }
                    .unwrap();
            }
        }
    });
}

/// A thread that waits in a task, while others are ready that it may not start, does what else the pool has to do.
struct Pool {
    pool: Arc<ThreadPool>,
    lock: Mutex<()>,
    is_stolen: AtomicBool,
}

#[task(cost = 9)]
fn call_in(world: &Pool) {
    let _lock = world.lock.lock().unwrap();
    rayon::join(
        || until(&world.is_stolen),
        || {
            world.is_stolen.store(true, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(20));
            // Only the thread that waits for this half can take that in.
            thread::scope(|scope| _ = scope.spawn(|| world.pool.install(|| ())));
        },
    );
}

#[task(cost = 3)]
fn first(world: &Pool) {
    until(&world.is_stolen);
    thread::sleep(Duration::from_millis(10));
}

#[task(depends = [first])]
fn locked(world: &Pool) {
    let _lock = world.lock.lock().unwrap();
}

dag! {
    graph CallIn<'a>(world: &'a Pool) {
        call_in(world),
        first(world),
        locked[i in 0..4] = locked(world),
    }
}

#[test]
fn a_thread_that_waits_serves_the_pool_while_tasks_are_ready() {
    in_time(|| {
        let pool = given(3);
        for round in 0..10 {
            let world =
                Pool { pool: Arc::clone(&pool), lock: Mutex::default(), is_stolen: AtomicBool::new(false) };
            let rayon = Rayon::on_pool(Arc::clone(&pool));
            let graph = CallIn { world: &world };
            if round % 2 == 0 { graph.run(&rayon) } else { graph.run(&rayon.keep_going()) }.unwrap();
        }
    });
}
