use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::table::{Line, RawEdge};

/// Tasks `t0`, `t1` and so on of these costs that depend on nothing.
fn table(costs: &[u64]) -> &'static Table {
    let node = |(i, &cost)| Line { name: format!("t{i}").leak(), cost, ..Line::EMPTY };
    Table::leak("Graph", costs.iter().enumerate().map(node).collect(), Vec::<RawEdge>::new())
}

#[test]
fn what_was_not_measured_is_scaled_as_what_was() {
    let table = table(&[1, 3, 10, 0]);
    let costs = Costs::new("Graph", [("t0", 200), ("t1", 400), ("gone", 7)]);
    let figures = Figures::of(table, &costs);
    assert_eq!(figures.costs, [200, 400, 1500, 0]);
    assert_eq!((figures.elements, figures.bytes), (vec![1; 4], vec![0; 4]));
    assert_eq!(Figures::of(table, &Costs::new("Graph", [("gone", 7)])).costs, [1, 3, 10, 0]);
    assert_eq!(Figures::of(table, &Costs::new("Graph", [("t3", 7)])).costs, [1, 3, 10, 7]);
    assert_eq!(Figures::of(table, &Costs::new("Graph", [("t0", u64::MAX)])).costs[2], u64::MAX);
}

#[test]
fn costs_beyond_all_measure_are_as_high_as_can_be() {
    let table = table(&[1, 1, u64::MAX]);
    let costs = Costs::new("Graph", [("t0", u64::MAX), ("t1", u64::MAX)]);
    assert_eq!(Figures::of(table, &costs).costs, [u64::MAX; 3]);
}

#[test]
#[cfg(feature = "json")]
fn only_tasks_that_run_for_each_element_have_elements() {
    // As where the function of a task has changed since it was measured.
    let costs = r#"{"graph":"Graph","nanoseconds":{},"elements":{"t0":8,"t1":8}}"#;
    let costs: Costs = serde_json::from_str(costs).unwrap();
    let node = |name, each| Line { name, cost: 8, each, ..Line::EMPTY };
    let nodes = vec![node("t0", false), node("t1", true)];
    let table = Table::leak("Graph", nodes, Vec::<RawEdge>::new());
    assert_eq!(Figures::of(table, &costs).elements, [1, 8]);
}

#[test]
fn plans_and_runs_go_by_the_same() {
    // By the costs that are written, the long task comes last.
    let table = table(&[5, 4, 3, 2, 1]);
    let costs = Costs::new("Graph", [("t4", 60), ("t0", 20), ("t1", 20), ("t2", 20), ("t3", 20)]);
    let planner = table.planner().measured(&costs);
    let measured = Measured::new(table.view(), Figures::of(table, &costs).into());
    let starts: Vec<u32> = planner.plan(2).tasks().map(|at| at.task().index() as u32).collect();
    assert_eq!(starts, measured.urgency(table.view()).by_priority);
    assert_eq!(planner.plan(2).makespan(), 80);
}
