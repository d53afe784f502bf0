use core::cell::{Cell, RefCell};
use core::ops::Range;

use alloc::vec::Vec;

use super::*;
use crate::plan::{Figures, Measured};
use crate::table::{Line, RawEdge, Table, Use};

/// A single worker: records which tasks it runs, and how many hand-offs it sends.
#[derive(Default)]
struct Alone(RefCell<Vec<u32>>, Cell<u32>);

impl Worker for Alone {
    fn thread(&self) -> usize {
        0
    }
    fn run(&self, node: u32) -> bool {
        self.0.borrow_mut().push(node);
        true
    }
    fn open(&self, _: u32, _: usize) -> Option<usize> {
        Some(0)
    }
    fn run_elements(&self, _: u32, _: usize, _: Range<usize>) -> ChunkOutcome {
        ChunkOutcome::Done(0)
    }
    fn close(&self, _: u32, _: usize) -> bool {
        true
    }
    fn release(&self, _: u32) -> bool {
        true
    }
    fn call(&self, _: bool) {}
    fn send_hand_off(&self) {
        self.1.set(self.1.get() + 1);
    }
}

fn graph(costs: &[u64], edges: &[(u32, u32)]) -> &'static Table {
    let nodes = costs.iter().map(|&cost| Line { cost, ..Line::EMPTY }).collect();
    let edges = edges.iter().map(|&(node, to)| RawEdge { node, to, how: Use::Order, ..RawEdge::EMPTY });
    Table::leak("Order", nodes, edges.collect())
}

fn order(costs: &[u64], edges: &[(u32, u32)]) -> Vec<u32> {
    let view = graph(costs, edges).view();
    order_by(view, view.urgency())
}

fn order_by(view: &'static View, urgency: Urgency<'_>) -> Vec<u32> {
    let dynamic = DynamicRun::new(view, urgency, 4, false, &[], None);
    let alone = Alone::default();
    dynamic.start(&alone);
    alone.0.into_inner()
}

#[test]
fn the_highest_bottom_level_comes_first() {
    assert_eq!(order(&[2, 7, 1, 9, 4], &[]), [3, 1, 4, 0, 2]);
    // 1 and 2 are cheap, but the successor of 2 is long.
    assert_eq!(order(&[3, 1, 1, 8], &[(3, 2)]), [2, 3, 0, 1]);
}

#[test]
fn the_most_urgent_successor_runs_at_once() {
    // 0 makes 1, 2 and 3 ready; 4 is more urgent than they, and waits in the bitmap.
    assert_eq!(order(&[9, 1, 3, 2, 5], &[(1, 0), (2, 0), (3, 0)]), [0, 2, 4, 3, 1]);
}

#[test]
fn costs_that_were_measured_come_before_those_of_the_table() {
    let (written, measured, edges) = ([9, 1, 3, 2, 5], [1, 7, 2, 9, 8], [(1, 0), (2, 0), (3, 0)]);
    let view = graph(&written, &edges).view();
    let figures = Figures { costs: measured.to_vec(), elements: vec![1; 5], bytes: vec![0; 5] };
    let order = order_by(view, Measured::new(view, figures.into()).urgency(view));
    assert_eq!(order, [0, 3, 4, 1, 2]);
    assert_eq!(order, self::order(&measured, &edges));
}

#[test]
fn a_deferred_hand_off_is_resumed_before_the_next_task() {
    let view = graph(&[1; 3], &[]).view();
    let (dynamic, alone) = (DynamicRun::new(view, view.urgency(), 8, false, &[], None), Alone::default());
    dynamic.hand_off(&alone);
    // One is active already.
    dynamic.resume_hand_off(&alone);
    assert_eq!(alone.1.get(), 1);
    // While that thread runs another job, a worker resumes the hand-off; then the thread finds it active.
    assert!(dynamic.forward_hand_off(&alone));
    dynamic.resume_hand_off(&alone);
    dynamic.resume_hand_off(&alone);
    assert_eq!(alone.1.get(), 2);
    assert!(dynamic.forward_hand_off(&alone));
    dynamic.resume_hand_off(&alone);
    assert_eq!(alone.1.get(), 3);
    dynamic.defer_hand_off();
    assert_eq!(alone.1.get(), 3);
    dynamic.start(&alone);
    // Resumed before the first task. For this thread it stays active while the next tasks run.
    assert_eq!((alone.0.into_inner(), alone.1.get()), (vec![0, 1, 2], 4));
}
