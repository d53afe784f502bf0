//! Tables of graphs with families, whose columns are computed at the first use.
//!
//! At compile time such a graph is only proven correct. The columns that a run needs are computed natively, once, and
//! kept until the program ends.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use crate::table::build::{SCRATCH, build};
use crate::table::columns::{Columns, ColumnsMut, words};
use crate::table::expand::Expand;
use crate::table::mutable::Mutable;
use crate::table::view::TaskLines;
use crate::table::{Line, RawEdge, Totals, View};

/// The columns of a lazy table, for a static.
#[derive(Debug, Default)]
pub struct Built {
    columns: OnceBox<HeapColumns>,
    view: OnceBox<View>,
}

impl Built {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Built { columns: OnceBox::new(), view: OnceBox::new() }
    }

    /// The view, if it was computed.
    pub(super) fn made(&self) -> Option<&View> {
        self.view.get()
    }
}

/// A function that reports the members of a graph and their edges.
pub(super) type ExpandFn = fn(&mut Expand<'_>);

/// What the view of a graph is computed from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lazy {
    pub(super) nodes: &'static [Line<'static>],
    pub(super) rows: &'static [RawEdge],
    pub(super) expand: ExpandFn,
    pub(super) built: Mutable<Built>,
}

impl Lazy {
    pub(super) fn view(&self) -> &View {
        match self.built.get().view.get() {
            Some(view) => view,
            None => self.make(),
        }
    }

    #[cold]
    fn make(&self) -> &View {
        let built = self.built.get();
        let columns = built.columns.get_or_init(|| Box::new(self.columns()));
        built.view.get_or_init(|| Box::new(columns.view(self.nodes)))
    }

    fn columns(&self) -> HeapColumns {
        let mut count = Expand::new(self.nodes, self.rows, true, &mut [], None);
        (self.expand)(&mut count);
        let mut edges = vec![RawEdge::EMPTY; count.edge_count()];
        let mut record = Expand::new(self.nodes, self.rows, false, &mut edges, None);
        (self.expand)(&mut record);
        let len = record.edge_count();
        HeapColumns::new(self.nodes, &edges[..len])
    }
}

/// The columns of a table, on the heap.
#[derive(Debug)]
pub(super) struct HeapColumns {
    words: Vec<u32>,
    bottom_levels: Vec<u64>,
    /// The line of each task.
    lines: Vec<u32>,
    edges: usize,
    totals: Totals,
}

impl HeapColumns {
    /// The columns of a graph with these lines and these edges between tasks, which are grouped by task.
    ///
    /// # Panics
    ///
    /// Panics if there are more edges than a `u32` can count.
    pub(super) fn new(nodes: &[Line<'_>], edges: &[RawEdge]) -> Self {
        assert!(u32::try_from(edges.len()).is_ok(), "a graph has at most 4294967295 dependencies");
        let len = nodes.iter().map(Line::len).sum();
        let mut lines = Vec::with_capacity(len);
        for (line, node) in nodes.iter().enumerate() {
            lines.resize(lines.len() + node.len(), line as u32);
        }
        let mut data = vec![0; words(len, edges.len())];
        let mut bottom_levels = vec![0; len];
        let mut scratch = vec![0; SCRATCH * len];
        let mut columns = ColumnsMut::split(&mut data, len, edges.len());
        let totals =
            build(TaskLines::new(nodes, &lines), edges, &mut columns, &mut bottom_levels, &mut scratch);
        HeapColumns { words: data, bottom_levels, lines, edges: edges.len(), totals }
    }

    pub(super) fn view(&'static self, nodes: &'static [Line<'static>]) -> View {
        View::new(
            TaskLines::new(nodes, &self.lines),
            Columns::split(&self.words, self.lines.len(), self.edges),
            &self.bottom_levels,
            self.totals,
        )
    }
}
