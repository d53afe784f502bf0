//! The rule, in virtual time.

use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::table::{Dim, Line, RawEdge, Shape, Use};

/// What it costs to share a run.
const S: u32 = 8_000;

/// One graph, in runs whose tasks take given times.
struct Graph {
    table: &'static Table,
    history: History<'static>,
}

/// How a run went.
#[derive(Debug, PartialEq)]
struct Went {
    decision: Decision,
    /// How many tasks were run before the run was shared.
    alone: usize,
}

impl Graph {
    fn new(len: usize, edges: &[(u32, u32)]) -> Self {
        let edges = edges.iter().map(|&(node, to)| RawEdge { node, to, how: Use::Order, ..RawEdge::EMPTY });
        let line = |i| Line { name: alloc::format!("t{i}").leak(), cost: 1, ..Line::EMPTY };
        let table = Table::leak("Rule", (0..len).map(line).collect(), edges.collect());
        Graph { table, history: History::of(table) }
    }

    /// Tasks none of which depends on another one.
    fn independent(len: usize) -> Self {
        Graph::new(len, &[])
    }

    /// A run in which each task takes this many nanoseconds.
    fn run(&self, nanos: impl Fn(u32) -> u64) -> Went {
        let (history, order) = (self.history, self.table.view().serial_order());
        let decision = history.decision(S);
        let limit = match decision {
            Decision::Serial => order.len(),
            Decision::SerialUpTo(tasks) => tasks as usize,
            Decision::Dynamic | Decision::Static => 0,
        };
        let mut alone = 0;
        if limit > 0 {
            let clock = SerialClock::new(history, order, limit as u32, S);
            let (mut next, mut now) = (1, 0);
            for (position, &task) in (0..).zip(order) {
                if position >= next {
                    match clock.next(position, now) {
                        Some(after) => next = after,
                        None => break,
                    }
                }
                now += nanos(task);
            }
            alone = clock.end(|| now).map_or(order.len(), |done| done as usize);
        }
        order[alone..].iter().for_each(|&task| _ = history.record(&[task], nanos(task), S, true));
        history.settle(S);
        Went { decision, alone }
    }

    /// After this, tasks are known to take this many nanoseconds.
    fn learn(&self, nanos: impl Fn(u32) -> u64) {
        for _ in 0..100 {
            self.run(&nanos);
        }
    }
}

#[test]
fn a_first_run_is_shared() {
    for nanos in [10, 1_000_000] {
        assert_eq!(Graph::independent(5).run(|_| nanos), Went { decision: Decision::Dynamic, alone: 0 });
        // A row of tasks, and then two at once.
        let fork = Graph::new(5, &[(1, 0), (2, 1), (3, 2), (4, 2)]);
        assert_eq!(fork.run(|_| nanos), Went { decision: Decision::SerialUpTo(3), alone: 3 });
    }
}

#[test]
fn a_row_of_tasks_is_not_wide() {
    assert!(!Graph::new(3, &[(1, 0), (2, 1)]).history.is_wide());
    assert!(!Graph::new(0, &[]).history.is_wide());
    assert!(Graph::new(3, &[(2, 0), (2, 1)]).history.is_wide());
}

#[test]
fn what_is_known_to_be_short_is_serial() {
    let graph = Graph::independent(9);
    graph.run(|_| 50);
    for _ in 0..1000 {
        assert_eq!(graph.run(|_| 50), Went { decision: Decision::Serial, alone: 9 });
    }
}

#[test]
fn the_usual_times_change_nothing() {
    let graph = Graph::independent(40);
    graph.learn(|_| 50);
    graph.run(|_| 52);
    assert!(!graph.history.is_changed.load(Ordering::Relaxed));
    let known = graph.history.known();
    graph.run(|_| 48);
    assert_eq!(graph.history.known(), known);
}

#[test]
fn the_work_decides_on_short_tasks() {
    // All but the last one can be shared, and 250 ns of each are what that costs: 4 S is 32 µs.
    for (nanos, decision) in [(3_400, Decision::Serial), (3_500, Decision::Dynamic)] {
        let graph = Graph::independent(11);
        graph.learn(|_| nanos);
        assert_eq!(graph.run(|_| nanos).decision, decision);
    }
    // What nobody else could do meanwhile does not count: a row of tasks, and then two at once.
    let mut edges: Vec<_> = (1..100).map(|i| (i, i - 1)).collect();
    edges.push((100, 98));
    let fork = Graph::new(101, &edges);
    fork.learn(|_| 1_500);
    assert_eq!(fork.run(|_| 1_500), Went { decision: Decision::Serial, alone: 101 });
}

