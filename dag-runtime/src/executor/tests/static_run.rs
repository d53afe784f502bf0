//! Runs by a static schedule, also after it was abandoned.

use core::time::Duration;
use std::sync::Barrier;
use std::thread;

use ::rayon::ThreadPool;

use super::rayon::in_time;
use super::*;
use crate::executor::rayon::StaticSchedule;
use crate::executor::rayon::{run_static, start_pool};

/// Tasks that keep no output, and check that they run once, after their dependencies.
struct Plain<'run> {
    table: SharedTable,
    finished: Vec<AtomicU32>,
    body: &'run (dyn Fn(u32) -> Outcome<()> + Sync),
}

impl Job for Plain<'_> {
    fn shared_table(&self) -> &SharedTable {
        &self.table
    }

    fn call(&self, node: u32, _: &Cx<'_>) -> Outcome<()> {
        for &k in self.table.view().dependencies_of(node) {
            assert_eq!(self.finished[k as usize].load(SeqCst), 1, "task {node} runs before {k}");
        }
        (self.body)(node)?;
        assert_eq!(self.finished[node as usize].fetch_add(1, SeqCst), 0, "task {node} runs twice");
        Ok(())
    }

    fn slots(&self) -> Slots<'_> {
        Slots::of(&())
    }
}

/// The same graph, without outputs.
fn plain(table: &'static Table) -> &'static Table {
    let view = table.view();
    let nodes = table.lines().iter().map(|node| Line { release: None, ..*node }).collect();
    let edges = (0..view.len() as u32).flat_map(|node| {
        let edge = move |&to| RawEdge { node, to, how: Use::Order, ..RawEdge::EMPTY };
        view.dependencies_of(node).iter().map(edge)
    });
    Table::leak("Plain", nodes, edges.collect())
}

/// Runs a graph by a static schedule for all threads of a pool. Returns the result, and the tasks that have finished.
fn run(
    pool: &ThreadPool,
    table: &'static Table,
    body: impl Fn(u32) -> Outcome<()> + Sync,
) -> (Result<(), Error>, Vec<bool>) {
    let schedule = StaticSchedule::new(table.view(), pool.current_num_threads() as u32).unwrap();
    let finished = (0..table.len()).map(|_| AtomicU32::new(0)).collect();
    let job = Plain { table: table.into(), finished, body: &body };
    let result = run_static(pool, &schedule, &job);
    (result, job.finished.iter().map(|finished| finished.load(SeqCst) == 1).collect())
}

fn succeeds(pool: &ThreadPool, table: &'static Table, body: impl Fn(u32) + Sync) {
    let (result, finished) = run(pool, table, |node| {
        body(node);
        Ok(())
    });
    result.unwrap();
    assert!(finished.iter().all(|&finished| finished), "a task did not run");
}

fn pools() -> [ThreadPool; 3] {
    [2, 3, 4].map(|threads| start_pool(threads).unwrap())
}

#[test]
fn each_task_runs_once_after_its_dependencies() {
    in_time(|| {
        for pool in pools() {
            for table in shapes().into_iter().map(plain) {
                for _ in 0..50 {
                    succeeds(&pool, table, |_| {});
                }
                pool.install(|| (0..50).for_each(|_| succeeds(&pool, table, |_| {})));
            }
        }
    });
}

#[test]
fn the_schedule_is_abandoned_after_a_slow_task() {
    in_time(|| {
        for pool in pools() {
            for table in shapes().into_iter().map(plain) {
                for late in 0..20 {
                    succeeds(&pool, table, |node| {
                        if node % 20 == late {
                            thread::sleep(Duration::from_micros(100));
                        }
                    });
                }
            }
        }
    });
}

#[test]
fn no_scheduled_task_waits_while_a_thread_is_idle() {
    // Two tasks that wait for each other may be scheduled on the same thread.
    in_time(|| {
        let pool = start_pool(2).unwrap();
        let table = plain(borrows(5, &[]));
        for one in 0..5 {
            for other in (0..5).filter(|&other| other != one) {
                let both = Barrier::new(2);
                succeeds(&pool, table, |node| {
                    if node == one || node == other {
                        both.wait();
                    }
                });
            }
        }
    });
}

#[test]
fn nobody_waits_for_a_busy_thread() {
    in_time(|| {
        let pool = start_pool(2).unwrap();
        let (inside, end) = (Barrier::new(2), Barrier::new(2));
        pool.in_place_scope(|scope| {
            scope.spawn(|_| {
                inside.wait();
                end.wait();
            });
            inside.wait();
            for table in shapes().into_iter().map(plain) {
                succeeds(&pool, table, |_| {});
            }
            end.wait();
        });
    });
}

#[test]
fn tasks_may_wait_in_rayon() {
    in_time(|| {
        for pool in pools() {
            for table in shapes().into_iter().map(plain) {
                let inner = plain(random(1));
                for _ in 0..5 {
                    succeeds(&pool, table, |node| {
                        let (a, b) = ::rayon::join(|| node, thread::yield_now);
                        assert_eq!((a, b), (node, ()));
                        if node % 16 == 0 {
                            succeeds(&pool, inner, |_| thread::yield_now());
                        }
                    });
                }
            }
        }
    });
}

#[test]
fn a_failure_ends_the_run() {
    in_time(|| {
        for pool in pools() {
            for table in shapes().into_iter().map(plain) {
                for fails in 0..table.len().min(60) as u32 {
                    let started: Vec<_> = (0..table.len()).map(|_| AtomicBool::new(false)).collect();
                    let (result, finished) = run(&pool, table, |node| {
                        started[node as usize].store(true, SeqCst);
                        match node {
                            _ if node != fails => Ok(()),
                            _ if node % 2 == 0 => Err(format!("error {node}").into()),
                            _ => raise(format!("panic {node}")),
                        }
                    });
                    let error = result.unwrap_err();
                    assert_eq!(error.task(), Some(&*format!("t{fails}")));
                    assert_eq!(error.is_panic(), fails % 2 == 1);
                    let skipped = (0..table.len()).filter(|&node| !started[node].load(SeqCst));
                    assert_eq!(error.skipped(), skipped.map(|node| format!("t{node}")).collect::<Vec<_>>());
                    let ended = |node: usize| started[node].load(SeqCst) == finished[node];
                    assert!((0..table.len()).all(|node| ended(node) || node == fails as usize));
                }
            }
        }
    });
}
