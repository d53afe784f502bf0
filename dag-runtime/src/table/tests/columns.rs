//! Order, levels, priorities and releases.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use proptest::prelude::*;

use super::{Sketch, acyclic_sketch, any_sketch};
use crate::table::{Table, Use};

/// Tiled Cholesky factorisation of `t` x `t` tiles, with the usual weights.
fn cholesky(t: usize) -> Sketch {
    let mut names: Vec<(char, usize, usize, usize)> = Vec::new();
    for k in 0..t {
        names.push(('p', k, 0, 0));
        names.extend((k + 1..t).map(|i| ('t', k, i, 0)));
        names.extend((k + 1..t).map(|i| ('s', k, i, 0)));
        names.extend((k + 2..t).flat_map(|i| (k + 1..i).map(move |j| ('g', k, i, j))));
    }
    let mut sketch = Sketch::new(names.len());
    let find = |name| names.iter().position(|&other| other == name).unwrap() as u32;
    for (node, &(kind, k, i, j)) in names.iter().enumerate() {
        sketch.costs[node] = match kind {
            'p' => 1,
            't' | 's' => 3,
            _ => 6,
        };
        let mut dependencies = match kind {
            'p' => vec![],
            't' => vec![('p', k, 0, 0)],
            's' => vec![('t', k, i, 0)],
            _ => vec![('t', k, i, 0), ('t', k, j, 0)],
        };
        if let Some(before) = k.checked_sub(1) {
            dependencies.push(match kind {
                'p' => ('s', before, k, 0),
                't' => ('g', before, i, k),
                's' => ('s', before, i, 0),
                _ => ('g', before, i, j),
            });
        }
        for dependency in dependencies {
            sketch = sketch.edge(node as u32, find(dependency), Use::Borrow);
        }
    }
    sketch
}

#[test]
fn cholesky_has_its_closed_forms() {
    for t in 2..12 {
        let table = cholesky(t).table();
        assert_eq!(table.len(), t * (t + 1) * (t + 2) / 6);
        assert_eq!(table.work(), (t * t * t) as u64);
        assert_eq!(table.critical_path_length(), 9 * t as u64 - 10);
        let costs: u64 = table.critical_path().map(|task| task.cost()).sum();
        assert_eq!(costs, table.critical_path_length());
    }
}

#[test]
fn order_is_depth_first_in_listing_order() {
    // t1 to t9 of pyScheduler's README, here from 0.
    let table = Sketch::new(9).orders(&[(0, 1), (0, 2), (1, 3), (2, 4), (2, 5), (7, 8)]).table();
    let order: Vec<_> = table.order().map(|task| task.index() + 1).collect();
    assert_eq!(order, [4, 2, 5, 6, 3, 1, 7, 9, 8]);
    assert_eq!(table.depth(), 3);
}

#[test]
fn an_empty_graph_has_a_table() {
    let table = Sketch::new(0).table();
    assert!(table.is_empty() && table.view().totals().acyclic);
    assert_eq!((table.order().len(), table.depth(), table.work()), (0, 0, 0));
    assert_eq!((table.critical_path().len(), table.critical_path_length()), (0, 0));
    assert_eq!(table.average_parallelism(), 0.0);
    assert!(table.task(0).is_none() && table.find("t0").is_none());
}

#[test]
fn a_path_that_costs_nothing_at_its_start_is_critical_from_there() {
    let mut sketch = Sketch::new(3).orders(&[(0, 2), (1, 0)]);
    sketch.costs[2] = 0;
    let table = sketch.table();
    let path: Vec<_> = table.critical_path().map(|task| task.index()).collect();
    assert_eq!(path, [2, 0, 1]);
    assert_eq!(table.critical_path_length(), 2);
    assert_eq!(table.average_parallelism(), 1.0);
}

