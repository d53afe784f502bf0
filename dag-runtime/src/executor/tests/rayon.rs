use core::time::Duration;
use std::sync::{Barrier, mpsc};
use std::thread;

use ::rayon::prelude::*;

use super::*;
use crate::executor::rayon::{Decision, History, RunPlace, run, sharing_cost, start_pool};
use crate::observe::{Monitor, Observed, Unobserved};
use crate::stop::Stop;

fn with(body: impl Fn(u32) + Send + Sync + 'static) -> Plan {
    Plan { body: Some(Arc::new(body)), ..Plan::default() }
}

fn succeeds(table: &'static Table, plan: Plan, runner: &Runner) {
    trial(table, plan, |job| runner.run(job, false)).result.unwrap();
}

/// Runs `body` on a thread of its own, and fails where it takes too long.
pub(super) fn in_time(body: impl FnOnce() + Send + 'static) {
    let (ended, end) = mpsc::channel();
    let thread = thread::spawn(move || {
        body();
        ended.send(()).unwrap();
    });
    match end.recv_timeout(Duration::from_secs(60)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        _ => thread.join().unwrap(),
    }
}

#[test]
fn independent_tasks_run_at_the_same_time() {
    in_time(|| {
        for threads in [2, 3, 4] {
            let all_there = Barrier::new(threads);
            let table = borrows(threads, &[]);
            let wait = move |_| {
                all_there.wait();
            };
            succeeds(table, with(wait), &Runner::rayon(threads));
        }
    });
}

#[test]
fn an_idle_thread_runs_a_published_task() {
    // t0 makes t1 and t2 ready; the two wait for each other.
    in_time(|| {
        let runner = Runner::rayon(2);
        for _ in 0..500 {
            let both = Barrier::new(2);
            let wait = move |node| {
                if node > 0 {
                    both.wait();
                }
            };
            succeeds(borrows(3, &[(1, 0), (2, 0)]), with(wait), &runner);
        }
    });
}

#[test]
fn all_threads_of_a_large_pool_find_tasks() {
    // t0 makes t1 to t12 ready, which wait for each other: 11 threads have to steal from the set of one.
    in_time(|| {
        let edges: Vec<(u32, u32)> = (1..=12).flat_map(|node| [(node, 0), (node + 12, node)]).collect();
        let runner = Runner::rayon(12);
        for _ in 0..100 {
            let all = Barrier::new(12);
            let wait = move |node| {
                if (1..=12).contains(&node) {
                    all.wait();
                }
            };
            succeeds(borrows(25, &edges), with(wait), &runner);
        }
    });
}

#[test]
fn a_run_keeps_no_thread_that_it_does_not_use() {
    // The one task waits for a job in the same pool.
    in_time(|| {
        let pool = Arc::new(start_pool(2).unwrap());
        let (done, wait) = mpsc::channel();
        let (done, wait) = (Mutex::new(done), Mutex::new(wait));
        let runner = Runner::Rayon(pool.clone());
        let body = move |node| {
            if node == 99 {
                let done = done.lock().unwrap().clone();
                pool.spawn(move || done.send(()).unwrap());
                wait.lock().unwrap().recv().unwrap();
            }
        };
        let edges: Vec<_> = (0..99).map(|i| (99, i)).collect();
        succeeds(borrows(100, &edges), with(body), &runner);
    });
}

#[test]
fn tasks_may_use_rayon() {
    in_time(|| {
        for threads in [1, 2, 4] {
            let sum = |node| {
                let sum: u32 = (0..1000_u32).into_par_iter().map(|i| i % (node + 1)).sum();
                assert_eq!(sum, (0..1000).map(|i| i % (node + 1)).sum::<u32>());
            };
            for table in shapes() {
                succeeds(table, with(sum), &Runner::rayon(threads));
            }
        }
    });
}

#[test]
fn tasks_may_run_graphs() {
    in_time(|| {
        for threads in [1, 2, 4] {
            let runner = Runner::rayon(threads);
            let (same, other) = (runner.clone(), Runner::rayon(2));
            let (inner, wide) = (random(1), shapes()[2]);
            let nested = move |_| {
                succeeds(inner, Plan::default(), &same);
                succeeds(wide, Plan::default(), &other);
            };
            succeeds(random(2), with(nested), &runner);
        }
    });
}

#[test]
fn runs_in_its_pool_wherever_it_is_called_from() {
    in_time(|| {
        let [pool, other] = [2, 2].map(|threads| Arc::new(start_pool(threads).unwrap()));
        let run = |on: RunPlace<'_>| {
            let pool = pool.clone();
            let plan = with(move |_| assert!(pool.current_thread_index().is_some()));
            trial(random(3), plan, |job| run(on, &job, &Unobserved, false, &CostOverrides::NONE))
                .result
                .unwrap();
        };
        run(RunPlace::Inside(&pool));
        pool.install(|| run(RunPlace::Inside(&pool)));
        other.install(|| run(RunPlace::Inside(&pool)));
        pool.install(|| run(RunPlace::Current));
    });
}