#[test]
fn tasks_that_take_less_than_a_hand_over_are_not_shared() {
    for (nanos, decision) in [(40, Decision::Serial), (150, Decision::Static)] {
        let graph = Graph::independent(10_000);
        graph.learn(|_| nanos);
        let went = graph.run(|_| nanos);
        assert_eq!(went, Went { decision, alone: if nanos == 40 { 10_000 } else { 0 } });
    }
}

#[test]
fn long_tasks_are_always_shared() {
    let graph = Graph::independent(2);
    for _ in 0..300 {
        assert_eq!(graph.run(|_| 5_000_000), Went { decision: Decision::Dynamic, alone: 0 });
    }
}

#[test]
fn a_long_task_is_shared_where_others_are_ready() {
    // A short prefix, then two long ones.
    let fork = Graph::new(6, &[(1, 0), (2, 0), (3, 1), (3, 2), (4, 3), (5, 3)]);
    let nanos = |task| if task < 4 { 100 } else { 3_000_000 };
    fork.learn(nanos);
    assert_eq!(fork.run(nanos), Went { decision: Decision::Dynamic, alone: 0 });
    // Where nothing else is ready, a long task is no reason to share.
    let fork = Graph::new(6, &[(1, 0), (2, 0), (3, 1), (3, 2), (4, 3), (5, 4)]);
    fork.learn(nanos);
    assert_eq!(fork.run(nanos), Went { decision: Decision::Serial, alone: 6 });
}

#[test]
fn a_task_that_is_suddenly_long_costs_its_own_time_once() {
    let graph = Graph::independent(9);
    graph.learn(|_| 50);
    let long = |task| if task == 4 { 5_000_000 } else { 50 };
    // The stretch in which it is ends after it, or after a few short ones.
    let went = graph.run(long);
    assert_eq!(went.decision, Decision::Serial);
    assert!((5..8).contains(&went.alone), "{went:?}");
    for _ in 0..100 {
        assert!(graph.run(long).alone <= 4);
    }
    // After it was long twice, it has to be short for many runs.
    let shared = (0..1000).take_while(|_| graph.run(|_| 50).decision != Decision::Serial).count();
    assert!((100..400).contains(&shared), "{shared} runs");
    assert_eq!(graph.run(|_| 50), Went { decision: Decision::Serial, alone: 9 });
}

#[test]
fn long_runs_that_never_come_two_in_a_row_cost_their_time_each() {
    let graph = Graph::independent(2);
    graph.learn(|_| 50);
    for run in 0..30 {
        let nanos = if run % 3 == 0 { 5_000_000 } else { 50 };
        assert_eq!(graph.run(|_| nanos).decision == Decision::Serial, run % 3 != 1, "run {run}");
    }
}

#[test]
fn a_preempted_thread_changes_one_later_run() {
    let graph = Graph::independent(9);
    graph.learn(|_| 50);
    for disturbed in 0..9 {
        graph.run(|task| if task == disturbed { 4_000_000 } else { 50 });
        // Perhaps the task is long now.
        assert!(graph.run(|_| 50).alone <= disturbed as usize);
        for _ in 0..2 {
            let went = graph.run(|_| 50);
            assert_eq!(went, Went { decision: Decision::Serial, alone: 9 }, "after task {disturbed}");
        }
    }
    // In the one that is shared, the helper may take the core for a moment: that is no second long task.
    graph.run(|task| if task == 4 { 4_000_000 } else { 50 });
    graph.run(|task| if task == 4 { 20_000 } else { 50 });
    graph.run(|_| 50);
    assert_eq!(graph.run(|_| 50), Went { decision: Decision::Serial, alone: 9 });
    // A disturbance that is shorter than what it costs to share the next run changes none.
    graph.run(|task| if task == 4 { 9_500 } else { 50 });
    assert_eq!(graph.run(|_| 50), Went { decision: Decision::Serial, alone: 9 });
    // Runs by a static schedule stay what they are.
    let graph = Graph::independent(1000);
    graph.learn(|_| 500);
    for disturbed in 0..9 {
        graph.run(|task| if task == disturbed { 40_000_000 } else { 500 });
        assert_eq!(graph.run(|_| 500).decision, Decision::Static);
    }
}

