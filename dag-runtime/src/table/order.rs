//! The first columns of a table: dependencies, and the serial order that follows from them.

use crate::table::columns::{Adjacency, AdjacencyMut, ColumnsMut, cut_mut};
use crate::table::edges::Use;
use crate::table::slices::copy;
use crate::table::{RawEdge, Totals};

/// Fills `dependencies`, `reads`, `reader_counts` and, as counts, `successors.starts`.
///
/// For each task, `depends` and `reads` hold the last task that was seen to depend on it, or to read it.
pub(super) const fn adjacency(
    mut edges: &[RawEdge],
    columns: &mut ColumnsMut<'_>,
    totals: &mut Totals,
    depends: &mut [u32],
    reads: &mut [u32],
) {
    let starts = &mut *columns.dependencies.starts;
    let read_starts = &mut *columns.reads.starts;
    let dependencies = &mut *columns.dependencies.items;
    let outputs = &mut *columns.reads.items;
    let out_degrees = &mut *columns.successors.starts;
    let reader_counts = &mut *columns.reader_counts;
    let (mut dependency_count, mut read_count) = (0, 0);
    let mut task = 0;
    while let &[RawEdge { node, to, how, indirect, .. }, ref rest @ ..] = edges {
        edges = rest;
        while task < node {
            task += 1;
            starts[task as usize] = dependency_count as u32;
            read_starts[task as usize] = read_count as u32;
        }
        let stamp = node + 1;
        let output = to as usize;
        if indirect {
            totals.indirect = true;
        } else if depends[output] != stamp {
            depends[output] = stamp;
            dependencies[dependency_count] = to;
            dependency_count += 1;
            out_degrees[output + 1] += 1;
        }
        match how {
            Use::Order => continue,
            Use::Borrow => {}
            Use::Value => totals.moves = true,
        }
        if reads[output] != stamp {
            reads[output] = stamp;
            outputs[read_count] = to;
            read_count += 1;
            reader_counts[output] += 1;
        }
    }
    let end = depends.len() as u32;
    while task < end {
        task += 1;
        starts[task as usize] = dependency_count as u32;
        read_starts[task as usize] = read_count as u32;
    }
}

/// Fills `order` and `depths` if the graph is acyclic.
///
/// This is a depth-first search. In `depths`, 0 marks a task that was not visited, and `OPEN` one on the stack, which
/// waits for its dependencies.
pub(super) const fn depth_first(
    dependencies: Adjacency<'_>,
    depths: &mut [u32],
    order: &mut [u32],
    totals: &mut Totals,
    next: &mut [u32],
    stack: &mut [u32],
) {
    const OPEN: u32 = 1 << 31;

    let Adjacency { starts, items: dependencies } = dependencies;
    let (mut deepest, mut done) = (0, 0);
    copy(starts.split_at(next.len()).0, next);
    let (mut root, nodes) = (0, depths.len());
    while root < nodes {
        let mut height = 0;
        if depths[root] == 0 {
            depths[root] = OPEN + 1;
            stack[0] = root as u32;
            height = 1;
        }
        while height > 0 {
            let task = stack[height - 1] as usize;
            let mut depth = depths[task] - OPEN;
            let (mut edge, end) = (next[task] as usize, starts[task + 1] as usize);
            while edge < end {
                let below = depths[dependencies[edge] as usize];
                if below == 0 {
                    break;
                }
                if below >= OPEN {
                    return;
                }
                if below >= depth {
                    depth = below + 1;
                }
                edge += 1;
            }
            if edge < end {
                let dependency = dependencies[edge];
                next[task] = edge as u32;
                depths[task] = OPEN + depth;
                depths[dependency as usize] = OPEN + 1;
                stack[height] = dependency;
                height += 1;
            } else {
                depths[task] = depth;
                if depth > deepest {
                    deepest = depth;
                }
                order[done] = task as u32;
                done += 1;
                height -= 1;
            }
        }
        root += 1;
    }
    totals.depth = deepest;
    totals.acyclic = true;
}

/// Words of scratch space that a [`TopologicalOrder`] needs for each task, and for each edge.
pub(super) const TASK_WORDS: usize = 11;
pub(super) const EDGE_WORDS: usize = 2;

/// The dependencies of a graph without a computed table, and an order if it is acyclic.
#[derive(Debug)]
pub(super) struct TopologicalOrder<'a> {
    pub(super) dependencies: Adjacency<'a>,
    pub(super) order: &'a [u32],
    /// The length of the longest path to each task.
    pub(super) depths: &'a [u32],
}

impl<'a> TopologicalOrder<'a> {
    /// For a graph with this many tasks, at least one. The scratch space holds zeros.
    pub(super) const fn new(
        edges: &[RawEdge],
        tasks: usize,
        mut words: &'a mut [u32],
        mut edge_words: &'a mut [u32],
    ) -> (Self, Totals) {
        let mut totals = Totals::NONE;
        let (words, edge_words) = (&mut words, &mut edge_words);
        let (next, stack) = (cut_mut(words, tasks), cut_mut(words, tasks));
        let mut columns = ColumnsMut {
            dependencies: AdjacencyMut {
                starts: cut_mut(words, tasks + 1),
                items: cut_mut(edge_words, edges.len()),
            },
            reads: AdjacencyMut {
                starts: cut_mut(words, tasks + 1),
                items: cut_mut(edge_words, edges.len()),
            },
            successors: AdjacencyMut { starts: cut_mut(words, tasks + 1), items: &mut [] },
            reader_counts: cut_mut(words, tasks),
            depths: cut_mut(words, tasks),
            order: cut_mut(words, tasks),
            release_starts: &mut [],
            release_ends: &mut [],
            releases: &mut [],
            by_priority: &mut [],
            ranks: &mut [],
            critical_path: &mut [],
        };
        adjacency(edges, &mut columns, &mut totals, next, stack);
        let ColumnsMut { dependencies: AdjacencyMut { starts, items }, depths, order, .. } = columns;
        let dependencies = Adjacency { starts, items };
        depth_first(dependencies, depths, order, &mut totals, next, stack);
        (TopologicalOrder { dependencies, order, depths }, totals)
    }
}
