//! What the lines of a graph prove about its members, so that the members need not be expanded.
//!
//! The proof that no member depends on itself is the one by which compilers prove that a loop carries no dependence.
//! Around a cycle of members, the changes of each index add up to zero. So if all uses among lines that depend on each
//! other change an index in one direction only, or not at all, then the uses that always change it are not part of a
//! cycle.
//! Without these uses, fewer lines depend on each other; the step is repeated until none do, or until no use can be
//! removed. This is the decomposition of Karp, Miller and Winograd, *The organization of computations for uniform
//! recurrence equations*, Journal of the ACM 14(3), 1967, with the directions of Allen and Kennedy, *Automatic
//! translation of Fortran programs to vector form*, ACM Transactions on Programming Languages and Systems 9(4), 1987.
//! The strongly connected components are found as in Tarjan, *Depth-first search and linear graph algorithms*, SIAM
//! Journal on Computing 1(2), 1972.

use crate::table::edges::Use;
use crate::table::forms::Forms;
use crate::table::line_graph::LineGraph;
use crate::table::line_moves;
use crate::table::sized_uses::SizedUses;
use crate::table::slices::flatten;
use crate::table::symbolic::Ranges;
use crate::table::{InPlaceUses, Line, MoveCheck, RawEdge, Rows};

/// Words of scratch space that [`Proof::search`] needs for each line.
pub(crate) const SCRATCH: usize = 8;

/// What the lines of a graph prove about its members.
#[derive(Clone, Copy, Debug)]
pub struct Proof {
    /// Whether a use may be out of range.
    out_of_range: bool,
    /// Whether lines that are used as a whole form a cycle.
    pub(super) cyclic: bool,
    /// Whether no member depends on itself.
    pub(super) acyclic: bool,
    /// Whether moved outputs are moved and read only by lines that are not families, without conditions, and the edges
    /// between lines decide if they are read before.
    pub(super) moves: bool,
    /// Whether each moved output was found to have no other use, or none that may come later.
    pub(super) moved_once: bool,
    /// Whether there are indirect reads.
    pub(super) indirect: bool,
    /// Whether all uses of inputs in place are ordered.
    ordered: bool,
}

impl Proof {
    /// What the lines of the graph with these rows prove. `inside` says whether all uses are known to be in range.
    #[must_use]
    pub const fn of<const NODES: usize, const EDGES: usize>(rows: &Rows<NODES, EDGES>, inside: bool) -> Self {
        let mut scratch = [[0; NODES]; SCRATCH];
        let (mut gone, mut known) = ([false; EDGES], [0; EDGES]);
        let mut forms = Forms { forms: &rows.forms, ranges: &rows.ranges, known: &mut known };
        let scratch = flatten(&mut scratch);
        let mut proof = Proof::search(&rows.nodes, &rows.edges, &mut forms, inside, scratch, &mut gone);
        proof.moves &= proof.cyclic || line_moves::are_decided(rows);
        proof
    }

    /// What the lines of the sized graph with these rows prove for all sizes.
    #[must_use]
    pub const fn sized<const NODES: usize, const EDGES: usize>(rows: &Rows<NODES, EDGES>) -> Self {
        let uses = SizedUses { rows: &rows.edges, forms: &rows.forms, ranges: &rows.ranges };
        let mut proof = Proof::of(rows, uses.are_inside());
        proof.moved_once = uses.move_once(&rows.nodes);
        proof
    }

    /// Whether no member depends on itself.
    #[must_use]
    pub const fn is_acyclic(&self) -> bool {
        self.acyclic
    }

    /// Whether all uses are in range.
    #[must_use]
    pub const fn is_inside(&self) -> bool {
        !self.out_of_range
    }

    /// Whether no moved output has another use that may come later, in a graph in which the lines show no problem.
    #[must_use]
    pub const fn moves_once(&self) -> bool {
        self.moved_once || self.moves
    }

    /// As [`of`](Self::of). The scratch space holds zeros.
    pub(crate) const fn search(
        nodes: &[Line<'_>],
        rows: &[RawEdge],
        forms: &mut Forms<'_>,
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
            moves: moves(nodes, rows, forms.ranges, moved),
            moved_once: false,
            indirect: false,
            ordered: true,
        };
        let mut lines = LineGraph::new(nodes, rows, gone, rest);
        lines.leave_out_what_orders_nothing(nodes, forms);
        let mut i = 0;
        while i < rows.len() {
            proof.indirect |= rows[i].indirect;
            lines.gone[i] |= rows[i].part;
            i += 1;
        }
        lines.find_components();
        proof.cyclic = lines.has_cycle();
        if !proof.cyclic {
            lines.leave_out_what_orders_nothing(nodes, forms);
            proof.acyclic = lines.is_acyclic(forms, signs);
        }
        proof
    }

    /// Adds what the lines prove of the order of uses in place.
    #[must_use]
    pub const fn in_place<const NODES: usize, const EDGES: usize>(
        mut self,
        rows: &Rows<NODES, EDGES>,
        uses: &InPlaceUses,
    ) -> Self {
        self.ordered = uses.are_ordered_by_lines(rows);
        self
    }

    /// How many [`Users`](crate::table::Users) of inputs are needed to find problems.
    #[must_use]
    pub const fn users<const NODES: usize, const EDGES: usize>(
        &self,
        rows: &Rows<NODES, EDGES>,
        uses: &InPlaceUses,
    ) -> usize {
        if self.ordered || self.cyclic { 0 } else { uses.users(rows.task_count()) }
    }

    /// Whether all uses of inputs in place are ordered.
    pub(super) const fn is_ordered(&self) -> bool {
        self.ordered
    }

    /// Whether the edges of members are needed to find problems.
    #[must_use]
    pub const fn needs_edges(&self) -> bool {
        !self.cyclic && (!self.acyclic || !self.moves && !self.moved_once || self.indirect || !self.ordered)
    }

    /// The number of tasks in the graph with these rows if only its moves are unproven, for which [`MoveCheck`]
    /// suffices; otherwise 0.
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

    /// Adds what a check of all uses of moved outputs proves.
    #[must_use]
    pub const fn with(mut self, uses: &MoveCheck<'_>) -> Self {
        self.moved_once = !uses.shared();
        self
    }

    /// Whether members must be expanded to find problems.
    #[must_use]
    pub const fn needs_expansion(&self) -> bool {
        self.out_of_range || self.needs_edges()
    }

    /// The number of tasks in the graph with these rows if their edges are needed; otherwise 0.
    #[must_use]
    pub const fn members<const NODES: usize, const EDGES: usize>(&self, rows: &Rows<NODES, EDGES>) -> usize {
        if self.needs_edges() { rows.task_count() } else { 0 }
    }
}

/// Whether moved outputs are moved and read only by lines that are not families, without conditions.
const fn moves(
    nodes: &[Line<'_>],
    rows: &[RawEdge],
    ranges: &[Option<&'static Ranges>],
    moved: &mut [u32],
) -> bool {
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
            && (part || is_family(nodes, ranges, node) || is_family(nodes, ranges, to))
        {
            return false;
        }
    }
    true
}

const fn is_family(nodes: &[Line<'_>], ranges: &[Option<&'static Ranges>], line: u32) -> bool {
    nodes[line as usize].shape.is_some() || ranges[line as usize].is_some()
}
