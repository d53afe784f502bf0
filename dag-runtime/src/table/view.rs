//! The part of a table that executors read: they know tasks by number.

use crate::table::columns::{Adjacency, Columns};
use crate::table::late_depths::LateDepths;
use crate::table::line::Place;
use crate::table::{Line, Totals};

/// The columns of a complete table, for executors.
///
/// The table may own the slices, so they are handed out only as long as the view is borrowed, and a view is not copied.
#[derive(Debug)]
pub struct View {
    lines: TaskLines<'static>,
    /// The number of tasks.
    len: u32,
    columns: Columns<'static>,
    depths: Depths<'static>,
    bottom_levels: BottomLevels<'static>,
    totals: Totals,
}

/// For each task, the number of tasks in the longest chain that ends with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Depths<'a> {
    Column(&'a [u32]),
    Late(&'a LateDepths),
}

/// The bottom level of each task.
#[derive(Clone, Copy, Debug)]
pub(super) enum BottomLevels<'a> {
    Short(&'a [u32]),
    Long(&'a [u64]),
}

/// The number of the line of each task.
#[derive(Clone, Copy, Debug)]
pub(super) enum LineNumbers<'a> {
    /// It is the number of the task.
    Same,
    Few(&'a [u8]),
    Many(&'a [u32]),
}

/// The lines of a graph, by task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TaskLines<'a> {
    nodes: &'a [Line<'a>],
    numbers: LineNumbers<'a>,
}

impl<'a> TaskLines<'a> {
    /// TaskLines that are one task each.
    pub(super) const fn plain(nodes: &'a [Line<'a>]) -> Self {
        TaskLines { nodes, numbers: LineNumbers::Same }
    }

    /// TaskLines that may be families, with the line of each task.
    pub(super) const fn new(nodes: &'a [Line<'a>], numbers: LineNumbers<'a>) -> Self {
        TaskLines { nodes, numbers }
    }

    pub(super) const fn all(self) -> &'a [Line<'a>] {
        self.nodes
    }

    /// The sum of all costs.
    pub(super) fn work(self) -> u64 {
        let costs = self.nodes.iter().map(|line| line.cost.saturating_mul(line.len() as u64));
        costs.fold(0, u64::saturating_add)
    }

    /// Whether a run drops any output before it ends.
    pub(super) const fn any_is_dropped(self) -> bool {
        let mut line = 0;
        while line < self.nodes.len() {
            if !self.nodes[line].is_kept() {
                return true;
            }
            line += 1;
        }
        false
    }

    /// The number of the line of a task.
    #[inline]
    const fn number(self, task: usize) -> u32 {
        match self.numbers {
            LineNumbers::Same => task as u32,
            LineNumbers::Few(lines) => lines[task] as u32,
            LineNumbers::Many(lines) => lines[task],
        }
    }

    /// The line of a task.
    #[inline]
    pub(super) const fn of(self, task: usize) -> &'a Line<'a> {
        &self.nodes[self.number(task) as usize]
    }
}

/// The priorities of tasks in a run: by descending bottom level, then tasks that free outputs first, then by number.
/// Tasks that only add outputs come last, except for the most urgent one.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
pub(crate) struct Urgency<'a> {
    /// All tasks, the most urgent one first.
    pub(crate) by_priority: &'a [u32],
    /// The position of each task in `by_priority`.
    pub(crate) ranks: &'a [u32],
    /// The tasks that depend on each one, the most urgent one first.
    pub(crate) successors: Adjacency<'a>,
}

#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
impl<'a> Urgency<'a> {
    /// The task with this rank.
    #[inline]
    pub(crate) fn task(self, rank: u32) -> u32 {
        self.by_priority[rank as usize]
    }

    /// The rank of a task: 0 is the most urgent.
    #[inline]
    pub(crate) fn rank(self, i: u32) -> u32 {
        self.ranks[i as usize]
    }

    /// The tasks that depend on `i`, each once, the most urgent one first.
    #[inline]
    pub(crate) fn successors_of(self, i: u32) -> &'a [u32] {
        self.successors.of(i)
    }
}

#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
impl View {
    pub(super) const fn new(
        lines: TaskLines<'static>,
        len: usize,
        columns: Columns<'static>,
        depths: Depths<'static>,
        bottom_levels: BottomLevels<'static>,
        totals: Totals,
    ) -> Self {
        View { lines, len: len as u32, columns, depths, bottom_levels, totals }
    }

