//! The static dependency table of a graph.
//!
//! What an expansion writes, for a graph with four tasks whose marker type is `G`:
//!
//! ```text
//! const fn write_rows<const K: usize>(w: &mut RowWriter<'_>) { .. }  // lines, edges, outputs
//!
//! const EDGES: usize = { let mut w = RowWriter::counting(); write_rows::<BUILD>(&mut w); w.edge_count() };
//! static ROWS: Rows<4, EDGES> = { let mut rows = Rows::EMPTY; write_rows::<BUILD>(&mut rows.writer()); rows };
//! static DATA: Data<4, { words(4, EDGES) }> = Data::new(&ROWS);
//! static MEMORY: Memory = Memory::new();
//! static TABLE: Table = Table::new("Name", "description", &ROWS, &DATA, &MEMORY);
//! impl Checked for G { const PROBLEMS: Problems = Problems::find(&ROWS, &DATA); }
//! const _: () = if K < G::PROBLEMS.len() { write_rows::<K>(&mut RowWriter::counting()) };  // for each K
//! ```
//!
//! Rows and data are statics, since a constant would be copied wherever it is named. The steps:
//! [`rows`] records lines and edges as written, [`build`] computes the columns of the table,
//! [`problems`] looks for what is wrong, and [`plan`] has the walk fail at the site of a problem.
//!
//! Where a line is a family, or uses members, or uses something on a condition, the edges between
//! *tasks* are not those between lines. Then instead of `DATA` and `TABLE`:
//!
//! ```text
//! const D0: Dim = Dim::range(0, T as isize);
//! static V1: [Span; Shape::positions(&[D0])] = {          // `0..=i`, with the index `i` of `D0`
//!     let mut s = Spans::new(&[D0]);
//!     while s.next() { s.push(0, s.index(0) + 1); }
//!     s.done()
//! };
//! const SHAPE: &Shape = &Shape::new(&[D0, Dim::Varying(&V1)]);
//!
//! const fn expand(x: &mut Expand<'_>) { .. }              // members and their edges
//! const fn uses(u: &mut MoveCheck<'_>) { .. }                  // uses of what is moved, if anything is
//! const INSIDE: bool = { .. };                            // by `Indices` and `inside`
//!
//! const BY_LINES: Proof = Proof::of(&ROWS, INSIDE);
//! const SEEN: usize = BY_LINES.moves_alone(&ROWS);
//! const PROOF: Proof = if SEEN > 0 {
//!     let (mut moved, mut seen) = ([false; 4], [0; SEEN]);
//!     let mut u = MoveCheck::new(&ROWS, &mut moved, &mut seen);
//!     uses(&mut u);
//!     BY_LINES.with(&u)
//! } else { BY_LINES };
//! const TASKS: usize = PROOF.members(&ROWS);
//! const TASK_EDGES: usize = if PROOF.needs_edges() {
//!     let mut x = Expand::counting(&ROWS);
//!     expand(&mut x);
//!     x.edge_count()
//! } else { 0 };
//! static EXPANDED: Expanded<TASKS, TASK_EDGES> = {
//!     let mut expanded = Expanded::EMPTY;
//!     if PROOF.needs_expansion() { expand(&mut expanded.expand(&ROWS)); }
//!     expanded
//! };
//! impl Checked for G { const PROBLEMS: Problems = Problems::find_members(&ROWS, &PROOF, &EXPANDED); }
//! static BUILT: Built = Built::new();
//! static TABLE: Table = Table::lazy("Name", "description", &ROWS, &BUILT, &MEMORY, expand);
//! ```
//!
//! So at compile time members are gone through where only they can tell that a graph is good: see
//! [`proof`]. Their edges are recorded where more is open than moves, or these are wrong: see [`move_check`]. What executors need of them is computed at the first use, see [`lazy`].

mod build;
mod columns;
mod cursor;
mod data;
mod edges;
mod expand;
mod family;
mod info;
mod lazy;
#[cfg(test)]
mod leak;
mod line;
mod memory;
mod move_check;
#[allow(unsafe_code)]
mod mutable;
mod name;
mod nest;
mod order;
mod plan;
mod priority;
mod problems;
mod proof;
mod reads;
mod rows;
mod shape;
mod site;
#[allow(unsafe_code)]
mod slices;
mod stored;
mod task_ref;
#[cfg(test)]
mod tests;
mod view;

