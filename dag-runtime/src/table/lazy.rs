//! Tables of graphs with families, whose columns are computed at the first use.
//!
//! At compile time such a graph is only proven correct. The columns that a run needs are computed natively, once, and
//! kept until the program ends.

use alloc::boxed::Box;

use once_cell::race::OnceBox;

use crate::table::expand::Expand;
use crate::table::mutable::Mutable;
use crate::table::native::{HeapColumns, Recorded, TOO_MANY_EDGES};
use crate::table::{Line, RawEdge, View};

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
        let (edges, _) = Recorded::expanded(self.nodes, self.rows, &self.expand).expect(TOO_MANY_EDGES);
        HeapColumns::new(self.nodes, edges)
    }
}
