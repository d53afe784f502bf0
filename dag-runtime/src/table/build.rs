//! Computes a table's columns from the edges as written.
//!
//! All of it is linear in the number of tasks and edges; the sort by priority is so where costs are
//! at most polynomial in the number of tasks. The same functions run natively and in constant
//! evaluation, which makes a few million steps a second. Hence flat loops over slices in local
//! variables, each of which does as much as it can with what it has at hand.

use crate::table::columns::Columns;
use crate::table::edges::Use;
use crate::table::priority::{accumulate, critical_path, sort_by_priority, successors};
use crate::table::{Node, RawEdge, Totals};

/// How many words of scratch space [`build`] needs for each node.
pub(crate) const SCRATCH: usize = 3;

/// Computes all columns and totals. Of a cyclic graph only `dependencies` and `reads` are told.
///
/// `edges` are grouped by node; all columns and the scratch space hold zeros.
pub(crate) const fn build(
    nodes: &[Node],
    edges: &[RawEdge],
    columns: &mut Columns<'_>,
    bottom_levels: &mut [u64],
    scratch: &mut [u32],
) -> Totals {
    let (first, rest) = scratch.split_at_mut(nodes.len());
    let (second, third) = rest.split_at_mut(nodes.len());
    let mut totals = Totals::NONE;
    adjacency(nodes, edges, columns, &mut totals, first, second);
    depth_first(columns, &mut totals, first, second);
    if totals.acyclic {
        accumulate(nodes, columns, &mut totals, bottom_levels);
        sort_by_priority(bottom_levels, totals.critical_path_length, columns, first);
        successors(columns, first);
        release(nodes, columns, third);
        totals.critical_path_len = critical_path(columns);
    }
    totals
}

/// Fills `dependencies`, `reads`, `reader_counts` and, as counts, `successors.starts`.
///
/// The stamps of a task say which task was last seen to depend on it, and to read it.
const fn adjacency(
    nodes: &[Node],
    mut edges: &[RawEdge],
    columns: &mut Columns<'_>,
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
    let end = nodes.len() as u32;
    while task < end {
        task += 1;
        starts[task as usize] = dependency_count as u32;
        read_starts[task as usize] = read_count as u32;
    }
}

/// Fills `order` and `depths` where the graph is acyclic.
///
/// Depth-first search: in `depths`, 0 is a task that was not met yet, `OPEN` marks one that waits
/// on the stack for its dependencies.
const fn depth_first(columns: &mut Columns<'_>, totals: &mut Totals, next: &mut [u32], stack: &mut [u32]) {
    const OPEN: u32 = 1 << 31;

    let (starts, dependencies) = (&*columns.dependencies.starts, &*columns.dependencies.items);
    let (depths, order) = (&mut *columns.depths, &mut *columns.order);
    let (mut deepest, mut done) = (0, 0);
    next.copy_from_slice(starts.split_at(next.len()).0);
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

/// Fills `releases`, and marks the graph's outputs in `reader_counts`.
///
/// Goes back through the order: the first task met that reads an output is its last reader.
const fn release(nodes: &[Node], columns: &mut Columns<'_>, released: &mut [u32]) {
    let (starts, outputs) = (&*columns.reads.starts, &*columns.reads.items);
    let releases = &mut *columns.releases;
    let mut count = 0;
    let mut left = nodes.len();
    while left > 0 {
        left -= 1;
        let task = columns.order[left] as usize;
        columns.release_starts[task] = count as u32;
        if nodes[task].output {
            columns.reader_counts[task] = u32::MAX;
        } else if columns.reader_counts[task] == 0 {
            releases[count] = task as u32;
            count += 1;
        }
        let (mut read, end) = (starts[task] as usize, starts[task + 1] as usize);
        while read < end {
            let output = outputs[read] as usize;
            if released[output] == 0 {
                released[output] = 1;
                if !nodes[output].output {
                    releases[count] = output as u32;
                    count += 1;
                }
            }
            read += 1;
        }
        columns.release_ends[task] = count as u32;
    }
}
