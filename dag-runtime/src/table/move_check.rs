//! Proves for each member that moved outputs are used once, with a byte for each member and no list of edges.

use crate::table::edges::Use;
use crate::table::shape::Shape;
use crate::table::{Line, RawEdge, Rows};

/// The use of a member so far: none, read, or moved.
const NOT_USED: u8 = 0;
const READ: u8 = 1;
const MOVED: u8 = 2;

/// A pass through the uses of moved lines, in a graph in which everything else is proven: all indices are in range.
// Steps are slow in constant evaluation, so there are few for each use, and none for lines that are not moved.
#[derive(Debug)]
pub struct MoveCheck<'u> {
    nodes: &'u [Line<'u>],
    /// For each line, whether its outputs are moved.
    moved: &'u mut [bool],
    /// For each task, its use so far.
    seen: &'u mut [u8],
    /// Whether a moved output has another use.
    shared: bool,
}

impl<'u> MoveCheck<'u> {
    /// A pass through the graph with these rows. `moved` holds `false` for each line, `seen` 0 for each task.
    #[must_use]
    pub const fn new<const NODES: usize, const EDGES: usize>(
        rows: &'u Rows<NODES, EDGES>,
        moved: &'u mut [bool],
        seen: &'u mut [u8],
    ) -> Self {
        MoveCheck::start(&rows.nodes, &rows.edges, moved, seen)
    }

    /// As [`new`](Self::new). It includes the uses by the graph's outputs and the uses of whole lines.
    pub(super) const fn start(
        nodes: &'u [Line<'u>],
        rows: &[RawEdge],
        moved: &'u mut [bool],
        seen: &'u mut [u8],
    ) -> Self {
        let mut uses = MoveCheck { nodes, moved, seen, shared: false };
        let mut i = 0;
        while i < rows.len() {
            let RawEdge { node, to, how, .. } = rows[i];
            if matches!(how, Use::Value) {
                uses.moved[to as usize] = true;
                uses.shared |= nodes[node as usize].repeats(rows[i].move_site());
            }
            i += 1;
        }
        while i > 0 {
            i -= 1;
            let RawEdge { node, to, how, part, .. } = rows[i];
            let users = nodes[node as usize].len();
            if !part && users > 0 && uses.moved[to as usize] {
                uses.all(to, how);
                uses.shared |= users > 1 && matches!(how, Use::Value);
            }
        }
        while i < nodes.len() {
            if nodes[i].output && uses.moved[i] {
                uses.all(i as u32, Use::Borrow);
            }
            i += 1;
        }
        uses
    }

    /// Whether outputs of this line are moved: other lines need not be reported.
    #[must_use]
    pub const fn moves(&self, line: u32) -> bool {
        self.moved[line as usize]
    }

    /// Whether a moved output has another use.
    pub(super) const fn shared(&self) -> bool {
        self.shared
    }

    /// A use of the member of the family `to`, with this shape and these indices.
    pub const fn one(&mut self, to: u32, shape: &Shape<'_>, how: Use, indices: &[isize]) {
        self.mark((self.nodes[to as usize].first + shape.place(indices)) as usize, how);
    }

    /// A use of the members of the family `to`, with this shape and these first indices, whose last index is in
    /// `lo..hi`.
    pub const fn some(
        &mut self,
        to: u32,
        shape: &Shape<'_>,
        how: Use,
        indices: &[isize],
        lo: isize,
        hi: isize,
    ) {
        if let Some((mut at, end)) = shape.slice(indices, lo, hi) {
            while at < end {
                self.mark((self.nodes[to as usize].first + at) as usize, how);
                at += 1;
            }
        }
    }

    /// A use of the whole line `to`.
    pub const fn all(&mut self, to: u32, how: Use) {
        let node = &self.nodes[to as usize];
        let mut at = node.first as usize;
        let end = at + node.len();
        while at < end {
            self.mark(at, how);
            at += 1;
        }
    }

    #[inline]
    const fn mark(&mut self, task: usize, how: Use) {
        let seen = self.seen[task];
        match how {
            Use::Order => {}
            Use::Borrow => {
                self.shared |= seen == MOVED;
                self.seen[task] = READ;
            }
            Use::Value => {
                self.shared |= seen != NOT_USED;
                self.seen[task] = MOVED;
            }
        }
    }
}
