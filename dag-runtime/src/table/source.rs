//! Where a table stores its columns, and what expansions and executors do with them.

use crate::table::columns::Columns;
use crate::table::lazy::Lazy;
use crate::table::mutable::Mutable;
use crate::table::view::{TaskLines, View, locate};
use crate::table::{Built, Data, Expand, Line, Memory, Place, Rows, Table};

/// Where a table stores its columns.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it stands in a static, where a box cannot be")]
pub(super) enum Source {
    /// All lines are tasks, and the columns are constants.
    Plain(View),
    /// The columns are computed at the first use.
    Lazy(Lazy),
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
