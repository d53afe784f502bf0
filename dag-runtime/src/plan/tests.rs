//! Tests of plans against a naive simulation, and on graphs with known optima.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use crate::table::{Line, RawEdge, Table, Use};

/// The table of a graph whose tasks have these costs and these dependencies.
fn table(costs: &[u64], dependencies: &[Vec<u32>]) -> &'static Table {
    table_with(costs, dependencies, |_| Use::Order)
}

/// The same, with uses of the outputs by their tasks.
fn table_with(costs: &[u64], dependencies: &[Vec<u32>], how: impl Fn(u32) -> Use) -> &'static Table {
    let node = |(i, &cost)| Line { name: format!("t{i}").leak(), cost, ..Line::EMPTY };
    let edges = dependencies
        .iter()
        .enumerate()
        .flat_map(|(i, dependencies)| dependencies.iter().map(move |&to| (i as u32, to)));
    let edges = edges.map(|(node, to)| RawEdge { node, to, how: how(to), ..RawEdge::EMPTY });
    Table::leak("Graph", costs.iter().enumerate().map(node).collect(), edges.collect())
}

/// Start and worker of each task, and the makespan, with a look at all tasks and workers at each
/// step. Bottom levels are those of the table, in whose order one worker goes; `transfer` is how long outputs take to other workers.
fn naive(table: &'static Table, workers: usize, transfer: impl Fn(usize) -> u64) -> (Vec<(u64, usize)>, u64) {
    let tasks: Vec<_> = table.tasks().collect();
    let position = |i: usize| table.order().position(|task| task.index() == i);
    let preference =
        |i: usize| if workers == 1 { (0, position(i)) } else { (tasks[i].bottom_level(), Some(i)) };
    let mut started: Vec<Option<(u64, usize)>> = vec![None; tasks.len()];
    let mut done = vec![false; tasks.len()];
    let mut now = 0;
    loop {
        loop {
            let is_free = |worker: usize| {
                !(0..tasks.len()).any(|i| !done[i] && started[i].is_some_and(|(_, on)| on == worker))
            };
            // Whether all inputs of a task have arrived on a worker.
            let can_begin = |i: usize, worker: usize| {
                tasks[i].dependencies().all(|before| {
                    let (start, on) = started[before.index()].unwrap_or((u64::MAX, 0));
                    let transfer = if on == worker { 0 } else { transfer(before.index()) };
                    done[before.index()] && start + before.cost() + transfer <= now
                })
            };
            let of = |i: usize| (0..workers).find(|&worker| is_free(worker) && can_begin(i, worker));
            let waiting = (0..tasks.len()).filter(|&i| started[i].is_none());
            let able = waiting.filter_map(|i| Some((i, of(i)?)));
            let first = able.max_by_key(|&(i, _)| {
                let (level, place) = preference(i);
                (level, core::cmp::Reverse(place))
            });
            let Some((i, worker)) = first else { break };
            started[i] = Some((now, worker));
        }
        let end = |i: usize| started[i].map(|(start, _)| start + tasks[i].cost());
        let pending = (0..tasks.len()).any(|i| !done[i]);
        let arrivals: Vec<u64> =
            (0..tasks.len()).filter_map(|i| Some([end(i)?, end(i)? + transfer(i)])).flatten().collect();
        let ended = (0..tasks.len())
            .filter(|&i| !done[i] && started[i].is_some_and(|(start, _)| start + tasks[i].cost() <= now));
        let ended: Vec<usize> = ended.collect();
        if ended.is_empty() {
            let Some(next) = arrivals.into_iter().filter(|&time| time > now).min().filter(|_| pending) else {
                break;
            };
            now = next;
        }
        for i in 0..tasks.len() {
            done[i] |= started[i].is_some_and(|(start, _)| start + tasks[i].cost() <= now);
        }
    }
    (started.into_iter().map(Option::unwrap).collect(), now)
}

fn graphs() -> impl Strategy<Value = (Vec<u64>, Vec<Vec<u32>>)> {
    proptest::collection::vec((0..6_u64, proptest::collection::vec(any::<u32>(), 0..4)), 0..40).prop_map(
        |tasks| {
            let before = |(i, picks): (usize, &Vec<u32>)| -> Vec<u32> {
                if i == 0 { Vec::new() } else { picks.iter().map(|pick| pick % i as u32).collect() }
            };
            let costs = tasks.iter().map(|&(cost, _)| cost).collect();
            (costs, tasks.iter().map(|(_, picks)| picks).enumerate().map(before).collect())
        },
    )
}

