//! Plans of graphs with limits.

use alloc::boxed::Box;

use super::*;
use crate::table::{Limit, Limits, Units};

/// Lines of these costs, of which each but the last takes this many units of `gpu`, of which there are 3. The last one takes
/// some of `disks`, as a run finds out.
fn limited(costs: &[u64], units: &[i128]) -> Table {
    let all: &'static [Limit] = Box::leak(Box::new([Limit::constant("gpu", 3), Limit::of_a_run("disks")]));
    let last = costs.len() as u32 - 1;
    let mut takes: Vec<Units> =
        (0..).zip(units).map(|(line, &units)| Units::constant(line, 0, units)).collect();
    takes.push(Units::of_a_run(last, 1));
    let limits = Box::leak(Box::new(Limits::new(all, takes.leak())));
    let line = |(i, &cost): (usize, &u64)| Line { name: format!("t{i}").leak(), cost, ..Line::EMPTY };
    Table::from_lines("Graph", "", costs.iter().enumerate().map(line).collect(), &[]).with_limits(limits)
}

#[test]
fn tasks_start_when_their_units_are_free() {
    // `t0` takes all units, so `t2` waits for it, although a worker is free.
    let table = limited(&[9, 8, 7, 3, 2], &[3, 0, 2, 1]);
    let plan = table.plan(8);
    let starts: Vec<u64> = table.tasks().map(|task| plan.of(task).start()).collect();
    assert_eq!((starts, plan.makespan()), (vec![0, 0, 9, 9, 0], 16));
    assert_eq!(table.plan(1).makespan(), 29);
    // More units than there are count as all.
    let planner = table.planner().limit("gpu", 1);
    assert_eq!(planner.plan(8).makespan(), 19);
    assert_eq!(planner.limit("gpu", 100).limit("disks", 0).plan(8).makespan(), 9);
    // Each worker is a rank of its own.
    assert_eq!(table.planner().latency(1).plan(8).makespan(), 9);
}

#[test]
fn the_first_that_does_not_fit_reserves_units() {
    let table = limited(&[9, 8, 7, 1], &[2, 3, 1]);
    let plan = table.plan(4);
    let starts: Vec<u64> = table.tasks().map(|task| plan.of(task).start()).collect();
    assert_eq!(starts, [0, 9, 17, 0]);
}

#[test]
fn each_element_takes_units() {
    let table = limited(&[60, 1], &[1]);
    let plan = |workers| table.planner().elements(vec![60, 1]).plan(workers).makespan();
    assert_eq!([2, 3, 6].map(plan), [31, 21, 20]);
}

#[test]
#[should_panic(expected = "graph `Graph` has no limit `gpus`")]
fn an_unknown_limit_is_a_mistake() {
    let _ = limited(&[1, 1], &[1]).planner().limit("gpus", 1);
}