#[test]
fn many_runs_share_a_busy_pool() {
    in_time(|| {
        let pool = Arc::new(start_pool(3).unwrap());
        let stop = Arc::new(AtomicBool::new(false));
        for _ in 0..2 {
            // Keeps two of the three threads busy.
            let stop = stop.clone();
            pool.spawn(move || while !stop.load(SeqCst) {});
        }
        let tables: Vec<_> = (0..10).map(random).collect();
        thread::scope(|scope| {
            for i in 0..100 {
                let (table, runner) = (tables[i % 10], Runner::Rayon(pool.clone()));
                scope.spawn(move || {
                    for round in 0..5 {
                        let panics = (i % 2 == 0).then_some((i + round) as u32 % 50);
                        let plan = Plan { panics: panics.into_iter().collect(), ..Plan::default() };
                        let report = trial(table, plan, |job| runner.run(job, i % 3 == 0));
                        assert_eq!(report.result.is_err(), i % 2 == 0);
                    }
                });
            }
        });
        stop.store(true, SeqCst);
    });
}

#[test]
fn the_rest_of_a_long_graph_runs_while_a_task_waits_in_rayon() {
    // Meanwhile the thread may run other jobs of the pool.
    in_time(|| {
        let runner = Runner::rayon(2);
        let join = |node: u32| {
            let (a, b) = ::rayon::join(|| node, thread::yield_now);
            assert_eq!((a, b), (node, ()));
        };
        let tables = [shapes()[2], shapes()[5], shapes()[6]];
        for _ in 0..20 {
            for table in tables {
                succeeds(table, with(join), &runner);
            }
        }
    });
}

/// Whether the next run of a graph is serial.
fn expects_serial(table: &'static Table) -> bool {
    History::of(table).decision(sharing_cost()) == Decision::Serial
}

/// Makes the next run of a graph serial.
fn expect_serial(table: &'static Table) {
    History::of(table).assume(1);
    assert!(expects_serial(table));
}

#[test]
fn a_serial_run_becomes_parallel_when_it_gets_slow() {
    in_time(|| {
        let pool = start_pool(2).unwrap();
        for table in shapes() {
            for late in [0, 7, 23, 39] {
                expect_serial(table);
                // A single long run may have been disturbed by the system.
                for _ in 0..2 {
                    let plan = with(move |node| {
                        if node % 40 == late {
                            thread::sleep(Duration::from_micros(100));
                        }
                    });
                    trial(table, plan, |job| {
                        run(RunPlace::Inside(&pool), &job, &Unobserved, false, &CostOverrides::NONE)
                    })
                    .result
                    .unwrap();
                }
                // Where nothing else is ready beside a long task, runs stay serial.
                let order = (0..).zip(table.view().serial_order());
                let mut long = order.filter(|&(_, node)| node % 40 == late);
                let can_share = long.any(|(position, _)| History::of(table).is_wide_at(position));
                assert!(!(can_share && expects_serial(table)));
            }
        }
    });
}

#[test]
fn each_thread_has_a_set_for_short_tasks_of_a_large_graph() {
    in_time(|| {
        let tree: Vec<_> = (1..256).map(|i| (i, (i - 1) / 2)).collect();
        let rows: Vec<_> = (40..256).flat_map(|i| [(i, i - 40), (i, i - 39)]).collect();
        let tables = [&[], &*tree, &*rows].map(|edges| borrows(256, edges));
        for threads in [2, 4] {
            let pool = start_pool(threads).unwrap();
            for round in 0..20 {
                for table in tables {
                    let history = History::of(table);
                    history.assume(9_000);
                    assert_eq!(history.decision(sharing_cost()), Decision::Dynamic);
                    let panics = (round % 4 == 0).then_some(12 * round).into_iter().collect();
                    let report = trial(table, Plan { panics, ..Plan::default() }, |job| {
                        run(RunPlace::Inside(&pool), &job, &Unobserved, false, &CostOverrides::NONE)
                    });
                    assert_eq!(report.result.is_err(), round % 4 == 0);
                }
            }
        }
    });
}

#[test]
fn observed_runs_leave_the_history_unchanged() {
    let pool = start_pool(2).unwrap();
    let table = random(4);
    expect_serial(table);
    let known = History::of(table).known();
    for (monitor, keep_going) in
        [(&Observed::new(()).stopped_by(&Stop::new()) as &(dyn Monitor + Sync), false), (&Unobserved, true)]
    {
        let run = |job: &(dyn Job + Sync)| {
            run(RunPlace::Inside(&pool), &job, monitor, keep_going, &CostOverrides::NONE)
        };
        trial(table, Plan::default(), run).result.unwrap();
        assert!(expects_serial(table));
        assert_eq!(History::of(table).known(), known);
    }
}
