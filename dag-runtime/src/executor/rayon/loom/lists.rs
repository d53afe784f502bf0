//! Runs by lists.

use super::{Course, Line, RawEdge, Table, Use, Walk, model_of, vec};
use crate::executor::rayon::lists::Lists;

/// A run of a graph by lists for two threads, of whose tasks none or this one fails. Each thread gives the lists up where it
/// would have to wait.
fn by_lists(len: usize, edges: &[(u32, u32)], fails: Option<u32>) {
    by_lists_with(len, edges, fails, 0);
}

/// The same with so many refusals.
pub(super) fn by_lists_with(len: usize, edges: &[(u32, u32)], fails: Option<u32>, refusals: u32) {
    let edges = edges.iter().map(|&(node, to)| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY });
    let table = Table::leak("Model", vec![Line { cost: 1, ..Line::EMPTY }; len], edges.collect());
    let lists: &Lists = alloc::boxed::Box::leak(alloc::boxed::Box::new(Lists::new(table.view(), 2).unwrap()));
    let course = || Course::Walk(Walk::new(table.view(), lists));
    model_of(table, course, fails, None, refusals, move |ran, _| {
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
fn lists_have_each_task_run_once_whenever_they_are_given_up() {
    // A chain and what hangs on it; two chains that meet; two that cross.
    by_lists(3, &[(1, 0), (2, 0)], None);
    by_lists(4, &[(1, 0), (2, 0), (3, 1), (3, 2)], None);
    by_lists(4, &[(2, 0), (2, 1), (3, 0), (3, 1)], None);
}

#[test]
fn a_failure_ends_a_run_by_lists() {
    by_lists(4, &[(2, 0), (2, 1), (3, 0), (3, 1)], Some(0));
    by_lists(4, &[(1, 0), (2, 0), (3, 1), (3, 2)], Some(1));
}