proptest! {
    #[test]
    fn a_plan_is_what_list_scheduling_gives((costs, dependencies) in graphs(), workers in 1..6_usize) {
        let table = table(&costs, &dependencies);
        let (expected, makespan) = naive(table, workers, |_| 0);
        let plan = table.plan(workers);
        let of = |i| { let at = plan.of(table.task(i).unwrap()); (at.start(), at.worker()) };
        prop_assert_eq!((0..costs.len()).map(of).collect::<Vec<_>>(), expected);
        prop_assert_eq!(plan.makespan(), makespan);
        prop_assert_eq!(plan.work(), table.work());
        prop_assert_eq!((0..workers).map(|worker| plan.busy(worker)).sum::<u64>(), plan.work());
        prop_assert_eq!(plan.critical_path_length(), table.critical_path_length());
        prop_assert!(plan.makespan() >= plan.critical_path_length());
        let starts: Vec<_> = plan.tasks().map(|at| at.start()).collect();
        prop_assert!(starts.is_sorted() && starts.len() == costs.len());
    }

    #[test]
    fn ways_between_workers_take_their_time((costs, dependencies) in graphs(), workers in 1..6_usize, latency in 0..8_u64) {
        let table = table(&costs, &dependencies);
        let (expected, makespan) = naive(table, workers, |_| latency);
        let plan = table.planner().latency(latency).plan(workers);
        let of = |i| { let at = plan.of(table.task(i).unwrap()); (at.start(), at.worker()) };
        prop_assert_eq!((0..costs.len()).map(of).collect::<Vec<_>>(), expected);
        prop_assert_eq!(plan.makespan(), makespan);
    }

    #[test]
    fn large_outputs_take_longer(
        (costs, dependencies) in graphs(),
        workers in 1..6_usize,
        latency in 0..4_u64,
        sizes in proptest::collection::vec(0..9_u64, 40),
    ) {
        // Every third output is not read.
        let how = |to: u32| if to.is_multiple_of(3) { Use::Order } else { Use::Borrow };
        let table = table_with(&costs, &dependencies, how);
        let transfer = |i: usize| latency + if i.is_multiple_of(3) { 0 } else { sizes[i].div_ceil(2) };
        let (expected, makespan) = naive(table, workers, transfer);
        let bytes = (0..costs.len()).map(|i| (format!("t{i}"), sizes[i]));
        let planner = table.planner().latency(latency).bytes_by_name(bytes).unwrap().bandwidth(2.0);
        let plan = planner.plan(workers);
        let of = |i| { let at = plan.of(table.task(i).unwrap()); (at.start(), at.worker()) };
        prop_assert_eq!((0..costs.len()).map(of).collect::<Vec<_>>(), expected);
        prop_assert_eq!(plan.makespan(), makespan);
    }

    #[test]
    fn tasks_that_are_divided_keep_workers_busy(
        (costs, dependencies) in graphs(),
        workers in 1..6_usize,
        elements in proptest::collection::vec(1..9_u64, 40),
    ) {
        let table = table(&costs, &dependencies);
        let plan = table.planner().elements(elements[..costs.len()].to_vec()).plan(workers);
        prop_assert_eq!((0..workers).map(|worker| plan.busy(worker)).sum::<u64>(), plan.work());
        prop_assert!(plan.makespan() >= plan.critical_path_length());
        prop_assert!(plan.makespan() >= plan.work().div_ceil(workers as u64));
        prop_assert_eq!(plan.tasks().len(), costs.len());
        for at in plan.tasks() {
            let before = at.task().dependencies().map(|task| plan.of(task).finish()).max();
            prop_assert!(before.unwrap_or(0) <= at.start() && at.start() <= at.finish());
            prop_assert!(at.finish() <= plan.makespan());
        }
    }

    #[test]
    fn given_costs_are_as_good_as_those_of_the_table((costs, dependencies) in graphs(), workers in 1..6_usize) {
        let expected = table(&costs, &dependencies).plan(workers);
        let unit = table(&vec![1; costs.len()], &dependencies);
        let starts = |plan: &super::Plan<'_>| plan.tasks().map(|at| (at.task().index(), at.start())).collect::<Vec<_>>();
        let by_number = unit.planner().costs(&costs).plan(workers);
        prop_assert_eq!(starts(&by_number), starts(&expected));
        let named = costs.iter().enumerate().map(|(i, &cost)| (format!("t{i}"), cost));
        let by_name = unit.planner().costs_by_name(named).unwrap().plan(workers);
        prop_assert_eq!(starts(&by_name), starts(&expected));
    }

    #[test]
    fn a_chart_has_the_widths_that_it_should((costs, dependencies) in graphs(), workers in 1..6_usize) {
        let text = format!("{}", table(&costs, &dependencies).plan(workers).gantt().width(30));
        let rows: Vec<_> = text.lines().skip(1).take_while(|row| row.ends_with('%')).collect();
        prop_assert!(rows.iter().all(|row| row.chars().count() == 2 + 30 + 6), "{}", text);
    }
}