use columns::Columns;
use lazy::Lazy;
use mutable::Mutable;
use view::TaskLines;

pub(crate) use columns::Adjacency;
pub use line::Line;
pub(crate) use line::{Place, Release};
pub(crate) use priority::MANY_READERS;
#[cfg(feature = "std")]
pub(crate) use view::Urgency;
pub(crate) use view::{View, locate};

pub use columns::words;
pub use cursor::{Indices, Spans};
pub use data::Data;
pub use edges::{Edge, Use, borrow, edge, indirect, moved, order, value};
pub use expand::{Expand, Expanded};
pub use family::Family;
pub use info::Info;
pub use lazy::Built;
pub use memory::Memory;
pub use move_check::MoveCheck;
pub use name::Name;
pub use nest::{at, behind, between, indices, range};
pub use plan::{BUILD, Check, Checked};
pub use problems::{Problems, Text};
pub use proof::Proof;
pub use reads::{assert_edges, only, read};
pub use rows::{Delta, RawEdge, RowWriter, Rows};
pub use shape::{Dim, MAX_INDICES, Member, Shape, Span, inside};
#[cfg(test)]
pub(crate) use site::MOVE_SITE;
pub use site::{Fault, In, LINE_SITE, ListedBy, Marked, NO_SITE, Phase, site};
pub use stored::{ListRelease, Stored};
pub use task_ref::{TaskRef, Tasks};

/// The dependency table of a graph: `Stats::TABLE` of a graph `Stats`.
///
/// The table is computed at compile time and proven acyclic. Reading it allocates nothing, except that the columns of a
/// graph with families are computed when a run or a method first needs them.
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
    lines: &'static [Line],
    len: usize,
    source: Source,
    #[cfg_attr(not(feature = "rayon"), expect(dead_code, reason = "only `Rayon` remembers graphs"))]
    memory: Mutable<Memory>,
}

/// Where a table stores its columns.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it stands in a static, where a box cannot be")]
enum Source {
    /// All lines are tasks, and the columns are constants.
    Plain(View),
    /// The columns are computed at the first use.
    Lazy(Lazy),
}

/// Figures of a whole graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    /// Whether no task depends on itself, directly or indirectly. Otherwise the fields from `depth` on are not
    /// computed.
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
    /// The number of tasks on the critical path.
    pub(crate) critical_path_len: u32,
    /// Whether the serial order is the order of the tasks' numbers.
    pub(crate) in_order: bool,
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
        in_order: false,
    };
}

impl Table {
    /// The table of a graph with these rows, from which `data` was computed.
    #[doc(hidden)]
    #[must_use]
    pub const fn new<const NODES: usize, const EDGES: usize, const WORDS: usize>(
        graph: &'static str,
        description: &'static str,
        rows: &'static Rows<NODES, EDGES>,
        data: &'static Data<NODES, WORDS>,
        memory: &'static Memory,
    ) -> Self {
        let view = View {
            lines: TaskLines::plain(&rows.nodes),
            len: NODES as u32,
            columns: Columns::split(&data.words, NODES, EDGES),
            bottom_levels: &data.bottom_levels,
            totals: data.totals,
        };
        Table {
            graph,
            description,
            lines: &rows.nodes,
            len: NODES,
            source: Source::Plain(view),
            memory: Mutable::new(memory),
        }
    }

    /// The table of a graph with these rows, which has families or conditional uses. `expand` reports the edges of its
    /// members; the columns computed from them are kept in `built`.
    #[doc(hidden)]
    #[must_use]
    pub const fn lazy<const NODES: usize, const EDGES: usize>(
        graph: &'static str,
        description: &'static str,
        rows: &'static Rows<NODES, EDGES>,
        built: &'static Built,
        memory: &'static Memory,
        expand: fn(&mut Expand<'_>),
    ) -> Self {
        let lazy = Lazy { nodes: &rows.nodes, rows: &rows.edges, expand, built: Mutable::new(built) };
        Table {
            graph,
            description,
            lines: &rows.nodes,
            len: rows.task_count(),
            source: Source::Lazy(lazy),
            memory: Mutable::new(memory),
        }
    }

    /// What executors remember of the graph.
    #[cfg(feature = "rayon")]
    pub(crate) fn memory(&self) -> &'static Memory {
        self.memory.get()
    }

