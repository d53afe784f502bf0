//! The columns of a table that depend on costs.

use crate::table::columns::ColumnsMut;
use crate::table::slices::copy;
use crate::table::{Line, Totals};

/// Fills `bottom_levels`, and computes the work.
pub(super) const fn accumulate(
    lines: &[Line<'_>],
    columns: &ColumnsMut<'_>,
    totals: &mut Totals,
    bottom_levels: &mut [u64],
) {
    let (starts, dependencies) = (&*columns.dependencies.starts, &*columns.dependencies.items);
    let (mut work, mut longest) = (0_u64, 0);
    let mut left = bottom_levels.len();
    while left > 0 {
        left -= 1;
        let task = columns.order[left] as usize;
        let cost = lines[task].cost;
        // Both sums saturate.
        work = if cost > u64::MAX - work { u64::MAX } else { work + cost };
        // So far, the highest bottom level of its successors, all of which come later in the order.
        let below = bottom_levels[task];
        let level = if cost > u64::MAX - below { u64::MAX } else { below + cost };
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

/// An output with this many readers or more does not count as freed by one of them.
pub(crate) const MANY_READERS: u32 = 16;

/// The task frees outputs: it is one of the few readers of an output that is dropped.
const FREES: u32 = 1;

/// The task only adds to the outputs that are alive: it frees none, and others read its own.
const ADDS: u32 = 2;

/// Marks tasks by their effect on the outputs that are alive. `reader_counts` includes outputs that are not dropped, those
/// of tasks that are marked in `kept`.
const fn mark_outputs(kept: &[u32], columns: &ColumnsMut<'_>, marks: &mut [u32]) {
    let (starts, outputs) = (&*columns.reads.starts, &*columns.reads.items);
    let (mut task, tasks) = (0, marks.len());
    while task < tasks {
        let (mut read, end) = (starts[task] as usize, starts[task + 1] as usize);
        let mut frees = false;
        while read < end && !frees {
            let output = outputs[read] as usize;
            frees = columns.reader_counts[output] < MANY_READERS && kept[output] == 0;
            read += 1;
        }
        marks[task] = if frees {
            FREES
        } else if columns.reader_counts[task] > 0 && kept[task] == 0 {
            ADDS
        } else {
            0
        };
        task += 1;
    }
}

/// Moves tasks that only add outputs behind all others, except for the first one.
const fn move_back(marks: &[u32], from: &mut [u32], to: &mut [u32]) {
    let (mut stay, mut back, mut i) = (0, 0, 0);
    let mut is_first = true;
    let tasks = from.len();
    while i < tasks {
        let task = from[i];
        if marks[task as usize] == ADDS && !is_first {
            to[back] = task;
            back += 1;
        } else {
            is_first &= marks[task as usize] != ADDS;
            from[stay] = task;
            stay += 1;
        }
        i += 1;
    }
    i = 0;
    while i < back {
        from[stay + i] = to[i];
        i += 1;
    }
}

/// Fills `by_priority` and `ranks`: by descending bottom level, then tasks that free outputs first, then by number.
/// Tasks that only add outputs come last, except for the most urgent one.
///
/// A stable radix sort of the distances from the longest bottom level, with the number of tasks as base: a single pass
/// if tasks have unit costs.
pub(super) const fn sort_by_priority(
    kept: &[u32],
    bottom_levels: &[u64],
    longest: u64,
    columns: &mut ColumnsMut<'_>,
    spare: &mut [u32],
    marks: &mut [u32],
) {
    let nodes = bottom_levels.len();
    let mut i = 0;
    while i < nodes && kept[i] != 0 {
        i += 1;
    }
    let drops = i < nodes;
    if drops {
        mark_outputs(kept, columns, marks);
    }
    let mut from = &mut *columns.by_priority;
    let mut to = spare;
    let ends = &mut *columns.ranks;
    let mut widest = 0;
    let mut next = 0;
    i = 0;
    while drops && i < nodes {
        if marks[i] == FREES {
            from[next] = i as u32;
            next += 1;
        }
        i += 1;
    }
    i = 0;
    while i < nodes {
        if marks[i] != FREES {
            from[next] = i as u32;
            next += 1;
        }
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
    if drops {
        move_back(marks, from, to);
        // The next function expects zeros.
        i = 0;
        while i < nodes {
            marks[i] = 0;
            i += 1;
        }
    }
    if swapped {
        copy(from, to);
    }
    let by_priority = &*columns.by_priority;
    while i > 0 {
        i -= 1;
        ends[by_priority[i] as usize] = i as u32;
    }
}

/// Fills `successors`, whose `starts` hold the counts.
///
/// Tasks are inserted by descending priority, so each list is sorted.
pub(super) const fn successors(columns: &mut ColumnsMut<'_>, ends: &mut [u32]) {
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

/// Fills `critical_path`, and returns its number of tasks. Of several paths, it is the one through the tasks with the
/// lowest numbers.
pub(super) const fn critical_path(bottom_levels: &[u64], longest: u64, columns: &mut ColumnsMut<'_>) -> u32 {
    let path = &mut *columns.critical_path;
    if path.is_empty() {
        return 0;
    }
    // A task of cost 0 can precede others with the highest bottom level.
    let mut task = 0;
    while columns.depths[task] > 1 || bottom_levels[task] < longest {
        task += 1;
    }
    let (starts, successors) = (&*columns.successors.starts, &*columns.successors.items);
    let mut len = 0;
    loop {
        path[len] = task as u32;
        len += 1;
        let (mut edge, end) = (starts[task] as usize, starts[task + 1] as usize);
        if edge == end {
            return len as u32;
        }
        let mut best = successors[edge];
        while edge < end {
            let (other, best_level) = (successors[edge], bottom_levels[best as usize]);
            let level = bottom_levels[other as usize];
            if level > best_level || level == best_level && other < best {
                best = other;
            }
            edge += 1;
        }
        task = best as usize;
    }
}
