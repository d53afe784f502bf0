//! The edges between the tasks of a graph, grouped by task, before anything is computed from them.

use alloc::vec;
use alloc::vec::Vec;

use crate::table::compact::{CompactEdges, INDIRECT, MOVE, ORDER, kind};
use crate::table::expansion_result::ExpansionResult;
use crate::table::{Expand, Line, RawEdge};

/// What is wrong with a graph that has more edges than a `u32` can count.
pub(in crate::table) const TOO_MANY_EDGES: &str = "a graph has at most 4294967295 dependencies";

/// Of more edges than this, the first pass only counts, so that no memory is used for too many.
const MOST_EXPECTED: usize = 1 << 26;

/// The edges between the tasks of a graph, as written.
#[derive(Debug)]
pub(in crate::table) struct Recorded {
    pub(super) targets: Vec<u32>,
    /// What each edge is. Zero where an output is only borrowed.
    kinds: Vec<u8>,
    /// Where the edges of each task begin, and the end of all.
    pub(super) starts: Vec<u32>,
    /// The bits of all kinds of edges.
    seen: u8,
}

impl Recorded {
    /// Room for this many edges.
    fn with_room(len: usize, room: usize) -> Self {
        // Memory that stays zero is not used, if there is much of it.
        Recorded { targets: vec![0; room], kinds: vec![0; room], starts: vec![0; len + 1], seen: 0 }
    }

    fn room(&mut self) -> CompactEdges<'_> {
        CompactEdges { targets: &mut self.targets, kinds: &mut self.kinds, starts: &mut self.starts, seen: 0 }
    }

    /// These edges of a graph with these lines, which are grouped by task.
    ///
    /// # Panics
    ///
    /// Panics if there are more than a `u32` can count.
    pub(in crate::table) fn copied(nodes: &[Line<'_>], edges: &[RawEdge]) -> Self {
        assert_count(edges.len());
        let mut recorded = Recorded::with_room(task_count(nodes), edges.len());
        let mut room = recorded.room();
        for (index, edge) in edges.iter().enumerate() {
            room.set(index, edge.to, kind(edge.how, edge.indirect));
            room.starts[edge.node as usize + 1] = index as u32 + 1;
        }
        let seen = room.seen;
        let mut end = 0;
        for start in &mut recorded.starts {
            end = end.max(*start);
            *start = end;
        }
        Recorded { seen, ..recorded }
    }

    /// The edges that `expand` reports for these lines and rows, without uses out of range, which are in the result. `None`
    /// if there are more than a `u32` can count.
    pub(in crate::table) fn expanded(
        nodes: &[Line<'_>],
        rows: &[RawEdge],
        expand: &dyn Fn(&mut Expand<'_>),
    ) -> Option<(Self, ExpansionResult)> {
        let (len, expected) = (task_count(nodes), expected(nodes, rows));
        let mut room = if expected > MOST_EXPECTED { 0 } else { expected };
        loop {
            let mut recorded = Recorded::with_room(len, room);
            let mut pass = Expand::compact(nodes, rows, recorded.room());
            expand(&mut pass);
            let (result, seen) = (pass.result(), pass.kinds_seen());
            let count = result.edges;
            u32::try_from(count).ok()?;
            if count <= room {
                recorded.targets.truncate(count);
                recorded.starts[len] = count as u32;
                return Some((Recorded { seen, ..recorded }, result));
            }
            room = count;
        }
    }

    /// All edges: the task that each is to, whether it is a read, and whether that is a move.
    pub(in crate::table) fn all(&self) -> impl Iterator<Item = (u32, bool, bool)> + '_ {
        let kinds = self.kinds.iter();
        self.targets.iter().zip(kinds).map(|(&to, kind)| (to, kind & ORDER == 0, kind & MOVE != 0))
    }

    /// As [`all`](Self::all), with the task that each edge is of.
    pub(super) fn by_task(&self) -> impl Iterator<Item = (u32, (u32, bool, bool))> + '_ {
        let tasks = self.starts.windows(2).zip(0..);
        tasks.flat_map(|(bounds, task)| (bounds[0]..bounds[1]).map(move |_| task)).zip(self.all())
    }

    /// The number of tasks.
    pub(in crate::table) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether an output that is not `Copy` is taken by value.
    pub(in crate::table) fn moves(&self) -> bool {
        self.seen & MOVE != 0
    }

    /// Whether there are indirect reads.
    pub(in crate::table) fn indirect(&self) -> bool {
        self.seen & INDIRECT != 0
    }

    /// Whether all edges are direct reads.
    pub(super) fn are_direct_reads(&self) -> bool {
        self.seen & (ORDER | INDIRECT) == 0
    }

    /// Whether this edge is a dependency, and whether it is a read.
    pub(super) fn is(&self, edge: usize) -> (bool, bool) {
        (self.kinds[edge] & INDIRECT == 0, self.kinds[edge] & ORDER == 0)
    }
}

fn task_count(nodes: &[Line<'_>]) -> usize {
    nodes.iter().map(Line::len).sum()
}

fn assert_count(edges: usize) {
    assert!(u32::try_from(edges).is_ok(), "{TOO_MANY_EDGES}");
}

/// How many edges there are if each use of some members is of one.
fn expected(nodes: &[Line<'_>], rows: &[RawEdge]) -> usize {
    let edges = |row: &RawEdge| {
        let used = if row.part { 1 } else { nodes[row.to as usize].len() };
        nodes[row.node as usize].len().saturating_mul(used)
    };
    rows.iter().map(edges).fold(0, usize::saturating_add).min(u32::MAX as usize)
}
