//! Computes the columns of a table from the edges as written.
//!
//! Everything is linear in the number of tasks and edges. The sort by priority is linear if costs are at most
//! polynomial in the number of tasks. The same functions run natively and in constant evaluation, which performs a few
//! million steps per second, and far fewer calls. Therefore they are flat loops over slices in local variables, and each
//! loop does as much as possible.

use crate::table::columns::{Adjacency, ColumnsMut};
use crate::table::order::{adjacency, depth_first};
use crate::table::priority::{accumulate, critical_path, sort_by_priority, successors};
use crate::table::{Line, RawEdge, Totals};

/// Words of scratch space that [`build`] needs for each task.
pub(crate) const SCRATCH: usize = 4;

/// Computes all columns and totals of a graph whose lines are one task each. For a cyclic graph it fills only `dependencies` and `reads`.
///
/// `edges` are between tasks, grouped by dependent. All columns and the scratch space hold zeros.
pub(crate) const fn build(
    lines: &[Line<'_>],
    edges: &[RawEdge],
    columns: &mut ColumnsMut<'_>,
    bottom_levels: &mut [u64],
    scratch: &mut [u32],
) -> Totals {
    let (first, rest) = scratch.split_at_mut(bottom_levels.len());
    let (second, rest) = rest.split_at_mut(bottom_levels.len());
    let (third, kept) = rest.split_at_mut(bottom_levels.len());
    let mut totals = Totals::NONE;
    adjacency(edges, columns, &mut totals, first, second);
    let dependencies =
        Adjacency { starts: &*columns.dependencies.starts, items: &*columns.dependencies.items };
    depth_first(dependencies, columns.depths, columns.order, &mut totals, first, second);
    if totals.acyclic {
        accumulate(lines, columns, &mut totals, bottom_levels);
        mark_kept(lines, kept);
        sort_by_priority(kept, bottom_levels, totals.critical_path_length, columns, first, third);
        successors(columns, first);
        release(kept, columns, third);
        totals.critical_path_len = critical_path(bottom_levels, totals.critical_path_length, columns);
        totals.in_order = is_in_order(columns.order);
    }
    totals
}

/// Marks the tasks whose outputs a run never drops.
const fn mark_kept(lines: &[Line<'_>], kept: &mut [u32]) {
    let (mut i, tasks) = (0, lines.len());
    while i < tasks {
        kept[i] = lines[i].is_kept() as u32;
        i += 1;
    }
}

/// Fills `releases`, and marks in `reader_counts` the outputs that a run never drops.
///
/// Goes backwards through the order: the first task that reads an output is its last reader.
const fn release(kept: &[u32], columns: &mut ColumnsMut<'_>, released: &mut [u32]) {
    let (starts, outputs) = (&*columns.reads.starts, &*columns.reads.items);
    let releases = &mut *columns.releases;
    let mut count = 0;
    let mut left = released.len();
    while left > 0 {
        left -= 1;
        let task = columns.order[left] as usize;
        columns.release_starts[task] = count as u32;
        if kept[task] != 0 {
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
                if kept[output] == 0 {
                    releases[count] = output as u32;
                    count += 1;
                }
            }
            read += 1;
        }
        columns.release_ends[task] = count as u32;
    }
}

/// Whether the serial order is the order of the tasks' numbers.
const fn is_in_order(order: &[u32]) -> bool {
    let (mut i, tasks) = (0, order.len());
    while i < tasks && order[i] as usize == i {
        i += 1;
    }
    i == tasks
}
