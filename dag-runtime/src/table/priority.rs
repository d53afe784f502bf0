//! The part of a table's columns that costs decide.

use crate::table::Totals;
use crate::table::columns::Columns;
use crate::table::view::Lines;

/// Fills `bottom_levels`, and sums up the work.
pub(super) const fn accumulate(
    lines: Lines<'_>,
    columns: &Columns<'_>,
    totals: &mut Totals,
    bottom_levels: &mut [u64],
) {
    let (starts, dependencies) = (&*columns.dependencies.starts, &*columns.dependencies.items);
    let (mut work, mut longest) = (0_u64, 0);
    let mut left = bottom_levels.len();
    while left > 0 {
        left -= 1;
        let task = columns.order[left] as usize;
        let cost = lines.of(task).cost;
        work = work.saturating_add(cost);
        // So far, the highest of its successors, all of which come later in the order.
        let level = cost.saturating_add(bottom_levels[task]);
        bottom_levels[task] = level;
        if level > longest {
            longest = level;
        }
        let (mut edge, end) = (starts[task] as usize, starts[task + 1] as usize);
        while edge < end {
            let dependency = dependencies[edge] as usize;
            if bottom_levels[dependency] < level {
                bottom_levels[dependency] = level;
            }
            edge += 1;
        }
    }
    totals.work = work;
    totals.critical_path_length = longest;
}

/// Fills `by_priority` and `ranks`.
///
/// A stable radix sort of the distances from the longest bottom level, with the number of tasks as
/// base: a single pass where tasks have unit costs.
pub(super) const fn sort_by_priority(
    bottom_levels: &[u64],
    longest: u64,
    columns: &mut Columns<'_>,
    spare: &mut [u32],
) {
    let nodes = bottom_levels.len();
    let mut from = &mut *columns.by_priority;
    let mut to = spare;
    let ends = &mut *columns.ranks;
    let mut widest = 0;
    let mut i = 0;
    while i < nodes {
        from[i] = i as u32;
        let distance = longest - bottom_levels[i];
        if distance > widest {
            widest = distance;
        }
        i += 1;
    }
    let base = nodes as u64;
    let mut divisor = 1_u64;
    let mut swapped = false;
    while divisor <= widest {
        i = 0;
        while i < nodes {
            ends[((longest - bottom_levels[i]) / divisor % base) as usize] += 1;
            i += 1;
        }
        i = 0;
        let mut end = 0;
        while i < nodes {
            end += ends[i];
            ends[i] = end;
            i += 1;
        }
        while i > 0 {
            i -= 1;
            let task = from[i];
            let digit = ((longest - bottom_levels[task as usize]) / divisor % base) as usize;
            ends[digit] -= 1;
            to[ends[digit] as usize] = task;
        }
        while i < nodes {
            ends[i] = 0;
            i += 1;
        }
        (from, to) = (to, from);
        swapped = !swapped;
        divisor = match divisor.checked_mul(base) {
            Some(divisor) => divisor,
            None => break,
        };
    }
    if swapped {
        to.copy_from_slice(from);
    }
    let by_priority = &*columns.by_priority;
    while i > 0 {
        i -= 1;
        ends[by_priority[i] as usize] = i as u32;
    }
}

/// Fills `successors`, whose `starts` hold the counts.
///
/// Tasks are entered by descending priority, so each list is sorted as it grows.
pub(super) const fn successors(columns: &mut Columns<'_>, ends: &mut [u32]) {
    let (starts, dependencies) = (&*columns.dependencies.starts, &*columns.dependencies.items);
    let by_priority = &*columns.by_priority;
    let (firsts, items) = (&mut *columns.successors.starts, &mut *columns.successors.items);
    let nodes = ends.len();
    let (mut i, mut start) = (0, 0);
    while i < nodes {
        ends[i] = start;
        i += 1;
        start += firsts[i];
        firsts[i] = start;
    }
    i = 0;
    while i < nodes {
        let task = by_priority[i] as usize;
        let (mut edge, end) = (starts[task] as usize, starts[task + 1] as usize);
        while edge < end {
            let dependency = dependencies[edge] as usize;
            let place = ends[dependency];
            items[place as usize] = task as u32;
            ends[dependency] = place + 1;
            edge += 1;
        }
        i += 1;
    }
}

/// Fills `critical_path`, and gives its number of tasks.
pub(super) const fn critical_path(columns: &mut Columns<'_>) -> u32 {
    let path = &mut *columns.critical_path;
    if path.is_empty() {
        return 0;
    }
    // A task of cost 0 can stand before others of the highest bottom level.
    let mut i = 0;
    while columns.depths[columns.by_priority[i] as usize] > 1 {
        i += 1;
    }
    let mut task = columns.by_priority[i];
    let mut len = 0;
    loop {
        path[len] = task;
        len += 1;
        let start = columns.successors.starts[task as usize];
        if start == columns.successors.starts[task as usize + 1] {
            return len as u32;
        }
        task = columns.successors.items[start as usize];
    }
}
