//! What the lines of a graph prove of its members, so that these need not be looked at one by one.
//!
//! That no member depends on itself is proven as compilers prove that a loop carries no dependence.
//! Around a cycle of members, the changes of each index add up to nothing. So where all uses among
//! lines that depend on each other change an index in one direction, if at all, those that change it
//! are part of no cycle; without these, fewer lines depend on each other, and so on until none do.
//! This is the decomposition of Karp, Miller and Winograd, *The organization of computations for
//! uniform recurrence equations*, Journal of the ACM 14(3), 1967, with the directions of Allen and
//! Kennedy, *Automatic translation of Fortran programs to vector form*, ACM Transactions on
//! Programming Languages and Systems 9(4), 1987. The lines that depend on each other are found as in
//! Tarjan, *Depth-first search and linear graph algorithms*, SIAM Journal on Computing 1(2), 1972.

use crate::table::edges::Use;
use crate::table::line_graph::LineGraph;
use crate::table::rows::Delta;
use crate::table::slices::flatten;
use crate::table::{Line, MoveCheck, RawEdge, Rows};

/// How many words of scratch space [`Proof::search`] needs for each line.
pub(crate) const SCRATCH: usize = 8;

/// What the lines of a graph prove of its members.
#[derive(Clone, Copy, Debug)]
pub struct Proof {
    /// Whether a use may be outside of its family.
    out_of_range: bool,
    /// Whether lines that are used as a whole form a cycle.
    pub(super) cyclic: bool,
    /// Whether no member depends on itself.
    pub(super) acyclic: bool,
    /// Whether outputs that are moved are moved and read by lines that are no families, and on no
    /// condition.
    pub(super) moves: bool,
    /// Whether each output that is moved was seen to have no other use.
    pub(super) moved_once: bool,
    /// Whether there are indirect reads.
    pub(super) indirect: bool,
}

impl Proof {
    /// What the lines of the graph with these rows prove. Whether all uses are `inside` of their
    /// families, is known already.
    #[must_use]
    pub const fn of<const NODES: usize, const EDGES: usize>(rows: &Rows<NODES, EDGES>, inside: bool) -> Self {
        let mut scratch = [[0; NODES]; SCRATCH];
        let mut gone = [false; EDGES];
        Proof::search((&rows.nodes, &rows.edges, &rows.forms), inside, flatten(&mut scratch), &mut gone)
    }

    /// Does so with scratch space that holds zeros.
    pub(crate) const fn search(
        (nodes, rows, forms): (&[Line], &[RawEdge], &[&'static [Delta]]),
        inside: bool,
        scratch: &mut [u32],
        gone: &mut [bool],
    ) -> Self {
        let (moved, rest) = scratch.split_at_mut(nodes.len());
        let (signs, rest) = rest.split_at_mut(nodes.len());
        let mut proof = Proof {
            out_of_range: !inside,
            cyclic: false,
            acyclic: false,
            moves: moves(nodes, rows, moved),
            moved_once: false,
            indirect: false,
        };
        let mut lines = LineGraph::new(nodes, rows, gone, rest);
        let mut i = 0;
        while i < rows.len() {
            let RawEdge { node, to, indirect, part, .. } = rows[i];
            proof.indirect |= indirect;
            lines.gone[i] =
                indirect || part || nodes[node as usize].len() == 0 || nodes[to as usize].len() == 0;
            i += 1;
        }
        lines.find_components();
        proof.cyclic = lines.has_cycle();
        if !proof.cyclic {
            while i > 0 {
                i -= 1;
                let RawEdge { node, to, indirect, .. } = rows[i];
                lines.gone[i] = indirect || nodes[node as usize].len() == 0 || nodes[to as usize].len() == 0;
            }
            proof.acyclic = lines.is_acyclic(forms, signs);
        }
        proof
    }

    /// Whether the edges of members are needed to find problems.
    #[must_use]
    pub const fn needs_edges(&self) -> bool {
        !self.cyclic && (!self.acyclic || !self.moves && !self.moved_once || self.indirect)
    }

    /// How many tasks the graph with these rows has, where nothing but its moves is open, for which
    /// [`MoveCheck`] are enough; else 0.
    #[must_use]
    pub const fn moves_alone<const NODES: usize, const EDGES: usize>(
        &self,
        rows: &Rows<NODES, EDGES>,
    ) -> usize {
        if !self.out_of_range && self.acyclic && !self.indirect && !self.moves {
            rows.task_count()
        } else {
            0
        }
    }

    /// This with what all uses of what is moved prove.
    #[must_use]
    pub const fn with(mut self, uses: &MoveCheck<'_>) -> Self {
        self.moved_once = !uses.shared();
        self
    }

    /// Whether members have to be gone through to find problems.
    #[must_use]
    pub const fn needs_expansion(&self) -> bool {
        self.out_of_range || self.needs_edges()
    }

    /// How many tasks the graph with these rows has, where their edges are needed; else 0.
    #[must_use]
    pub const fn members<const NODES: usize, const EDGES: usize>(&self, rows: &Rows<NODES, EDGES>) -> usize {
        if self.needs_edges() { rows.task_count() } else { 0 }
    }
}

/// Whether what is moved is moved and read by lines that are no families, and on no condition.
const fn moves(nodes: &[Line], rows: &[RawEdge], moved: &mut [u32]) -> bool {
    let mut any = false;
    let mut i = 0;
    while i < rows.len() {
        if matches!(rows[i].how, Use::Value) {
            any = true;
            moved[rows[i].to as usize] = 1;
        }
        i += 1;
    }
    while any && i > 0 {
        i -= 1;
        let RawEdge { node, to, how, part, .. } = rows[i];
        if moved[to as usize] != 0
            && !matches!(how, Use::Order)
            && (part || nodes[node as usize].shape.is_some() || nodes[to as usize].shape.is_some())
        {
            return false;
        }
    }
    true
}
