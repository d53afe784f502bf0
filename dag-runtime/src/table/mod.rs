//! The static dependency table of a graph.
//!
//! What an expansion writes, for a graph with four tasks whose marker type is `G`:
//!
//! ```text
//! const fn walk<const K: usize>(w: &mut Walk<'_>) { .. }  // nodes, edges, outputs
//!
//! const EDGES: usize = { let mut w = Walk::counting(); walk::<BUILD>(&mut w); w.edge_count() };
//! static ROWS: Rows<4, EDGES> = { let mut rows = Rows::EMPTY; walk::<BUILD>(&mut rows.walk()); rows };
//! static DATA: Data<4, { words(4, EDGES) }> = Data::new(&ROWS);
//! static TABLE: Table = Table::new("Name", "description", &ROWS, &DATA);
//! impl Checked for G { const PROBLEMS: Problems = Problems::find(&ROWS, &DATA); }
//! const _: () = if K < G::PROBLEMS.len() { walk::<K>(&mut Walk::counting()) };  // for each K
//! ```
//!
//! Rows and data are statics, since a constant would be copied wherever it is named. The steps:
//! [`walk`] records nodes and edges as written, [`build`] computes the columns of the table,
//! [`problems`] looks for what is wrong, and [`plan`] has the walk fail at the site of a problem.

mod build;
mod columns;
mod data;
mod edges;
#[cfg(test)]
mod leak;
mod plan;
mod priority;
mod problems;
mod task_ref;
#[cfg(test)]
mod tests;
mod walk;

use columns::Lists;

pub use columns::words;
pub use data::Data;
pub use edges::{Edge, Use, edge};
pub use plan::{At, BUILD, Checked};
pub use problems::{Problems, Text};
pub use task_ref::{Name, TaskRef, Tasks};
pub use walk::{LINE_SITE, MOVE_SITE, NO_SITE, Node, RawEdge, Rows, Walk};

/// The dependency table of a graph: `Stats::TABLE` of a graph `Stats`.
///
/// It is computed at compile time and proven acyclic there. Reading it allocates nothing.
///
/// ```
/// use dag_runtime::{dag, task};
///
/// #[task]
/// fn load() -> Vec<f64> { vec![1.0, 2.0, 6.0] }
///
/// #[task(depends = [load], cost = 10)]
/// fn mean(load: &[f64]) -> f64 { load.iter().sum::<f64>() / load.len() as f64 }
///
/// #[task(depends = [load], cost = 2)]
/// fn largest(load: &[f64]) -> f64 { load.iter().copied().fold(f64::MIN, f64::max) }
///
/// dag! {
///     /// Facts of a list of numbers.
///     graph Stats -> (mean, largest) { largest, mean, load }
/// }
///
/// let table = Stats::TABLE;
/// assert_eq!(table.graph(), "Stats");
/// assert_eq!(table.description(), "Facts of a list of numbers.");
/// assert_eq!(table.len(), 3);
/// assert_eq!(table.depth(), 2);
/// assert_eq!((table.work(), table.critical_path_length()), (13, 11));
///
/// let order: Vec<_> = table.order().map(|task| task.name()).collect();
/// assert_eq!(order, ["load", "largest", "mean"]);
/// let critical: Vec<_> = table.critical_path().map(|task| task.name()).collect();
/// assert_eq!(critical, ["load", "mean"]);
/// ```
#[derive(Debug)]
pub struct Table {
    graph: &'static str,
    description: &'static str,
    nodes: &'static [Node],
    lists: Lists<'static>,
    bottom_levels: &'static [u64],
    totals: Totals,
}

/// What a table says of its graph as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    /// Whether no task depends on itself, directly or indirectly. Else what follows `indirect`
    /// says nothing.
    pub(crate) acyclic: bool,
    /// Whether an output that is not `Copy` is taken by value.
    pub(crate) moves: bool,
    /// Whether there are indirect reads.
    pub(crate) indirect: bool,
    /// The number of levels.
    pub(crate) depth: u32,
    /// The sum of all costs.
    pub(crate) work: u64,
    /// The cost of the critical path.
    pub(crate) critical_path_length: u64,
    /// How many tasks that has.
    pub(crate) critical_path_len: u32,
}

impl Totals {
    pub(crate) const NONE: Totals = Totals {
        acyclic: false,
        moves: false,
        indirect: false,
        depth: 0,
        work: 0,
        critical_path_length: 0,
        critical_path_len: 0,
    };
}

impl Table {
    /// The table of a graph with these rows, of which `data` was computed.
    #[doc(hidden)]
    #[must_use]
    pub const fn new<const NODES: usize, const EDGES: usize, const WORDS: usize>(
        graph: &'static str,
        description: &'static str,
        rows: &'static Rows<NODES, EDGES>,
        data: &'static Data<NODES, WORDS>,
    ) -> Self {
        Table {
            graph,
            description,
            nodes: &rows.nodes,
            lists: Lists::split(&data.words, NODES, EDGES),
            bottom_levels: &data.bottom_levels,
            totals: data.totals,
        }
    }

