//! Edges as written, and whether outputs that are moved are used once more.

use alloc::vec;
use alloc::vec::Vec;

use super::Recorded;
use crate::table::expansion_result::ExpansionResult;
use crate::table::{Expand, Line, RawEdge};

/// The edges between tasks that `expand` reports for these lines and rows, as written, with the uses for which there are none.
pub(in crate::table) fn record(
    lines: &[Line<'_>],
    rows: &[RawEdge],
    expand: &dyn Fn(&mut Expand<'_>),
) -> (Vec<RawEdge>, ExpansionResult) {
    let mut count = Expand::new(lines, rows, true, &mut [], None);
    expand(&mut count);
    let mut edges = vec![RawEdge::EMPTY; count.edge_count()];
    let mut record = Expand::new(lines, rows, false, &mut edges, None);
    expand(&mut record);
    let result = record.result();
    edges.truncate(result.edges);
    (edges, result)
}

/// How the output of a task is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Used {
    Not,
    Read,
    Moved,
}

/// Whether an output is moved and used once more.
pub(in crate::table) fn moves_are_shared(lines: &[Line<'_>], edges: &Recorded) -> bool {
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
