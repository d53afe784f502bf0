//! The order of uses in place, against a closure of all paths.

use alloc::vec;
use alloc::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::ancestors::closure;
use super::{Sketch, acyclic_sketch};
use crate::table::in_place::{EXCLUSIVE, Lines, SHARED, Users};
use crate::table::order::{EDGE_WORDS, TASK_WORDS, TopologicalOrder};
use crate::table::{Dim, InPlaceUse, InPlaceUses, Line, Problems, RawEdge, Shape, Use, locate};

const INPUTS: [&str; 2] = ["left", "right"];

/// How each task, or each line, uses each input.
type Used = Vec<[u8; INPUTS.len()]>;

fn used() -> impl Strategy<Value = [u8; INPUTS.len()]> {
    let one = || prop_oneof![3 => Just(0), 2 => Just(SHARED), 1 => Just(EXCLUSIVE)];
    [one(), one()]
}

fn uses(used: &[[u8; INPUTS.len()]]) -> InPlaceUses {
    let mut uses = Vec::new();
    for (of_line, line) in used.iter().zip(0..) {
        for (&how, input) in of_line.iter().zip(0..) {
            if how != 0 {
                uses.push(InPlaceUse::new(line, input, how == EXCLUSIVE, true, input));
            }
        }
    }
    InPlaceUses::new(&INPUTS, uses.leak())
}

/// The pairs of tasks that use an input of which one changes it, and that no path connects.
fn unordered(used: &Used, upstream: &[Vec<bool>]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for one in 0..used.len() {
        for other in 0..one {
            let conflict = |input: usize| {
                let (one, other) = (used[one][input], used[other][input]);
                one != 0 && other != 0 && (one | other) & EXCLUSIVE != 0
            };
            let is_ordered = upstream[one][other] || upstream[other][one];
            if (0..INPUTS.len()).any(conflict) && !is_ordered {
                pairs.push((other, one));
            }
        }
    }
    pairs
}

proptest! {
    #[test]
    fn uses_are_ordered_if_all_that_conflict_are(
        (sketch, used) in acyclic_sketch(12, 3)
            .prop_flat_map(|sketch| { let uses = vec_of(used(), sketch.len()); (Just(sketch), uses) }),
    ) {
        prop_assume!(sketch.len() > 0);
        let (rows, tasks) = (sketch.rows(), sketch.len());
        let (mut words, mut edge_words) = (vec![0; TASK_WORDS * tasks], vec![0; EDGE_WORDS * rows.len()]);
        let (order, _) = TopologicalOrder::new(&rows, tasks, &mut words, &mut edge_words);
        let (nodes, uses) = (lines(&vec![None; tasks]), uses(&used));
        let mut users = vec![0; uses.users(tasks)];
        let _ = Users::start(&nodes, tasks, &uses, &mut users);
        let found = Problems::find_in_place(&nodes, order.order, order.dependencies, &uses, &users);
        let pairs = unordered(&used, &closure(&sketch, order.order));
        prop_assert_eq!(found.is_empty(), pairs.is_empty());
        for k in 0..found.len() {
            let problem = found.problem(k);
            let task = problem.task as usize;
            let text = found.message(k);
            let other = pairs.iter().filter(|(one, other)| [*one, *other].contains(&task));
            let names = |&(one, other): &(usize, usize)| {
                let other = if one == task { other } else { one };
                text.as_str().contains(&alloc::format!("`{}`", nodes[other].name))
            };
            prop_assert!(other.clone().any(names), "{}", text.as_str());
        }
    }

    #[test]
    fn lines_prove_what_their_dependencies_order(
        (lens, used) in (vec_of(prop_oneof![3 => Just(None), 2 => (0..3_u32).prop_map(Some)], 1..7))
            .prop_flat_map(|lens| { let uses = vec_of(used(), lens.len()); (Just(lens), uses) }),
        edges in vec_of((0..7_u32, 0..7_u32, any::<bool>()), 0..12),
    ) {
        let nodes = lines(&lens);
        let mut used = used;
        for (used, node) in used.iter_mut().zip(&nodes) {
            if node.len() == 0 {
                *used = [0; INPUTS.len()];
            }
        }
        let count = nodes.len() as u32;
        let mut rows: Vec<RawEdge> = edges
            .iter()
            .map(|&(one, other, part)| ((one % count).max(other % count), (one % count).min(other % count), part))
            .filter(|(node, to, _)| node != to)
            .map(|(node, to, part)| RawEdge { node, to, how: Use::Order, part, ..RawEdge::EMPTY })
            .collect();
        rows.sort_by_key(|row| row.node);
        let (mut starts, mut upstream, mut queue) = (vec![0; nodes.len()], vec![false; nodes.len()], vec![0; nodes.len()]);
        let ranges = vec![None; nodes.len()];
        let proven = uses(&used).are_ordered(&Lines::new(&nodes, &rows, &ranges, &mut starts), &mut upstream, &mut queue);
        // What a part of a family orders, lines do not tell.
        let tasks: usize = nodes.iter().map(Line::len).sum();
        let mut sketch = Sketch::new(tasks);
        for row in rows.iter().filter(|row| !row.part) {
            let members = |line: u32| {
                let line = &nodes[line as usize];
                line.first..line.first + line.len() as u32
            };
            for node in members(row.node) {
                for to in members(row.to) {
                    sketch = sketch.edge(node, to, Use::Order);
                }
            }
        }
        let order: Vec<u32> = (0..tasks as u32).collect();
        let of_tasks: Used = order.iter().map(|&task| used[locate(&nodes, task) as usize]).collect();
        prop_assert_eq!(proven, unordered(&of_tasks, &closure(&sketch, &order)).is_empty());
    }
}

/// Lines, each with this many members where it is a family.
fn lines(lens: &[Option<u32>]) -> Vec<Line<'static>> {
    const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let mut first = 0;
    let line = |(&len, name): (&Option<u32>, &&'static str)| {
        let shape = len.map(|len| {
            let dims: &[Dim<'static>] = vec![Dim::range(0, len.into())].leak();
            &*alloc::boxed::Box::leak(alloc::boxed::Box::new(Shape::new(dims)))
        });
        let line = Line { name, first, shape, ..Line::EMPTY };
        first += line.len() as u32;
        line
    };
    lens.iter().zip(&NAMES).map(line).collect()
}