    /// The name of the graph.
    #[must_use]
    pub const fn graph(&self) -> &'static str {
        self.graph
    }

    /// The doc comment of the graph. Empty if there is none.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// The number of tasks.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the graph has no tasks.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All tasks, in the order of the graph's list, with the members of a family in row-major order of their indices.
    pub fn tasks(&'static self) -> impl ExactSizeIterator<Item = TaskRef> + DoubleEndedIterator + Clone {
        (0..self.len as u32).map(move |index| TaskRef::new(self, index))
    }

    /// The task at a position among [all](Self::tasks), from 0.
    #[must_use]
    pub fn task(&'static self, index: usize) -> Option<TaskRef> {
        (index < self.len).then(|| TaskRef::new(self, index as u32))
    }

    /// The task with this name, as it is displayed: `load`, or `cell[3, 7]` for a member of a family. If several have
    /// the name, the first one.
    #[must_use]
    pub fn find(&'static self, name: &str) -> Option<TaskRef> {
        self.lines.iter().find_map(|line| self.find_in(line, name))
    }

    /// The task with this name in one line.
    pub(crate) fn find_in(&'static self, line: &'static Line, name: &str) -> Option<TaskRef> {
        if line.shape.is_none() {
            return (line.name == name).then(|| TaskRef::new(self, line.first));
        }
        let indices = name.strip_prefix(line.name)?.strip_prefix('[')?.strip_suffix(']')?;
        let mut all = [0; MAX_INDICES];
        let mut len = 0;
        for index in indices.split(", ") {
            *all.get_mut(len)? = index.parse().ok()?;
            len += 1;
        }
        Family::new(self, line).member(&all[..len]).filter(|task| task.name() == *name)
    }

    /// The families, in the order of the graph's list.
    pub fn families(&'static self) -> impl DoubleEndedIterator<Item = Family> + Clone {
        let families = self.lines.iter().filter(|line| line.shape.is_some());
        families.map(move |line| Family::new(self, line))
    }

    /// All tasks, each after its dependencies: depth-first in the order of the graph's list.
    /// [`Serial`](struct@crate::Serial) runs them in this order.
    pub fn order(&'static self) -> Tasks {
        Tasks::new(self, self.view().columns.order)
    }

    /// The number of levels: the number of tasks on the longest chain of dependencies.
    #[must_use]
    pub fn depth(&'static self) -> usize {
        self.view().totals.depth as usize
    }

    /// The sum of all costs.
    #[must_use]
    pub fn work(&'static self) -> u64 {
        self.view().totals.work
    }

    /// The most costly chain of dependencies, from a task without dependencies to one without dependents. If there are
    /// several, the one through the tasks listed first.
    pub fn critical_path(&'static self) -> Tasks {
        Tasks::new(self, &self.view().columns.critical_path[..self.view().totals.critical_path_len as usize])
    }

    /// The cost of the critical path: a lower bound for the time of a run with any number of workers.
    #[must_use]
    pub fn critical_path_length(&'static self) -> u64 {
        self.view().totals.critical_path_length
    }

    /// Work divided by the length of the critical path: an upper bound for the speed-up over a serial run. 0 if no task
    /// has a cost.
    #[must_use]
    pub fn average_parallelism(&'static self) -> f64 {
        match self.view().totals.critical_path_length {
            0 => 0.0,
            length => self.view().totals.work as f64 / length as f64,
        }
    }

    /// The columns for executors.
    #[inline]
    pub(crate) fn view(&'static self) -> &'static View {
        match &self.source {
            Source::Plain(view) => view,
            Source::Lazy(lazy) => lazy.view(),
        }
    }

    /// Whether the serial order is the order of the tasks' numbers; `None` if it is not computed yet.
    pub(crate) const fn is_in_order(&self) -> Option<bool> {
        match &self.source {
            Source::Plain(view) => Some(view.is_in_order()),
            Source::Lazy(_) => None,
        }
    }

    /// The line of a task and its position there. This does not need the columns.
    pub(crate) fn place(&self, task: u32) -> Place {
        let line = &self.lines[locate(self.lines, task) as usize];
        Place { line, position: task - line.first }
    }

    /// The lines of the graph: tasks and families.
    #[inline]
    pub(crate) const fn lines(&self) -> &'static [Line] {
        self.lines
    }
}