    /// The number of tasks.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// The lines of the graph.
    #[inline]
    pub(super) const fn lines(&self) -> &[Line<'_>] {
        self.lines.nodes
    }

    /// The number of the line of task `i`.
    #[inline]
    pub(crate) fn line(&self, i: u32) -> u32 {
        self.lines.number(i as usize)
    }

    /// The line of task `i`, and its position there.
    #[inline]
    pub(crate) fn place(&self, i: u32) -> Place<'_> {
        let line = self.lines.of(i as usize);
        Place { line, position: i - line.first }
    }

    /// Whether [`View::serial_order`] is the order of the tasks' numbers.
    #[inline]
    pub(crate) const fn is_in_order(&self) -> bool {
        self.totals.in_order
    }

    /// Figures of the whole graph.
    pub(super) const fn totals(&self) -> &Totals {
        &self.totals
    }

    #[inline]
    pub(crate) const fn columns(&self) -> &Columns<'_> {
        &self.columns
    }

    /// The tasks that `i` depends on, each once.
    #[inline]
    pub(crate) fn dependencies_of(&self, i: u32) -> &[u32] {
        self.columns.dependencies.of(i)
    }

    /// How many tasks `i` depends on.
    #[inline]
    pub(crate) fn in_degree(&self, i: u32) -> u32 {
        self.columns.dependencies.len_of(i)
    }

    /// The tasks that depend on `i`, each once, the most urgent one first.
    #[inline]
    pub(crate) fn successors_of(&self, i: u32) -> &[u32] {
        self.columns.successors.of(i)
    }

    /// The tasks whose outputs `i` reads, each once.
    #[inline]
    pub(crate) fn reads_of(&self, i: u32) -> &[u32] {
        self.columns.reads.of(i)
    }

    /// The number of tasks that read the output of `i`; `u32::MAX` if it [is kept](Line::is_kept).
    #[inline]
    pub(crate) fn reader_count(&self, i: u32) -> u32 {
        // There are no counts if all outputs are kept.
        self.columns.reader_counts.get(i as usize).copied().unwrap_or(u32::MAX)
    }

    /// The tasks whose outputs are not needed after `i` has finished, in [`View::serial_order`].
    #[inline(always)]
    pub(crate) fn releases_of(&self, i: u32) -> &[u32] {
        let columns = &self.columns;
        let i = i as usize;
        // There are no lists if all outputs are kept.
        match columns.release_starts.get(i) {
            Some(&start) => &columns.releases[start as usize..columns.release_ends[i] as usize],
            None => &[],
        }
    }

    /// All tasks, depth-first in listing order.
    #[inline]
    pub(crate) fn serial_order(&self) -> &[u32] {
        self.columns.order
    }

    /// The priorities by the costs in the table.
    #[inline]
    pub(crate) fn urgency(&self) -> Urgency<'_> {
        let Columns { by_priority, ranks, successors, .. } = self.columns;
        Urgency { by_priority, ranks, successors }
    }

    /// The cost of the most costly path from `i` (included) to a task without dependents.
    #[inline]
    pub(crate) fn bottom_level(&self, i: u32) -> u64 {
        match self.bottom_levels {
            BottomLevels::Short(levels) => levels[i as usize].into(),
            BottomLevels::Long(levels) => levels[i as usize],
        }
    }

    /// For each task, the number of tasks in the longest chain that ends with it.
    pub(crate) fn depths(&self) -> &[u32] {
        self.depths_and_highest().0
    }

    /// The number of levels.
    pub(super) fn depth(&self) -> u32 {
        self.depths_and_highest().1
    }

    fn depths_and_highest(&self) -> (&[u32], u32) {
        match self.depths {
            Depths::Column(depths) => (depths, self.totals.depth),
            Depths::Late(depths) => depths.get(self.columns.order, self.columns.dependencies),
        }
    }
}

/// Searches for the line of task `i`.
pub(crate) const fn locate(lines: &[Line<'_>], i: u32) -> u32 {
    // If no line before it is a family, task and line have the same number.
    if (i as usize) < lines.len() && lines[i as usize].first == i && lines[i as usize].shape.is_none() {
        return i;
    }
    // The last line that does not begin after `i`. Lines before it that begin at the same task are families without
    // members.
    let (mut low, mut high) = (0, lines.len());
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if lines[middle].first <= i {
            low = middle;
        } else {
            high = middle;
        }
    }
    low as u32
}