#[test]
fn a_task_tells_its_facts() {
    let table = Sketch::new(3).orders(&[(0, 1), (0, 2), (0, 1)]).output(0).table();
    let task = table.find("t0").unwrap();
    assert_eq!((task.index(), task.cost(), task.level(), task.bottom_level()), (0, 1, 1, 1));
    assert_eq!(task.dependencies().map(|task| task.index()).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(task.dependents().len(), 0);
    assert!(task.is_output() && !table.task(1).unwrap().is_output());
    assert_eq!(table.task(1).unwrap().dependents().next(), Some(task));
    assert_eq!(table.tasks().next_back(), table.find("t2"));
    assert_eq!(table.find("t3"), None);
}

fn visit(sketch: &Sketch, node: u32, order: &mut Vec<u32>) {
    if !order.contains(&node) {
        for dependency in sketch.dependencies(node) {
            visit(sketch, dependency, order);
        }
        order.push(node);
    }
}

/// The expected columns, computed naively.
struct Expected {
    order: Vec<u32>,
    levels: Vec<usize>,
    bottom_levels: Vec<u64>,
    by_priority: Vec<u32>,
}

/// By bottom level, then tasks that free outputs, then by number. Tasks that only add outputs come last, except for
/// one.
fn by_priority(sketch: &Sketch, bottom_levels: &[u64]) -> Vec<u32> {
    let readers = |i: u32| sketch.indices().filter(|&reader| sketch.reads(reader).contains(&i)).count();
    let is_dropped = |i: u32| !sketch.outputs[i as usize];
    let lets_go = |i: u32| sketch.reads(i).iter().any(|&output| is_dropped(output) && readers(output) < 16);
    let mut all: Vec<_> = sketch.indices().collect();
    all.sort_by_key(|&i| (Reverse(bottom_levels[i as usize]), !lets_go(i), i));
    let adds = |i: u32| is_dropped(i) && readers(i) > 0 && !lets_go(i);
    let first = all.iter().copied().find(|&i| adds(i));
    let is_last = |i: u32| adds(i) && Some(i) != first;
    let (last, mut all): (Vec<_>, Vec<_>) = all.into_iter().partition(|&i| is_last(i));
    all.extend(last);
    all
}

impl Expected {
    fn new(sketch: &Sketch) -> Self {
        let mut order = Vec::new();
        for node in sketch.indices() {
            visit(sketch, node, &mut order);
        }
        let mut levels = vec![0; sketch.len()];
        for &node in &order {
            let below = sketch.dependencies(node).into_iter().map(|i| levels[i as usize] + 1);
            levels[node as usize] = below.max().unwrap_or(0);
        }
        let mut bottom_levels = vec![0_u64; sketch.len()];
        for &node in order.iter().rev() {
            let successors = sketch.indices().filter(|&i| sketch.dependencies(i).contains(&node));
            let after = successors.map(|i| bottom_levels[i as usize]).max().unwrap_or(0);
            bottom_levels[node as usize] = sketch.costs[node as usize].saturating_add(after);
        }
        let by_priority = by_priority(sketch, &bottom_levels);
        Expected { order, levels, bottom_levels, by_priority }
    }

    /// The outputs that are released after `node`.
    fn releases(&self, sketch: &Sketch, node: u32) -> Vec<u32> {
        let last = |i: u32| {
            let reads = |reader: &&u32| sketch.reads(**reader).contains(&i);
            self.order.iter().rev().find(reads).copied().unwrap_or(i)
        };
        sketch.indices().filter(|&i| !sketch.outputs[i as usize] && last(i) == node).collect()
    }
}

fn check_totals(sketch: &Sketch, table: &'static Table, expected: &Expected) -> Result<(), TestCaseError> {
    prop_assert_eq!(table.depth(), expected.levels.iter().map(|level| level + 1).max().unwrap_or(0));
    let work = sketch.costs.iter().fold(0_u64, |work, &cost| work.saturating_add(cost));
    prop_assert_eq!(table.work(), work);
    let length = expected.bottom_levels.iter().copied().max().unwrap_or(0);
    prop_assert_eq!(table.critical_path_length(), length);

    let path: Vec<_> = table.critical_path().collect();
    prop_assert_eq!(path.is_empty(), table.is_empty());
    for pair in path.windows(2) {
        prop_assert!(pair[1].dependencies().any(|task| task == pair[0]));
    }
    if let [first, .., last] | [first @ last] = &path[..] {
        prop_assert_eq!((first.dependencies().len(), last.dependents().len()), (0, 0));
    }
    let cost = path.iter().fold(0_u64, |sum, task| sum.saturating_add(task.cost()));
    prop_assert_eq!(cost, length);
    Ok(())
}

proptest! {
    #[test]
    fn columns_agree_with_naive_ones(sketch in acyclic_sketch(30, 3)) {
        let (table, expected) = (sketch.table(), Expected::new(&sketch));
        prop_assert!(table.view().totals().acyclic);
        prop_assert_eq!(table.view().serial_order(), &expected.order);
        prop_assert_eq!(table.view().urgency().by_priority, &expected.by_priority);
        for i in sketch.indices() {
            let task = table.task(i as usize).unwrap();
            prop_assert_eq!(task.level(), expected.levels[i as usize]);
            prop_assert_eq!(task.bottom_level(), expected.bottom_levels[i as usize]);
            prop_assert_eq!(table.view().urgency().task(table.view().urgency().rank(i)), i);
            prop_assert_eq!(table.view().dependencies_of(i), sketch.dependencies(i));
            prop_assert_eq!(table.view().in_degree(i) as usize, sketch.dependencies(i).len());
            let successors: Vec<_> = expected
                .by_priority
                .iter()
                .copied()
                .filter(|&successor| sketch.dependencies(successor).contains(&i))
                .collect();
            prop_assert_eq!(table.view().successors_of(i), successors);
            prop_assert_eq!(table.view().reads_of(i), sketch.reads(i));
            let readers = sketch.indices().filter(|&reader| sketch.reads(reader).contains(&i));
            let count = if sketch.outputs[i as usize] { u32::MAX } else { readers.count() as u32 };
            prop_assert_eq!(table.view().reader_count(i), count);
            let mut releases = table.view().releases_of(i).to_vec();
            releases.sort_unstable();
            prop_assert_eq!(releases, expected.releases(&sketch, i));
        }
        check_totals(&sketch, table, &expected)?;
    }

    #[test]
    fn a_cycle_is_seen(sketch in any_sketch(12, 2)) {
        // Kahn's algorithm: remove tasks without dependencies until none is left.
        let mut left: Vec<_> = sketch.indices().collect();
        while let Some(position) = left
            .iter()
            .position(|&node| sketch.dependencies(node).iter().all(|dependency| !left.contains(dependency)))
        {
            left.remove(position);
        }
        prop_assert_eq!(sketch.table().view().totals().acyclic, left.is_empty());
    }
}
