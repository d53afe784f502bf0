//! The dependency table of a graph. What an expansion writes for it is in `README.md` beside this file.

mod ancestors;
mod build;
pub mod checked;
mod columns;
mod compact;
mod cursor;
mod data;
mod delta;
mod edges;
mod expand;
mod expansion_result;
mod family;
mod forms;
mod in_place;
mod info;
mod integer;
#[cfg(feature = "store")]
mod kept;
mod late_depths;
mod lazy;
#[cfg(test)]
mod leak;
mod limits;
mod line;
mod line_graph;
mod line_moves;
mod memory;
mod move_check;
#[allow(unsafe_code)]
mod mutable;
mod name;
mod native;
mod nest;
mod order;
#[allow(unsafe_code)]
mod owned;
mod plan;
mod priority;
mod problems;
mod proof;
mod reads;
mod rows;
mod scan;
mod shape;
mod shared;
mod site;
mod sized;
mod sized_uses;
#[allow(unsafe_code)]
mod slices;
mod source;
mod stored;
mod symbolic;
mod task_ref;
#[cfg(test)]
mod tests;
mod told;
mod totals;
mod view;
mod ways;

use in_place::InPlaceTable;
use source::{MemorySource, Source};

pub(crate) use columns::Adjacency;
pub use limits::{Limit, Limits, Units, assert_limit, assert_units};
pub(crate) use limits::{limit_fault, units_fault};
pub use line::{Line, MemberLayout};
pub(crate) use line::{Place, Release};
#[cfg(feature = "std")]
pub(crate) use native::sort_by_rank;
pub(crate) use priority::MANY_READERS;
#[cfg(feature = "std")]
pub(crate) use view::Urgency;
pub(crate) use view::{View, locate};

pub use columns::words;
pub use cursor::{Indices, Spans};
pub use data::Data;
pub use delta::Delta;
pub use edges::{Edge, Use, as_option};
pub use expand::{Expand, Expanded};
pub use family::Family;
pub use in_place::{InPlaceUse, InPlaceUses, Users};
pub use info::Info;
#[cfg(feature = "store")]
pub use kept::check_kept;
pub use lazy::Built;
pub use memory::Memory;
pub use move_check::MoveCheck;
pub use name::Name;
pub use nest::{IndexRanges, at, behind, between, indices, range};
pub use plan::{BUILD, Check, Checked, Tabled, data_of, problems_of, rows_of, table_of};
pub use problems::{Problems, Text};
pub use proof::Proof;
pub use reads::{assert_edges, only, read};
pub use rows::{RawEdge, RowWriter, Rows};
pub use shape::{Dim, MAX_INDICES, Member, Shape, Span, inside};
pub use shared::SharedTable;
#[cfg(feature = "std")]
pub(crate) use shared::{TableId, WeakTable};
#[cfg(test)]
pub(crate) use site::MOVE_SITE;
pub use site::{Fault, In, LINE_SITE, ListedBy, Marked, NO_SITE, Phase, site};
pub(crate) use sized::GivenSizes;
pub use sized::{KeptTables, Proven, RangeWriter, Sizes, Template};
pub use stored::{ListRelease, Stored};
pub use symbolic::{Code, Condition, Op, Ranges, Relation, UseForm};
pub use task_ref::{TaskRef, Tasks};
pub use told::{assert_told, assert_told_all};
pub(crate) use totals::Totals;

/// The dependency table of a graph: `Stats::TABLE` of a graph `Stats`.
///
/// The table is computed at compile time and proven acyclic. Reading it allocates nothing, except that the columns of a
/// graph with families are computed when a run or a method first needs them. What its methods return borrows it; a
/// [`SharedTable`] keeps it.
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
    len: usize,
    source: Source,
    limits: Option<&'static Limits>,
    /// The sizes that it was made for, if the graph has any.
    #[cfg_attr(not(feature = "mpi"), expect(dead_code, reason = "only ranks compare them"))]
    sizes: Option<GivenSizes>,
    /// The inputs that tasks change in place, if there are any.
    in_place: Option<InPlaceTable>,
    memory: MemorySource,
}

impl Table {
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
    #[must_use]
    pub fn tasks(&self) -> impl ExactSizeIterator<Item = TaskRef<'_>> + DoubleEndedIterator + Clone {
        (0..self.len as u32).map(move |index| TaskRef::new(self, index))
    }

    /// The task at a position among [all](Self::tasks), from 0.
    #[must_use]
    pub fn task(&self, index: usize) -> Option<TaskRef<'_>> {
        (index < self.len).then(|| TaskRef::new(self, index as u32))
    }

    /// The task with this name, as it is displayed: `load`, or `cell[3, 7]` for a member of a family. If several have
    /// the name, the first one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<TaskRef<'_>> {
        self.lines().iter().find_map(|line| self.find_in(line, name))
    }

    /// The task with this name in one line.
    pub(crate) fn find_in<'table>(
        &'table self,
        line: &'table Line<'table>,
        name: &str,
    ) -> Option<TaskRef<'table>> {
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
    #[must_use]
    pub fn families(&self) -> impl DoubleEndedIterator<Item = Family<'_>> + Clone {
        let families = self.lines().iter().filter(|line| line.shape.is_some());
        families.map(move |line| Family::new(self, line))
    }

    /// All tasks, each after its dependencies: depth-first in the order of the graph's list.
    /// [`Serial`](struct@crate::Serial) runs them in this order.
    pub fn order(&self) -> Tasks<'_> {
        Tasks::new(self, self.view().columns().order)
    }

    /// The number of levels: the number of tasks on the longest chain of dependencies.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.view().depth() as usize
    }

    /// The sum of all costs.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.view().totals().work
    }

    /// The most costly chain of dependencies, from a task without dependencies to one without dependents. If there are
    /// several, the one through the tasks listed first.
    pub fn critical_path(&self) -> Tasks<'_> {
        let len = self.view().totals().critical_path_len as usize;
        Tasks::new(self, &self.view().columns().critical_path[..len])
    }

    /// The cost of the critical path: a lower bound for the time of a run with any number of workers.
    #[must_use]
    pub fn critical_path_length(&self) -> u64 {
        self.view().totals().critical_path_length
    }

    /// Work divided by the length of the critical path: an upper bound for the speed-up over a serial run. 0 if no task
    /// has a cost.
    #[must_use]
    pub fn average_parallelism(&self) -> f64 {
        match self.view().totals().critical_path_length {
            0 => 0.0,
            length => self.view().totals().work as f64 / length as f64,
        }
    }
}
