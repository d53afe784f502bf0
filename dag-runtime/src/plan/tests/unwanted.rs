//! Plans without tasks that are not wanted.

use alloc::string::ToString as _;

use super::*;
use crate::table::{Dim, Shape};

#[test]
fn tasks_that_are_not_wanted_take_no_time() {
    // `t1` of 10 and `t2` of 4 after `t0` of 2, and `t3` of 3 after both.
    let table = table(&[2, 10, 4, 3], &[vec![], vec![0], vec![0], vec![1, 2]]);
    let planner = table.planner().without("t1").unwrap();
    let plan = planner.plan(1);
    assert_eq!((plan.makespan(), plan.work(), plan.critical_path_length(), plan.not_wanted()), (9, 9, 9, 1));
    let wanted: Vec<bool> = plan.tasks().map(|at| at.is_wanted()).collect();
    assert_eq!(wanted, [true, false, true, true]);
    let t1 = plan.of(table.task(1).unwrap());
    assert_eq!((t1.start(), t1.finish()), (2, 2));
    assert_eq!(
        format!("{}", plan.gantt().width(18)),
        "makespan 9 on 1 worker: work 9, utilisation 100 %, 1 not wanted\n\
         0 |t0-|t2-----|t3--- 100 %\n\
         \u{20} 0                9\n\
         not wanted: t1\n",
    );
    // Costs that are set later change nothing, and neither does another name for the same task.
    let again = planner.costs(&[2, 50, 4, 3]).without("t1").unwrap();
    assert_eq!((again.plan(1).makespan(), again.plan(1).not_wanted()), (9, 1));
    // With elements it is not divided.
    let each = again.elements(vec![1, 8, 1, 1]).plan(2);
    assert_eq!((each.makespan(), each.critical_path_length()), (9, 9));
}

#[test]
fn what_is_not_wanted_is_not_sent() {
    // `t0` and `t1` of 10, of which `t2` reads both.
    let table = table_with(&[10, 10, 1], &[vec![], vec![], vec![0, 1]], |_| Use::Borrow);
    let planner =
        table.planner().latency(3).bytes_by_name([("t0", 600), ("t1", 80)]).unwrap().bandwidth(20.0);
    let starts = |planner: &crate::plan::Planner<'_>| planner.plan(2).of(table.task(2).unwrap()).start();
    assert_eq!(starts(&planner), 17);
    // The 600 bytes need not move.
    assert_eq!(starts(&planner.clone().without("t1").unwrap()), 10);
    assert_eq!(starts(&planner.clone().without("t0").unwrap()), 10);
    let ordered = super::table(&[10, 10, 1], &[vec![], vec![], vec![0, 1]]);
    let planner = ordered.planner().latency(3);
    assert_eq!((planner.plan(2).makespan(), planner.without("t1").unwrap().plan(2).makespan()), (14, 11));
}

#[test]
fn families_and_members_can_be_unwanted() {
    static SIX: Shape<'static> = Shape::new(&[Dim::range(0, 6)]);
    static TWO: Shape<'static> = Shape::new(&[Dim::range(0, 2), Dim::range(0, 2)]);
    let node = |name, shape| Line { name, cost: 1, shape: Some(shape), ..Line::EMPTY };
    let table = Table::leak("Graph", vec![node("a", &SIX), node("b", &TWO)], Vec::<RawEdge>::new());
    let without = |names: &[&str]| {
        let planner = names.iter().fold(table.planner(), |planner, name| planner.without(name).unwrap());
        let chart = format!("{}", planner.plan(1).gantt());
        chart.lines().last().unwrap().to_string()
    };
    assert_eq!(without(&["b", "a[3]"]), "not wanted: a[3], b");
    assert_eq!(without(&["b[1, 0]", "b[0, 1]"]), "not wanted: b[0, 1], b[1, 0]");
    assert_eq!(
        without(&["a[0]", "a[1]", "a[2]", "a[3]", "a[4]", "b"]),
        "not wanted: a[0], a[1], a[2], a[3], a[4] and 1 more"
    );
    for name in ["a[6]", "b[0]", "c", ""] {
        let error = table.planner().without(name).unwrap_err();
        assert_eq!(format!("{error}"), format!("graph `Graph` has no task `{name}`"));
    }
}
