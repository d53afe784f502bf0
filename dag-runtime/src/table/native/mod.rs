//! Makes the columns of a table natively.
//!
//! The columns are those that [`build`](super::build) computes in constant evaluation. These algorithms need fewer passes
//! through memory, and keep no column that follows from another one or from the lines.

mod checks;
mod levels;
mod lines;
mod lists;
mod priority;
mod recorded;
mod releases;

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use crate::table::columns::{Adjacency, Columns};
use crate::table::late_depths::LateDepths;
use crate::table::order::depth_first;
use crate::table::view::{Depths, TaskLines};
use crate::table::{InPlaceUses, Line, Problems, Text, Totals, View};

pub(super) use checks::{SharedMoves, record};
use levels::Levels;
use lines::LineColumn;
#[cfg(feature = "std")]
pub(crate) use lists::sort_by_rank;
use lists::{List, Lists};
use priority::{Marks, Priorities, critical_path};
pub(super) use recorded::{Recorded, TOO_MANY_EDGES};
use releases::Releases;

/// The columns of a table, on the heap.
#[derive(Debug)]
pub(super) struct HeapColumns {
    len: usize,
    lines: LineColumn,
    dependencies: List,
    /// `None` if each task reads the outputs of all its dependencies, and no others.
    reads: Option<List>,
    /// Empty if a run drops no output before it ends.
    reader_counts: Vec<u32>,
    releases: Releases,
    order: Vec<u32>,
    levels: Levels,
    priorities: Priorities,
    successors: List,
    critical_path: Vec<u32>,
    totals: Totals,
    /// In no `Box`: to move one asserts that nothing else refers to what is in it, and the view does.
    depths: Arc<LateDepths>,
}

impl HeapColumns {
    /// The columns of a graph with these lines and edges.
    pub(super) fn new(nodes: &[Line<'_>], edges: Recorded) -> Self {
        let len = edges.len();
        let mut totals = Totals { moves: edges.moves(), indirect: edges.indirect(), ..Totals::NONE };
        let lines = LineColumn::new(nodes, len);
        let drops = TaskLines::new(nodes, lines.numbers()).any_is_dropped();
        let Lists { dependencies, reads, reader_counts, successors, in_order } = Lists::new(edges, drops);
        let order = if in_order {
            (totals.acyclic, totals.in_order) = (true, true);
            (0..len as u32).collect()
        } else {
            let mut order = vec![0; len];
            let [mut depths, mut next, mut stack] = [(); 3].map(|()| vec![0; len]);
            let adjacency = dependencies.adjacency();
            depth_first(adjacency, &mut depths, &mut order, &mut totals, &mut next, &mut stack);
            order
        };
        let columns = HeapColumns {
            len,
            lines,
            dependencies,
            reads,
            reader_counts,
            releases: Releases::default(),
            order,
            levels: Levels::default(),
            priorities: Priorities::default(),
            successors,
            critical_path: Vec::new(),
            totals,
            depths: Arc::default(),
        };
        if totals.acyclic { columns.prioritised(nodes) } else { columns }
    }

    /// Computes the columns that only an acyclic graph has.
    fn prioritised(mut self, nodes: &[Line<'_>]) -> Self {
        let reads = self.reads.as_ref().unwrap_or(&self.dependencies);
        let lines = TaskLines::new(nodes, self.lines.numbers());
        let levels =
            Levels::new(lines, &self.order, &self.dependencies, &mut self.successors, &mut self.totals);
        let mut marks = None;
        if lines.any_is_dropped() {
            releases::keep(lines, &mut self.reader_counts);
            marks = Some(Marks::new(reads, &self.reader_counts, &levels));
            self.releases = Releases::new(&self.order, self.totals.in_order, reads, &self.reader_counts);
        }
        let longest = self.totals.critical_path_length;
        self.priorities = Priorities::new(&levels, longest, marks.as_ref());
        lists::sort_successors(&self.priorities.ranks, &mut self.successors);
        self.critical_path = critical_path(&levels, longest, &self.dependencies, &self.successors);
        self.totals.critical_path_len = self.critical_path.len() as u32;
        self.levels = levels;
        self
    }

    /// The first pair of uses of an input in place that nothing orders, by these users, if the graph is acyclic.
    pub(super) fn first_in_place(
        &self,
        nodes: &[Line<'_>],
        uses: &InPlaceUses,
        users: &[u8],
    ) -> Option<Text> {
        let dependencies = self.dependencies.adjacency();
        let problems = Problems::find_in_place(nodes, &self.order, dependencies, uses, users);
        (!problems.is_empty()).then(|| problems.message(0))
    }

    /// Whether no task depends on itself.
    pub(super) fn is_acyclic(&self) -> bool {
        self.totals.acyclic
    }

    /// The tasks whose outputs each task reads.
    fn reads(&self) -> &List {
        self.reads.as_ref().unwrap_or(&self.dependencies)
    }

    fn dependencies(&self) -> Adjacency<'_> {
        self.dependencies.adjacency()
    }

    /// The number of tasks in the longest chain that ends with each task of an acyclic graph.
    fn depths(&self) -> &[u32] {
        self.depths.get(&self.order, self.dependencies()).0
    }

    pub(super) fn view(&'static self, nodes: &'static [Line<'static>]) -> View {
        let dependencies = self.dependencies.adjacency();
        let columns = Columns {
            dependencies,
            successors: self.successors.adjacency(),
            reads: self.reads.as_ref().map_or(dependencies, List::adjacency),
            release_starts: self.releases.starts(self.len),
            release_ends: self.releases.ends(),
            releases: self.releases.items(),
            reader_counts: &self.reader_counts,
            order: &self.order,
            by_priority: &self.priorities.by_priority,
            ranks: &self.priorities.ranks,
            critical_path: &self.critical_path,
        };
        let lines = TaskLines::new(nodes, self.lines.numbers());
        View::new(lines, self.len, columns, Depths::Late(&self.depths), self.levels.column(), self.totals)
    }
}
