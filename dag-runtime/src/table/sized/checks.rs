//! What is checked of a graph for given sizes, since the compiler could not prove it for all.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::Template;
use crate::table::expansion_result::ExpansionResult;
use crate::table::native::Recorded;
use crate::table::problems::Problems;
use crate::table::{Expand, Line, RawEdge, Use};

/// How the output of a task is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Used {
    Not,
    Read,
    Moved,
}

/// Whether an output is moved and used once more.
pub(super) fn moves_are_shared(lines: &[Line<'_>], edges: &Recorded) -> bool {
    let mut uses = vec![Used::Not; edges.len()];
    for line in lines.iter().filter(|line| line.output) {
        let first = line.first as usize;
        uses[first..first + line.len()].fill(Used::Read);
    }
    edges.all().any(|(to, is_read, is_move)| {
        let before = uses[to as usize];
        if is_move {
            uses[to as usize] = Used::Moved;
            before != Used::Not
        } else {
            if is_read {
                uses[to as usize] = Used::Read;
            }
            is_read && before == Used::Moved
        }
    })
}

impl Template {
    /// Whether a task that runs once for each element of an output takes another one by value.
    pub(super) fn moves_repeat(&self) -> bool {
        let is_move = |row: &&RawEdge| matches!(row.how, Use::Value);
        self.rows.iter().filter(is_move).any(|row| self.nodes[row.node as usize].repeats(row.move_site()))
    }

    /// The first problem of the graph with these lines, if there is any.
    #[cold]
    pub(super) fn problem(&self, sizes: &[isize], lines: &[Line<'_>]) -> Option<String> {
        let (edges, _) = self.record(sizes, lines);
        Problems::first_of_members(lines, &edges).map(|text| text.as_str().into())
    }

    /// The edges between tasks as written, and the uses for which there are none.
    pub(super) fn record(&self, sizes: &[isize], lines: &[Line<'_>]) -> (Vec<RawEdge>, ExpansionResult) {
        let mut count = Expand::new(lines, self.rows, true, &mut [], None);
        (self.expand)(sizes, &mut count);
        let mut edges = vec![RawEdge::EMPTY; count.edge_count()];
        let mut record = Expand::new(lines, self.rows, false, &mut edges, None);
        (self.expand)(sizes, &mut record);
        let result = record.result();
        edges.truncate(result.edges);
        (edges, result)
    }
}
