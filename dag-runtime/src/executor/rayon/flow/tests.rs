use core::cell::{Cell, RefCell};
use core::ops::Range;

use alloc::vec::Vec;

use super::*;
use crate::plan::{Figures, Measured};
use crate::table::{Line, RawEdge, Table, Use};

/// Writes down what it runs, alone, and how many offers it makes.
#[derive(Default)]
struct Alone(RefCell<Vec<u32>>, Cell<u32>);

impl Worker for Alone {
    fn run(&self, node: u32) -> bool {
        self.0.borrow_mut().push(node);
        true
    }
    fn open(&self, _: u32, _: usize) -> Option<usize> {
        Some(0)
    }
    fn run_elements(&self, _: u32, _: usize, _: Range<usize>) -> Ran {
        Ran::Done(0)
    }
    fn close(&self, _: u32, _: usize) -> bool {
        true
    }
    fn release(&self, _: u32) -> bool {
        true
    }
    fn recruit(&self) {}
    fn offer(&self) {
        self.1.update(|offers| offers + 1);
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
    let flow = Flow::new(view, urgency, 4, false, &[]);
    let alone = Alone::default();
    flow.start(&alone);
    alone.0.into_inner()
}

#[test]
fn the_highest_bottom_level_comes_first() {
    assert_eq!(order(&[2, 7, 1, 9, 4], &[]), [3, 1, 4, 0, 2]);
    // 1 and 2 are cheap, but a long way hangs on 2: its successor runs in its place.
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
fn an_offer_that_is_parked_is_made_again_at_the_next_task() {
    let view = graph(&[1; 3], &[]).view();
    let (flow, alone) = (Flow::new(view, view.urgency(), 8, false, &[]), Alone::default());
    assert!(flow.crew.join());
    flow.refuse(&alone);
    // There is one already.
    flow.offer_anew(&alone);
    assert_eq!(alone.1.get(), 1);
    // While the thread that it came to does other work, a worker makes another one, which that thread then finds.
    flow.pass_on(&alone, || flow.offer_anew(&alone));
    assert_eq!(alone.1.get(), 2);
    flow.pass_on(&alone, || ());
    assert_eq!(alone.1.get(), 3);
    flow.park();
    assert_eq!(alone.1.get(), 3);
    flow.start(&alone);
    // Before the first task, while others are ready; it goes round, as far as this thread knows, while the next ones run.
    assert_eq!((alone.0.into_inner(), alone.1.get()), (vec![0, 1, 2], 4));
}
