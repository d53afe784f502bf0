//! What is wrong with a graph, as far as only its edges can tell.
//!
//! Nothing is searched for that the making of the table has not shown to be there: see the flags in
//! [`Totals`].

mod cycles;
mod moves;
mod search;
mod text;
mod upstream;

use crate::table::columns::Lists;
use crate::table::walk::NO_SITE;
use crate::table::{Data, Node, RawEdge, Rows, Totals};

pub use text::Text;

/// How many problems of one graph are reported.
const MAX: usize = 16;

/// How many words of scratch space [`Problems::search`] needs for each node, and how many masks.
pub(crate) const SCRATCH: usize = 1 + search::SCRATCH;
pub(crate) const MASKS: usize = 2;

/// The problems of a graph; none in a good one.
#[derive(Debug)]
pub struct Problems {
    nodes: &'static [Node],
    edges: &'static [RawEdge],
    found: [Problem; MAX],
    len: usize,
}

/// Something wrong, and where to say so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem {
    pub(crate) node: u32,
    pub(crate) site: u32,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// The edge is part of a dependency cycle.
    Cycle(cycles::Cycle),
    /// The node moves the output of `from`, which others need.
    Move { from: u32 },
    /// The node reads the output of `from`, which is not upstream.
    NotUpstream { from: u32 },
}

impl Problems {
    /// Looks for the problems of the graph with these rows, of which `data` was computed.
    #[must_use]
    pub const fn find<const NODES: usize, const EDGES: usize, const WORDS: usize>(
        rows: &'static Rows<NODES, EDGES>,
        data: &Data<NODES, WORDS>,
    ) -> Self {
        let lists = Lists::split(&data.words, NODES, EDGES);
        let mut scratch = [[0; NODES]; SCRATCH];
        let mut masks = [[0; NODES]; MASKS];
        Problems::search(
            (&rows.nodes, &rows.edges),
            &lists,
            &data.totals,
            scratch.as_flattened_mut(),
            masks.as_flattened_mut(),
        )
    }

    /// Looks for the problems of a graph. The scratch space and the masks hold zeros.
    pub(crate) const fn search(
        (nodes, edges): (&'static [Node], &'static [RawEdge]),
        lists: &Lists<'_>,
        totals: &Totals,
        scratch: &mut [u32],
        masks: &mut [u128],
    ) -> Self {
        let nothing = Problem { node: 0, site: NO_SITE, kind: Kind::Move { from: 0 } };
        let mut problems = Problems { nodes, edges, found: [nothing; MAX], len: 0 };
        let (first, rest) = scratch.split_at_mut(nodes.len());
        if !totals.acyclic {
            cycles::find(lists.dependencies, rest, &mut problems);
        }
        if totals.moves {
            moves::find(first, &mut problems);
        }
        if totals.indirect && totals.acyclic {
            let (bits, upstream) = masks.split_at_mut(nodes.len());
            upstream::find(lists, bits, upstream, &mut problems);
        }
        problems
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What is to be said about the `k`-th problem.
    ///
    /// # Panics
    ///
    /// Panics where there is no such problem.
    #[must_use]
    pub const fn message(&self, k: usize) -> Text {
        let problem = self.problem(k);
        match problem.kind {
            Kind::Cycle(cycle) => cycle.message(self.nodes),
            Kind::Move { from } => moves::message(self.nodes, self.edges, problem.node, from),
            Kind::NotUpstream { from } => upstream::message(self.nodes, problem.node, from),
        }
    }

    pub(crate) const fn problem(&self, k: usize) -> Problem {
        assert!(k < self.len, "a problem that there is");
        self.found[k]
    }

    const fn is_full(&self) -> bool {
        self.len == MAX
    }

    /// Records a problem, where there is room.
    const fn push(&mut self, problem: Problem) {
        if !self.is_full() {
            self.found[self.len] = problem;
            self.len += 1;
        }
    }
}