#[test]
fn large_graphs_of_tiny_tasks_stay_serial_on_a_disturbed_machine() {
    // Each second run is disturbed, each time in another place: a whole stretch is long then.
    let graph = Graph::independent(1000);
    graph.learn(|_| 30);
    for run in 0..200 {
        let went = graph.run(|task| if run % 2 == 0 && task == run * 37 % 1000 { 40_000 } else { 30 });
        assert_eq!(went.decision, Decision::Serial, "run {run}");
    }
    // Disturbed in neighbouring tasks in two runs in a row: only the disturbed one is suspected, since the others that were in
    // its stretch are measured apart.
    graph.run(|task| if task == 500 { 40_000 } else { 30 });
    graph.run(|task| if task == 501 { 40_000 } else { 30 });
    assert_eq!(graph.run(|_| 30).decision, Decision::SerialUpTo(501));
}

#[test]
fn a_preempted_first_run_does_not_make_a_task_long_for_ever() {
    for nanos in [30, 150] {
        let graph = Graph::independent(1000);
        // The thread is preempted at the first task, which is measured alone.
        graph.run(|task| if task == 0 { 4_000_000 } else { nanos });
        let shared = (0..100).filter(|_| graph.run(|_| nanos).decision != Decision::Serial).count();
        assert!(shared <= 3, "{shared} runs of tasks of {nanos} ns");
    }
}

#[test]
fn one_long_member_of_a_family_is_remembered() {
    // Every run has one task that is long, each time another one of the same line.
    static SHAPE: Shape<'static> = Shape::new(&[Dim::range(0, 50)]);
    let line = Line { cost: 1, shape: Some(&SHAPE), ..Line::EMPTY };
    let table = Table::leak("Uneven", vec![line], vec![]);
    let graph = Graph { table, history: History::of(table) };
    for run in 0..100 {
        let went = graph.run(|task| if task == run % 50 { 1_000_000 } else { 100 });
        assert_eq!(went, Went { decision: Decision::Dynamic, alone: 0 });
    }
}

#[test]
fn a_serial_run_ends_when_all_tasks_take_longer() {
    // None is long, but together they take longer than expected.
    let graph = Graph::independent(100);
    graph.learn(|_| 50);
    let went = graph.run(|_| 1_000);
    assert_eq!(went.decision, Decision::Serial);
    assert!((33..=48).contains(&went.alone), "{went:?}");
    graph.learn(|_| 1_000);
    assert_eq!(graph.run(|_| 1_000).decision, Decision::Dynamic);
    graph.learn(|_| 50);
    assert_eq!(graph.run(|_| 50).decision, Decision::Serial);
}

#[test]
fn a_static_schedule_is_for_short_tasks() {
    for (nanos, decision) in [
        (300, Decision::Serial),
        (1_000, Decision::Static),
        (4_900, Decision::Static),
        (5_500, Decision::Dynamic),
        (9_000, Decision::Dynamic),
    ] {
        let graph = Graph::independent(500);
        graph.learn(|_| nanos);
        assert_eq!(graph.run(|_| nanos).decision, decision, "{nanos} ns");
    }
}

#[test]
fn costs_stand_in_for_what_is_unknown() {
    use crate::executor::cost_overrides::CostOverrides;
    for (cost, decision) in [(100, Decision::Serial), (1_000_000, Decision::Dynamic)] {
        let graph = Graph::independent(3);
        let costs = crate::costs::Costs::new("Rule", [("t0", cost), ("t1", cost), ("t2", cost)]);
        let measured = CostOverrides::NONE.with(&costs).for_graph(&graph.table.into()).unwrap();
        graph.history.expect(&measured);
        assert_eq!(graph.run(|_| 100).decision, decision);
        // What was measured counts more.
        graph.learn(|_| 100);
        graph.history.expect(&measured);
        assert_eq!(graph.run(|_| 100).decision, Decision::Serial);
    }
}
