//! Where a table stores its columns, and what expansions and executors do with them.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr;

use crate::table::columns::Columns;
use crate::table::in_place::{InPlaceTable, TellUsers};
use crate::table::lazy::Lazy;
use crate::table::mutable::Mutable;
use crate::table::native::{HeapColumns, Recorded};
use crate::table::owned::{OwnedLines, OwnedSource};
use crate::table::told::ToldUses;
use crate::table::view::{BottomLevels, Depths, TaskLines, View, locate};
use crate::table::{
    Built, Data, Expand, GivenSizes, InPlaceUses, Limits, Line, Memory, Place, RawEdge, Rows, Table,
};

/// Where a table stores its columns.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it stands in a static, where a box cannot be")]
pub(super) enum Source {
    /// All lines are tasks, and the columns are constants.
    Plain(
        View,
        #[cfg_attr(not(feature = "mpi"), expect(dead_code, reason = "only ranks ask which uses are moves"))]
        &'static [RawEdge],
    ),
    /// The columns are computed at the first use.
    Lazy(Lazy),
    /// The table was made while the program runs.
    Owned(Box<OwnedSource>),
}

/// Where a table keeps what executors remember of the graph.
#[derive(Debug)]
pub(super) enum MemorySource {
    Static(Mutable<Memory>),
    Owned(Box<Memory>),
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
        let (columns, depths) = Columns::split(&data.words, NODES, EDGES);
        let (depths, bottom_levels) = (Depths::Column(depths), BottomLevels::Long(&data.bottom_levels));
        let view =
            View::new(TaskLines::plain(&rows.nodes), NODES, columns, depths, bottom_levels, data.totals);
        Table {
            graph,
            description,
            len: NODES,
            source: Source::Plain(view, &rows.edges),
            limits: None,
            sizes: None,
            in_place: None,
            memory: MemorySource::Static(Mutable::new(memory)),
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
        let built = Mutable::new(built);
        let lazy = Lazy { nodes: &rows.nodes, rows: &rows.edges, expand, built, in_place: None };
        Table {
            graph,
            description,
            len: rows.task_count(),
            source: Source::Lazy(lazy),
            limits: None,
            sizes: None,
            in_place: None,
            memory: MemorySource::Static(Mutable::new(memory)),
        }
    }

    /// What a graph with sizes and with these rows has in the place of a constant table: its lines.
    #[doc(hidden)]
    #[must_use]
    pub const fn lines_alone<const NODES: usize, const EDGES: usize>(
        graph: &'static str,
        description: &'static str,
        rows: &'static Rows<NODES, EDGES>,
        built: &'static Built,
        memory: &'static Memory,
    ) -> Self {
        const fn no_members(_: &mut Expand<'_>) {}
        Table::lazy(graph, description, rows, built, memory, no_members)
    }

    /// The table of a graph with these lines and these edges between tasks, which are grouped by task. It owns all that
    /// belongs to it.
    ///
    /// # Panics
    ///
    /// Panics if there are more tasks than an `i32` can count, or more edges than a `u32`.
    #[doc(hidden)]
    #[must_use]
    pub fn from_lines(
        graph: &'static str,
        description: &'static str,
        lines: Vec<Line<'static>>,
        edges: &[RawEdge],
    ) -> Self {
        let lines = OwnedLines::new(lines, Vec::new()).expect("a graph has at most 2147483647 tasks");
        let columns = HeapColumns::new(lines.as_slice(), Recorded::copied(lines.as_slice(), edges));
        let between_lines = |edge: &RawEdge| {
            let [node, to] = [edge.node, edge.to].map(|task| locate(lines.as_slice(), task));
            RawEdge { node, to, ..*edge }
        };
        let moves = edges.iter().filter(|edge| edge.is_move()).map(between_lines).collect();
        Table::owned(graph, description, OwnedSource::new(lines, columns, moves, None))
    }

    /// A table that owns its lines and columns.
    pub(super) fn owned(graph: &'static str, description: &'static str, source: Box<OwnedSource>) -> Self {
        let len = source.view().len();
        Table {
            graph,
            description,
            len,
            source: Source::Owned(source),
            limits: None,
            sizes: None,
            in_place: None,
            memory: MemorySource::Owned(Box::default()),
        }
    }

    /// The same, with inputs that tasks change in place.
    #[doc(hidden)]
    #[must_use]
    pub const fn in_place(mut self, uses: &'static InPlaceUses, tell: TellUsers) -> Self {
        let in_place = Some(InPlaceTable::new(uses, tell));
        if let Source::Lazy(lazy) = &mut self.source {
            lazy.in_place = in_place;
        }
        self.in_place = in_place;
        self
    }

    /// The same, of a graph with limits.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_limits(mut self, limits: &'static Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// The limits of the graph, if it has any.
    #[inline]
    pub(crate) const fn limits(&self) -> Option<&'static Limits> {
        self.limits
    }