    /// The graph's name.
    #[must_use]
    pub const fn graph(&self) -> &'static str {
        self.graph
    }

    /// The graph's doc comment. Empty where there is none.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// How many tasks there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no task.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All tasks, in the order of the graph's list.
    pub fn tasks(&'static self) -> impl ExactSizeIterator<Item = TaskRef> + DoubleEndedIterator + Clone {
        (0..self.nodes.len() as u32).map(move |index| TaskRef::new(self, index))
    }

    /// The task at a position in the graph's list, from 0.
    #[must_use]
    pub fn task(&'static self, index: usize) -> Option<TaskRef> {
        (index < self.nodes.len()).then(|| TaskRef::new(self, index as u32))
    }

    /// The task of a name; the first one where several have it.
    #[must_use]
    pub fn find(&'static self, name: &str) -> Option<TaskRef> {
        self.tasks().find(|task| task.name() == *name)
    }

    /// All tasks, each after its dependencies: depth-first in the order of the graph's list. This
    /// is the order in which [`Serial`](struct@crate::Serial) runs them.
    pub fn order(&'static self) -> Tasks {
        Tasks::new(self, self.lists.order)
    }

    /// The number of levels: how many tasks the longest chain of dependencies has.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.totals.depth as usize
    }

    /// The sum of all costs.
    #[must_use]
    pub const fn work(&self) -> u64 {
        self.totals.work
    }

    /// The most costly chain of dependencies, from a task without dependencies to one without
    /// dependents. Among several, the one through the tasks listed first.
    pub fn critical_path(&'static self) -> Tasks {
        Tasks::new(self, &self.lists.critical_path[..self.totals.critical_path_len as usize])
    }

    /// The cost of the critical path: no run can take less, with any number of workers.
    #[must_use]
    pub const fn critical_path_length(&self) -> u64 {
        self.totals.critical_path_length
    }

    /// Work divided by the length of the critical path: no run can be faster than a serial one by
    /// a larger factor. 0 where nothing costs anything.
    #[must_use]
    pub const fn average_parallelism(&self) -> f64 {
        match self.totals.critical_path_length {
            0 => 0.0,
            length => self.totals.work as f64 / length as f64,
        }
    }
}

/// For executors, which know tasks by number.
#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
impl Table {
    #[inline]
    pub(crate) const fn nodes(&self) -> &'static [Node] {
        self.nodes
    }

    #[inline]
    pub(crate) const fn lists(&self) -> &Lists<'static> {
        &self.lists
    }

    #[inline]
    pub(crate) const fn bottom_levels(&self) -> &'static [u64] {
        self.bottom_levels
    }

    /// The tasks that `i` depends on, each once.
    #[inline]
    pub(crate) fn dependencies_of(&self, i: u32) -> &'static [u32] {
        self.lists.dependencies.of(i)
    }

    /// How many tasks `i` depends on.
    #[inline]
    pub(crate) fn in_degree(&self, i: u32) -> u32 {
        self.lists.dependencies.len_of(i)
    }

    /// The tasks that depend on `i`, each once, by descending bottom level, then by number.
    #[inline]
    pub(crate) fn successors_of(&self, i: u32) -> &'static [u32] {
        self.lists.successors.of(i)
    }

    /// The tasks whose outputs `i` reads, each once.
    #[inline]
    pub(crate) fn reads_of(&self, i: u32) -> &'static [u32] {
        self.lists.reads.of(i)
    }

    /// How many tasks read the output of `i`; `u32::MAX` where it is one of the graph's.
    #[inline]
    pub(crate) fn reader_count(&self, i: u32) -> u32 {
        self.lists.reader_counts[i as usize]
    }

    /// The tasks whose outputs nobody needs any more once `i` is done in [`Table::serial_order`].
    #[inline]
    pub(crate) fn releases_of(&self, i: u32) -> &'static [u32] {
        let lists = &self.lists;
        let i = i as usize;
        &lists.releases[lists.release_starts[i] as usize..lists.release_ends[i] as usize]
    }

    /// All tasks, depth-first in listing order.
    #[inline]
    pub(crate) fn serial_order(&self) -> &'static [u32] {
        self.lists.order
    }

    /// All tasks by descending bottom level, then by number.
    #[inline]
    pub(crate) fn by_priority(&self) -> &'static [u32] {
        self.lists.by_priority
    }

    /// The position of `i` in [`Table::by_priority`].
    #[inline]
    pub(crate) fn rank(&self, i: u32) -> u32 {
        self.lists.ranks[i as usize]
    }
}
