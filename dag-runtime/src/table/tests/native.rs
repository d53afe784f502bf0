//! The columns that are made natively, beside those that constant evaluation computes.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::how;
use crate::table::build::{SCRATCH, build};
use crate::table::columns::{Columns, ColumnsMut, words};
use crate::table::view::{BottomLevels, Depths, TaskLines};
use crate::table::{Line, RawEdge, Table, Use, View};

/// The view of the columns that constant evaluation would compute.
fn built(lines: &'static [Line<'static>], edges: &[RawEdge]) -> View {
    let len = lines.len();
    let (mut data, mut bottom_levels) = (vec![0; words(len, edges.len())], vec![0; len]);
    let mut columns = ColumnsMut::split(&mut data, len, edges.len());
    let mut scratch = vec![0; SCRATCH * len];
    let totals = build(lines, edges, &mut columns, &mut bottom_levels, &mut scratch);
    let (columns, depths) = Columns::split(data.leak(), len, edges.len());
    let (depths, levels) = (Depths::Column(depths), BottomLevels::Long(bottom_levels.leak()));
    View::new(TaskLines::plain(lines), len, columns, depths, levels, totals)
}

/// How the graphs of a test differ.
#[derive(Clone, Debug)]
struct Style {
    costs: Vec<u64>,
    /// The fraction of outputs that need a drop.
    drops: f64,
    kinds: Vec<(Use, bool)>,
    /// How far a task is from those that it depends on, at most.
    reach: u32,
    /// Whether tasks depend on tasks with lower numbers.
    in_order: bool,
    /// The most dependencies of some tasks.
    degree: usize,
}

fn styles() -> impl Strategy<Value = Style> {
    let costs = prop_oneof![
        4 => Just(vec![1]),
        2 => vec_of(0..50_u64, 1..4),
        1 => vec_of(any::<u32>().prop_map(u64::from), 1..4),
        1 => vec_of(any::<u64>(), 1..4),
    ];
    let kinds = prop_oneof![
        2 => Just(vec![(Use::Borrow, false)]),
        1 => Just(vec![(Use::Order, false)]),
        2 => vec_of((how(), proptest::bool::weighted(0.1)), 1..5),
    ];
    let reach = prop_oneof![Just(3_u32), Just(1000)];
    (costs, prop_oneof![Just(0.0), Just(0.5), Just(1.0)], kinds, reach, any::<bool>(), 4..60_usize).prop_map(
        |(costs, drops, kinds, reach, in_order, degree)| Style {
            costs,
            drops,
            kinds,
            reach,
            in_order,
            degree,
        },
    )
}

/// A graph of a style, without cycles. Some lists are long, and some tasks are used by many.
fn graph(style: Style, len: usize) -> impl Strategy<Value = (Vec<Line<'static>>, Vec<RawEdge>)> {
    let Style { costs, drops, kinds, reach, in_order, degree } = style;
    let line = (proptest::sample::select(costs), proptest::bool::weighted(drops), any::<u8>());
    let count = prop_oneof![4 => 0..4_usize, 1 => 0..degree];
    let uses =
        count.prop_flat_map(move |count| vec_of((0..reach, proptest::sample::select(kinds.clone())), count));
    (vec_of(line, len), vec_of(uses, len)).prop_map(move |(lines, uses)| {
        let lines = lines.into_iter().zip(0..).map(|((cost, drops, output), first)| {
            let release = if drops { crate::slot::release_of::<String>() } else { None };
            Line { cost, release, output: output < 20, first, ..Line::EMPTY }
        });
        let mut edges = Vec::new();
        for (task, uses) in (0..).zip(uses) {
            // The task at this place in the order, which goes down if it is not that of numbers.
            let node = if in_order { task } else { len as u32 - 1 - task };
            for (back, (how, indirect)) in uses.into_iter().filter(|_| task > 0) {
                let before = task - 1 - back % task;
                let to = if in_order { before } else { len as u32 - 1 - before };
                edges.push(RawEdge { node, to, how, indirect, ..RawEdge::EMPTY });
            }
        }
        edges.sort_by_key(|edge| edge.node);
        (lines.collect(), edges)
    })
}

proptest! {
    #[test]
    fn agree(
        (lines, edges) in (styles(), 1..200_usize).prop_flat_map(|(style, len)| graph(style, len))
    ) {
        let table = Table::leak("Graph", lines.clone(), edges.clone());
        let (view, expected) = (table.view(), built(lines.leak(), &edges));
        let (columns, naive) = (view.columns(), expected.columns());
        prop_assert_eq!(columns.order, naive.order);
        prop_assert_eq!(columns.by_priority, naive.by_priority);
        prop_assert_eq!(columns.ranks, naive.ranks);
        prop_assert_eq!(view.depths(), expected.depths());
        for task in 0..view.len() as u32 {
            prop_assert_eq!(view.dependencies_of(task), expected.dependencies_of(task));
            prop_assert_eq!(view.successors_of(task), expected.successors_of(task));
            prop_assert_eq!(view.reads_of(task), expected.reads_of(task));
            prop_assert_eq!(view.in_degree(task), expected.in_degree(task));
            prop_assert_eq!(view.reader_count(task), expected.reader_count(task));
            prop_assert_eq!(view.releases_of(task), expected.releases_of(task));
            prop_assert_eq!(view.bottom_level(task), expected.bottom_level(task));
            prop_assert_eq!(view.line(task), task);
        }
        let (totals, of_built) = (view.totals(), expected.totals());
        prop_assert_eq!(
            (totals.acyclic, totals.moves, totals.indirect, totals.in_order),
            (of_built.acyclic, of_built.moves, of_built.indirect, of_built.in_order)
        );
        prop_assert_eq!(
            (view.depth(), totals.work, totals.critical_path_length),
            (expected.depth(), of_built.work, of_built.critical_path_length)
        );
        let path = naive.critical_path.split_at(of_built.critical_path_len as usize).0;
        prop_assert_eq!(columns.critical_path, path);
    }
}
