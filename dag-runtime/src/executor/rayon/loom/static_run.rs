//! Runs by a static schedule.

use alloc::boxed::Box;
use alloc::vec;

use super::model::model_of;
use crate::executor::rayon::run_mode::RunMode;
use crate::executor::rayon::static_run::{StaticRun, StaticSchedule};
use crate::table::{Line, RawEdge, Table, Use};

/// Runs a graph by a static schedule for two threads. At most one task fails. A thread that would have to wait abandons the
/// schedule.
fn run(len: usize, edges: &[(u32, u32)], fails: Option<u32>) {
    run_refused(len, edges, fails, 0);
}

/// The same with this many refusals.
pub(super) fn run_refused(len: usize, edges: &[(u32, u32)], fails: Option<u32>, refusals: u32) {
    let edges = edges.iter().map(|&(node, to)| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY });
    let table = Table::leak("Model", vec![Line { cost: 1, ..Line::EMPTY }; len], edges.collect());
    let schedule: &StaticSchedule = Box::leak(Box::new(StaticSchedule::new(table.view(), 2).unwrap()));
    let mode = || RunMode::Static(StaticRun::new(table.view(), schedule));
    model_of(table, mode, fails, None, refusals, move |ran, _| {
        for node in 0..table.len() as u32 {
            match fails {
                None => assert!(ran(node), "task {node} did not run"),
                Some(fails) => {
                    let blocked = table.view().dependencies_of(node).contains(&fails);
                    assert!(!(blocked && ran(node)), "task {node} ran");
                }
            }
        }
    });
}

#[test]
fn each_task_runs_once_whenever_the_schedule_is_abandoned() {
    // A task with two dependents; a diamond; two tasks that both depend on two others.
    run(3, &[(1, 0), (2, 0)], None);
    run(4, &[(1, 0), (2, 0), (3, 1), (3, 2)], None);
    run(4, &[(2, 0), (2, 1), (3, 0), (3, 1)], None);
}

#[test]
fn a_failure_ends_the_run() {
    run(4, &[(2, 0), (2, 1), (3, 0), (3, 1)], Some(0));
    run(4, &[(1, 0), (2, 0), (3, 1), (3, 2)], Some(1));
}