    /// The same, made for these sizes.
    pub(super) fn made_for(self, sizes: GivenSizes, in_place: Option<InPlaceTable>) -> Self {
        Table { sizes: Some(sizes), in_place, ..self }
    }

    /// The sizes that it was made for, if the graph has any.
    #[cfg(feature = "mpi")]
    pub(crate) fn sizes(&self) -> Option<&GivenSizes> {
        self.sizes.as_ref()
    }

    /// The inputs that tasks change in place, and for each of them a byte for each task, which is not 0 if it uses the
    /// input; `None` if there are no such inputs.
    #[cfg(feature = "mpi")]
    pub(crate) fn in_place_users(&self) -> Option<(&'static [&'static str], Vec<u8>)> {
        let in_place = self.in_place?;
        let sizes = self.sizes.as_ref().map_or_else(Vec::new, GivenSizes::values);
        let users =
            in_place.users(self.lines(), &sizes).expect("a table has conditions that can be calculated");
        Some((in_place.uses().inputs, users))
    }

    /// Whether this is the same table, and not only alike.
    pub(crate) fn is(&self, other: &Table) -> bool {
        ptr::eq(self.memory(), other.memory())
    }

    /// What executors remember of the graph.
    #[inline]
    pub(crate) fn memory(&self) -> &Memory {
        match &self.memory {
            MemorySource::Static(memory) => memory.get(),
            MemorySource::Owned(memory) => memory,
        }
    }

    /// The columns for executors.
    #[inline]
    pub(crate) fn view(&self) -> &View {
        match &self.source {
            Source::Plain(view, _) => view,
            Source::Lazy(lazy) => lazy.view(),
            Source::Owned(owned) => owned.view(),
        }
    }

    /// What the uses of all tasks choose, if some call functions.
    pub(super) fn told(&self) -> Option<&ToldUses> {
        match &self.source {
            Source::Owned(owned) => owned.told(),
            Source::Lazy(lazy) => lazy.built.get().told(),
            Source::Plain(..) => None,
        }
    }

    /// The lines of which tasks take outputs by value, each with the line of these.
    #[cfg(feature = "mpi")]
    pub(crate) fn moves(&self) -> Vec<(u32, u32)> {
        let rows = match &self.source {
            Source::Plain(_, rows) => rows,
            Source::Lazy(lazy) => lazy.rows,
            Source::Owned(owned) => owned.moves(),
        };
        rows.iter().filter(|row| row.is_move()).map(|row| (row.node, row.to)).collect()
    }

    /// Whether the serial order is the order of the tasks' numbers; `None` if it is not computed yet.
    pub(crate) const fn is_in_order(&self) -> Option<bool> {
        match &self.source {
            Source::Plain(view, _) => Some(view.is_in_order()),
            Source::Lazy(_) => None,
            Source::Owned(owned) => Some(owned.view().is_in_order()),
        }
    }

    /// The line of a task and its position there. This does not need the columns.
    pub(crate) fn place(&self, task: u32) -> Place<'_> {
        let lines = self.lines();
        let line = &lines[locate(lines, task) as usize];
        Place { line, position: task - line.first }
    }

    /// The lines of the graph: tasks and families.
    #[inline]
    pub(crate) const fn lines(&self) -> &[Line<'_>] {
        match &self.source {
            Source::Plain(view, _) => view.lines(),
            Source::Lazy(lazy) => lazy.nodes,
            Source::Owned(owned) => owned.view().lines(),
        }
    }
}