#[test]
fn one_worker_takes_all_the_work() {
    let plan = table(&[3, 4, 5], &[vec![], vec![0], vec![0]]).plan(1);
    assert_eq!((plan.makespan(), plan.utilisation(), plan.speedup()), (12, 1.0, 1.0));
}

#[test]
fn one_worker_goes_in_the_serial_order() {
    // By priorities, 1 and 2 come first.
    let dependencies = [vec![], vec![], vec![1], vec![0, 2]];
    let table = table_with(&[1, 5, 5, 1], &dependencies, |_| Use::Borrow);
    let order: Vec<_> = table.plan(1).tasks().map(|at| at.task().index()).collect();
    assert_eq!(order, table.order().map(|task| task.index()).collect::<Vec<_>>());
    assert_eq!(order, [0, 1, 2, 3]);
}

#[test]
fn elements_are_shared_out() {
    // A task of 8 elements, 12 in all, after one of 2 and beside one of 5.
    let table = table(&[2, 12, 5], &[vec![], vec![0], vec![0]]);
    let planner = table.planner().elements(vec![1, 8, 1]);
    // Two workers: after 2, the elements (of 2, 2, 2, 2, 1, 1, 1, 1) go first, and so does the other task at 8.
    let plan = planner.plan(2);
    assert_eq!((plan.makespan(), plan.work(), plan.busy(0), plan.busy(1)), (13, 19, 13, 6));
    let (each, beside) = (plan.of(table.task(1).unwrap()), plan.of(table.task(2).unwrap()));
    assert_eq!((each.start(), each.finish(), beside.start(), beside.finish()), (2, 8, 8, 13));
    assert_eq!(planner.plan(1).makespan(), 19);
    // No number of workers is faster than the longest element: 2 + 5 by the other task, and 2 + 2 by this one.
    assert_eq!((planner.plan(100).makespan(), planner.plan(100).critical_path_length()), (7, 7));
    assert_eq!(
        format!("{}", plan.gantt().width(13)),
        "makespan 13 on 2 workers: work 19, utilisation 73 %\n\
         0 |t|t|t|||t2-- 100 %\n\
         1   |t|t||       46 %\n\
         \u{20} 0          13\n",
    );
}

#[test]
fn an_output_goes_where_it_is_needed_by_its_size() {
    // Two tasks of 10 with outputs of 600 and 80 bytes, and one of 1 that reads both.
    let table = table_with(&[10, 10, 1], &[vec![], vec![], vec![0, 1]], |_| Use::Borrow);
    let planner = table.planner().bytes_by_name([("t0", 600), ("t1", 80)]).unwrap();
    let last = |planner: &super::Planner<'_>| {
        let plan = planner.plan(3);
        let at = plan.of(table.task(2).unwrap());
        (at.start(), at.worker())
    };
    assert_eq!(last(&planner), (10, 0));
    assert_eq!(last(&planner.clone().bandwidth(20.0)), (14, 0));
    assert_eq!(last(&planner.clone().bandwidth(20.0).latency(3)), (17, 0));
    let swapped = planner.clone().bytes_by_name([("t0", 80), ("t1", 600)]).unwrap();
    assert_eq!(last(&swapped.bandwidth(20.0)), (14, 1));
    // 7 bytes at 2 a unit are there after 4.
    let small = planner.bytes_by_name([("t0", 7), ("t1", 7)]).unwrap();
    assert_eq!(last(&small.bandwidth(2.0)), (14, 0));
}

#[test]
#[should_panic(expected = "a bandwidth of 0 is not greater than 0")]
fn no_bandwidth_is_a_panic() {
    let _ = table(&[1], &[vec![]]).planner().bandwidth(0.0);
}

