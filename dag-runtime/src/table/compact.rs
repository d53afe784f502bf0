//! Edges between tasks as they are recorded natively, in few bytes.

use crate::table::edges::Use;

/// The edge only orders.
pub(super) const ORDER: u8 = 1 << Use::Order as u8;
/// The output is moved.
pub(super) const MOVE: u8 = 1 << Use::Value as u8;
/// The edge is an indirect read.
pub(super) const INDIRECT: u8 = 1 << 7;

/// What an edge is, as bits.
#[inline(always)]
pub(super) const fn kind(how: Use, indirect: bool) -> u8 {
    let kind = 1 << how as u8;
    if indirect { kind | INDIRECT } else { kind }
}

/// Room for the edges of each task, one list after the other. Edges for which there is no room are counted.
#[derive(Debug)]
pub(super) struct CompactEdges<'x> {
    pub(super) targets: &'x mut [u32],
    /// Holds zeros. Edges that only borrow leave them, so that memory for others is needed only if there are any.
    pub(super) kinds: &'x mut [u8],
    /// Where the edges of each task begin.
    pub(super) starts: &'x mut [u32],
    /// The bits of all kinds of edges.
    pub(super) seen: u8,
}

impl CompactEdges<'_> {
    /// For a pass that does not record in this way.
    pub(super) const fn none() -> Self {
        CompactEdges { targets: &mut [], kinds: &mut [], starts: &mut [], seen: 0 }
    }

    /// Records edge number `index`.
    #[inline(always)]
    pub(super) const fn set(&mut self, index: usize, to: u32, kind: u8) {
        self.seen |= kind;
        if index < self.targets.len() {
            self.targets[index] = to;
            if kind & (ORDER | INDIRECT | MOVE) != 0 {
                self.kinds[index] = kind;
            }
        }
    }

    /// Records edges of one kind from number `index` on, to tasks that follow each other.
    pub(super) const fn fill(&mut self, mut index: usize, mut to: u32, count: usize, kind: u8) {
        if count > 0 {
            self.seen |= kind;
        }
        let (end, room) = (index + count, self.targets.len());
        while index < end && index < room {
            self.set(index, to, kind);
            index += 1;
            to += 1;
        }
    }
}
