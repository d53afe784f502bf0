//! Mistakes in a graph that only its edges show.
//!
//! A problem is only searched for if the flags in [`Totals`] show that there is one. Edges are between lines if these
//! are sufficient, and otherwise between tasks, with members counted.

mod cycles;
pub(in crate::table) mod in_place;
pub(in crate::table) mod moves;
mod options;
mod out_of_range;
mod search;
mod text;
mod unproven;
mod upstream;

use alloc::vec;

use crate::table::ancestors::{self, Ancestors};
use crate::table::columns::Columns;
use crate::table::expand::Expanded;
use crate::table::expansion_result::OutOfRange;
use crate::table::order::{self, TopologicalOrder};
use crate::table::site::NO_SITE;
use crate::table::slices::{copy, flatten};
use crate::table::{Data, Line, Proof, RawEdge, Rows, Totals, locate};

use moves::Conflict;
pub use text::Text;

/// The most problems of one graph that are reported.
const MAX: usize = 16;

/// Words and masks of scratch space that [`Problems::search`] needs for each task.
pub(crate) const SCRATCH: usize = 2 + search::SCRATCH + ancestors::SCRATCH;
pub(crate) const MASKS: usize = 2;

/// The problems of a graph; empty if it is correct.
#[derive(Debug)]
pub struct Problems<'t> {
    /// The lines.
    nodes: &'t [Line<'t>],
    edges: &'t [RawEdge],
    /// Whether edges are between tasks instead of lines.
    members: bool,
    found: [Problem; MAX],
    len: usize,
}

/// A problem and its site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem {
    /// The line.
    pub(crate) node: u32,
    pub(crate) site: u32,
    /// The task; the line again if edges are between lines.
    pub(crate) task: u32,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// The edge is part of a dependency cycle.
    Cycle(cycles::Cycle),
    /// The task moves the output of `from`, which others need.
    Move { from: u32, conflict: Conflict },
    /// The task moves the output of `from`, and runs more than once.
    Repeat { from: u32 },
    /// The task reads the output of `from`, which is not upstream.
    NotUpstream { from: u32 },
    /// The task takes the output of the line `from` as an `Option` although it is not one, or the other way round.
    Option { from: u32 },
    /// The use stands in the way of the proof that a sized graph is acyclic.
    Unproven(unproven::Unproven),
    /// The task uses a member that does not exist.
    OutOfRange(OutOfRange),
    /// The task uses an input in place, and another one does that nothing orders with it.
    Unordered(in_place::Unordered),
    /// The task runs once for each element, and changes an input.
    ChangedByElements { input: &'static str },
}

impl<'t> Problems<'t> {
    /// Searches for problems of the graph with these rows, from which `data` was computed.
    #[must_use]
    pub const fn find<const NODES: usize, const EDGES: usize, const WORDS: usize>(
        rows: &'t Rows<NODES, EDGES>,
        data: &Data<NODES, WORDS>,
    ) -> Self {
        let (columns, depths) = Columns::split(&data.words, NODES, EDGES);
        let mut scratch = [[0; NODES]; SCRATCH];
        let mut masks = [[0; NODES]; MASKS];
        let mut problems = Problems::none(&rows.nodes, &rows.edges, false);
        options::find(&mut problems);
        let order = TopologicalOrder { dependencies: columns.dependencies, order: columns.order, depths };
        let (scratch, masks) = (flatten(&mut scratch), flatten(&mut masks));
        problems.search(&order, &data.totals, scratch, &mut [0; EDGES], masks);
        problems
    }

    /// Searches for problems of the graph with these rows, which has families or conditional uses. If the lines do not
    /// suffice, the edges of members are used.
    #[must_use]
    pub const fn find_members<
        const NODES: usize,
        const ROWS: usize,
        const TASKS: usize,
        const EDGES: usize,
    >(
        rows: &'t Rows<NODES, ROWS>,
        proof: &Proof,
        expanded: &'t Expanded<TASKS, EDGES>,
    ) -> Self {
        let mut problems;
        if proof.needs_edges() {
            problems = Problems::none(&rows.nodes, expanded.edges(), true);
            problems.push_out_of_range(expanded.found.out_of_range());
            options::find(&mut problems);
            problems.judge::<TASKS, EDGES>(proof);
        } else {
            problems = Problems::none(&rows.nodes, &rows.edges, false);
            problems.push_out_of_range(expanded.found.out_of_range());
            options::find(&mut problems);
            problems.judge::<NODES, ROWS>(proof);
        }
        problems
    }

