//! Tables of graphs with families, whose columns are computed at the first use.
//!
//! At compile time such a graph is only proven correct. The columns that a run needs are computed natively, once, and
//! kept until the program ends.

use alloc::boxed::Box;

use once_cell::race::OnceBox;

use crate::table::expand::Expand;
use crate::table::in_place::InPlaceTable;
use crate::table::mutable::Mutable;
use crate::table::native::{HeapColumns, Recorded, SharedMoves, TOO_MANY_EDGES, record};
use crate::table::told::{NOT_THE_SAME, ToldUses};
use crate::table::{Line, RawEdge, View};

/// The columns of a lazy table, for a static.
#[derive(Debug, Default)]
pub struct Built {
    made: OnceBox<Made>,
    view: OnceBox<View>,
    /// Whether uses call functions, so that what they choose is kept.
    tells: bool,
}

/// The columns, with what the uses of all tasks choose, if that is kept.
#[derive(Debug)]
struct Made {
    columns: HeapColumns,
    told: Option<ToldUses>,
}

impl Built {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Built { made: OnceBox::new(), view: OnceBox::new(), tells: false }
    }

    /// Nothing yet, of a graph in which uses call functions.
    #[must_use]
    pub const fn telling() -> Self {
        Built { made: OnceBox::new(), view: OnceBox::new(), tells: true }
    }

    /// What the uses of all tasks choose, if some call functions.
    pub(super) fn told(&self) -> Option<&ToldUses> {
        self.made.get().and_then(|made| made.told.as_ref())
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
    /// The inputs that tasks change in place, if there are any.
    pub(super) in_place: Option<InPlaceTable>,
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
        let made =
            built.made.get_or_init(|| Box::new(if built.tells { self.telling() } else { self.columns() }));
        built.view.get_or_init(|| Box::new(made.columns.view(self.nodes)))
    }

    /// As [`columns`](Self::columns), with what the uses of all tasks choose. One pass tells both.
    ///
    /// # Panics
    ///
    /// Panics if the graph is not as it was proven to be.
    fn telling(&self) -> Made {
        let (edges, _) = record(self.nodes, self.rows, &self.expand);
        let told = Some(ToldUses::new(&edges));
        let edges = Recorded::copied(self.nodes, &edges);
        let moves = SharedMoves::of(self.nodes, &edges);
        let columns = HeapColumns::new(self.nodes, edges);
        let is_right = columns.is_acyclic() && moves.are_ordered(&columns) && self.is_ordered(&columns);
        assert!(is_right, "{}", NOT_THE_SAME);
        Made { columns, told }
    }

    /// Whether all uses of inputs in place are ordered.
    fn is_ordered(&self, columns: &HeapColumns) -> bool {
        let Some(in_place) = &self.in_place else { return true };
        let users = in_place.users(self.nodes, &[]);
        users.is_ok_and(|users| columns.first_in_place(self.nodes, in_place.uses(), &users).is_none())
    }

    fn columns(&self) -> Made {
        let (edges, _) = Recorded::expanded(self.nodes, self.rows, &self.expand).expect(TOO_MANY_EDGES);
        Made { columns: HeapColumns::new(self.nodes, edges), told: None }
    }
}