#[test]
fn a_graph_without_tasks_takes_no_time() {
    let plan = table(&[], &[]).plan(4);
    assert_eq!((plan.makespan(), plan.utilisation(), plan.workers_used()), (0, 0.0, 0));
    assert_eq!(
        format!("{}", plan.gantt().width(8)),
        "makespan 0 on 4 workers: work 0, utilisation 0 %\n  0      0\nand 4 without a task\n",
    );
}

#[test]
fn costs_that_are_too_large_saturate() {
    let plan = table(&[u64::MAX, 2], &[vec![], vec![0]]).plan(2);
    assert_eq!((plan.makespan(), plan.work(), plan.critical_path_length()), (u64::MAX, u64::MAX, u64::MAX));
    assert_eq!(plan.tasks().len(), 2);
}

#[test]
fn more_workers_than_memory_are_no_harm() {
    let plan = table(&[1; 10], &vec![vec![]; 10]).plan(usize::MAX);
    assert_eq!((plan.makespan(), plan.workers_used(), plan.busy(usize::MAX - 1)), (1, 10, 0));
}

#[test]
fn short_tasks_share_a_column() {
    let plan = table(&[1, 1, 98], &[vec![], vec![0], vec![1]]).plan(1);
    let text = format!("{}", plan.gantt().width(10));
    assert_eq!(text.lines().nth(1), Some("0 :t2------- 100 %"));
}

#[test]
fn an_unknown_name_is_an_error() {
    let table = table(&[1, 1], &[vec![], vec![0]]);
    for name in ["t2", "t", "t1[0]", ""] {
        let error = table.planner().costs_by_name([("t1", 5), (name, 3)]).unwrap_err();
        assert_eq!((error.name(), error.graph()), (name, "Graph"));
    }
}

#[test]
#[should_panic(expected = "a plan needs at least one worker")]
fn no_workers_are_a_panic() {
    let _ = table(&[1], &[vec![]]).plan(0);
}

/// Reads a folder of published graphs with proven optima and bounds, if one is named, and prints how far the plans are
/// from them.
#[cfg(feature = "std")]
#[test]
#[expect(clippy::print_stdout, reason = "it is there to be read")]
fn graphs_of_others() {
    use std::string::String;
    use std::{env, fs, println};

    let Ok(folder) = env::var("DAG_GRAPHS") else {
        println!("skipped: DAG_GRAPHS names no folder of graphs");
        return;
    };
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    let (mut closed, mut optimal, mut sum, mut worst) = (0, 0, 0.0, (0.0, String::new()));
    let (mut open, mut above_best) = (0, 0.0_f64);
    for path in files {
        let graph: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let tasks = graph["tasks"].as_array().unwrap();
        let costs: Vec<u64> = tasks.iter().map(|task| task["cost"].as_u64().unwrap()).collect();
        let dependencies: Vec<Vec<u32>> =
            tasks.iter().map(|task| serde_json::from_value(task["deps"].clone()).unwrap()).collect();
        let table = table(&costs, &dependencies);
        for (workers, optimum) in graph["optimal"].as_object().into_iter().flatten() {
            let (makespan, optimum) =
                (table.plan(workers.parse().unwrap()).makespan(), optimum.as_u64().unwrap());
            assert!(makespan >= optimum, "{} on {workers}: {makespan} < {optimum}", path.display());
            let ratio = makespan as f64 / optimum as f64;
            closed += 1;
            optimal += u32::from(makespan == optimum);
            sum += ratio;
            if ratio > worst.0 {
                worst = (ratio, format!("{} on {workers}", path.file_stem().unwrap().display()));
            }
        }
        for (workers, bounds) in graph["bounds"].as_object().into_iter().flatten() {
            let (lower, best) = (bounds[0].as_u64().unwrap(), bounds[1].as_u64().unwrap());
            let makespan = table.plan(workers.parse().unwrap()).makespan();
            assert!(makespan >= lower, "{} on {workers}: {makespan} < {lower}", path.display());
            open += 1;
            above_best = above_best.max(makespan as f64 / best as f64);
        }
    }
    let (mean, percent) = (sum / f64::from(closed), 100.0 * f64::from(optimal) / f64::from(closed));
    println!(
        "{closed} with a known optimum: {percent:.1} % optimal, ratio {mean:.4} on average, {:.4} at worst",
        worst.0
    );
    println!("the worst: {}", worst.1);
    println!("{open} without: at most {above_best:.4} of the best that is known");
}

mod limits;
mod unwanted;