    /// The first problem of a graph with these lines and these edges between tasks, natively.
    pub(in crate::table) fn first_of_members(nodes: &'t [Line<'t>], edges: &'t [RawEdge]) -> Option<Text> {
        let tasks = nodes.iter().map(Line::len).sum();
        let mut words = vec![0; order::TASK_WORDS * tasks];
        let mut edge_words = vec![0; order::EDGE_WORDS * edges.len()];
        let (order, totals) = TopologicalOrder::new(edges, tasks, &mut words, &mut edge_words);
        let mut problems = Problems::none(nodes, edges, true);
        let (mut scratch, mut masks) = (vec![0; SCRATCH * tasks], vec![0; MASKS * tasks]);
        problems.search(&order, &totals, &mut scratch, &mut vec![0; edges.len()], &mut masks);
        (!problems.is_empty()).then(|| problems.message(0))
    }

    /// Searches for problems of this many tasks or lines and this many edges.
    const fn judge<const NODES: usize, const EDGES: usize>(&mut self, proof: &Proof) {
        if proof.acyclic && !proof.indirect {
            let mut uses = [0; NODES];
            if proof.moved_once || !moves::find(&mut uses, self) {
                return;
            }
            if self.members && self.is_empty() {
                let (mut heads, mut links) = ([0; NODES], [0; EDGES]);
                let edges = self.edges;
                if moves::are_direct(edges, &uses, &mut heads, &mut links) {
                    return;
                }
            }
        }
        if NODES > 0 {
            let mut scratch = [[0; NODES]; SCRATCH];
            let mut words = [[0; NODES]; order::TASK_WORDS];
            let mut edge_words = [[0; EDGES]; order::EDGE_WORDS];
            let mut masks = [[0; NODES]; MASKS];
            let mut edges = [RawEdge::EMPTY; EDGES];
            let edges = edges.split_at_mut(self.edges.len()).0;
            copy(self.edges, edges);
            let (words, edge_words) = (flatten(&mut words), flatten(&mut edge_words));
            let (order, mut totals) = TopologicalOrder::new(self.sure(edges), NODES, words, edge_words);
            totals.moves &= self.members || proof.moves;
            let (scratch, masks) = (flatten(&mut scratch), flatten(&mut masks));
            self.search(&order, &totals, scratch, &mut [0; EDGES], masks);
        }
    }

    /// Marks the edges that may not make tasks depend on each other as indirect. Edges between tasks are all certain.
    pub(super) const fn sure<'a>(&self, edges: &'a mut [RawEdge]) -> &'a [RawEdge] {
        let mut i = if self.members { edges.len() } else { 0 };
        while i < edges.len() {
            let RawEdge { node, to, part, .. } = edges[i];
            if part || self.nodes[node as usize].len() == 0 || self.nodes[to as usize].len() == 0 {
                // An edge that orders nothing.
                edges[i].indirect = true;
            }
            i += 1;
        }
        edges
    }

    pub(in crate::table) const fn none(nodes: &'t [Line<'t>], edges: &'t [RawEdge], members: bool) -> Self {
        let nothing = Problem { node: 0, site: NO_SITE, task: 0, kind: Kind::Repeat { from: 0 } };
        Problems { nodes, edges, members, found: [nothing; MAX], len: 0 }
    }

    /// Searches for problems of a graph with these dependencies. The order and the depths are there if it is acyclic. The
    /// scratch space, `links`, which has a word for each edge, and the masks hold zeros.
    pub(in crate::table) const fn search(
        &mut self,
        order: &TopologicalOrder<'_>,
        totals: &Totals,
        scratch: &mut [u32],
        links: &mut [u32],
        masks: &mut [u128],
    ) {
        let TopologicalOrder { dependencies, order, depths } = *order;
        let nodes = dependencies.starts.len() - 1;
        let (uses, rest) = scratch.split_at_mut(nodes);
        let (heads, rest) = rest.split_at_mut(nodes);
        let (searched, rest) = rest.split_at_mut(search::SCRATCH * nodes);
        if !totals.acyclic {
            cycles::find(dependencies, searched, self);
        }
        if totals.moves && moves::find(uses, self) {
            let mut ancestors = Ancestors::new(dependencies, if totals.acyclic { depths } else { &[] }, rest);
            moves::find_others(&mut ancestors, uses, heads, links, self);
        }
        if totals.indirect && totals.acyclic {
            let (bits, upstream) = masks.split_at_mut(nodes);
            upstream::find(dependencies, order, searched.split_at_mut(nodes).0, bits, upstream, self);
        }
    }

    /// The number of problems.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no problems.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The message of the `k`-th problem.
    ///
    /// # Panics
    ///
    /// Panics if there is no such problem.
    #[must_use]
    pub const fn message(&self, k: usize) -> Text {
        let problem = self.problem(k);
        match problem.kind {
            Kind::Cycle(cycle) => cycle.message(self),
            Kind::Move { from, conflict } => moves::message(self, problem.task, from, &conflict),
            Kind::Repeat { from } => moves::repeat_message(self, problem.task, from),
            Kind::NotUpstream { from } => upstream::message(self, problem.task, from),
            Kind::Option { from } => options::message(self, problem.node, from),
            Kind::Unproven(unproven) => unproven.message(),
            Kind::OutOfRange(out_of_range) => out_of_range::message(self.nodes, &out_of_range),
            Kind::Unordered(unordered) => unordered.message(self, problem.task),
            Kind::ChangedByElements { input } => in_place::elements_message(self, problem.task, input),
        }
    }

    pub(crate) const fn problem(&self, k: usize) -> Problem {
        assert!(k < self.len, "a problem that there is");
        self.found[k]
    }

    const fn is_full(&self) -> bool {
        self.len == MAX
    }

    /// Records a problem, unless there is no room, or one of its kind at its site already: members of a family share
    /// their sites. Returns whether it was recorded.
    const fn push(&mut self, task: u32, site: u32, kind: Kind) -> bool {
        if self.is_full() || self.has(task, site, kind) {
            return false;
        }
        self.found[self.len] = Problem { node: self.line(task), site, task, kind };
        self.len += 1;
        true
    }

    /// Whether there is a problem of this kind at this site.
    const fn has(&self, task: u32, site: u32, kind: Kind) -> bool {
        let mut i = 0;
        while i < self.len {
            let found = &self.found[i];
            let same = matches!(
                (found.kind, kind),
                (Kind::Cycle(_), Kind::Cycle(_))
                    | (Kind::Move { .. }, Kind::Move { .. })
                    | (Kind::Repeat { .. }, Kind::Repeat { .. })
                    | (Kind::NotUpstream { .. }, Kind::NotUpstream { .. })
                    | (Kind::Unproven(_), Kind::Unproven(_))
                    | (Kind::Unordered(_), Kind::Unordered(_))
            );
            if same && found.site == site && found.node == self.line(task) {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn push_out_of_range(&mut self, mut uses: &[OutOfRange]) {
        while let [out_of_range, rest @ ..] = uses {
            if !self.is_full() {
                let OutOfRange { task, line, site, .. } = *out_of_range;
                self.found[self.len] =
                    Problem { node: line, site, task, kind: Kind::OutOfRange(*out_of_range) };
                self.len += 1;
            }
            uses = rest;
        }
    }

    /// The line of a task.
    const fn line(&self, task: u32) -> u32 {
        if self.members { locate(self.nodes, task) } else { task }
    }

    /// The first task of a line, and their number.
    const fn tasks_of(&self, line: u32) -> (u32, usize) {
        let node = &self.nodes[line as usize];
        if self.members { (node.first, node.len()) } else { (line, 1) }
    }

    /// Appends the name of a task, quoted.
    const fn push_name(&self, text: &mut Text, task: u32) {
        if self.members {
            text.push_task(self.nodes, task);
        } else {
            text.push_line(&self.nodes[task as usize]);
        }
    }
}
