//! What is checked of a graph for given sizes, since the compiler could not prove it for all.

use alloc::string::String;

use super::Template;
use crate::table::problems::Problems;
use crate::table::{Line, RawEdge, Use};

impl Template {
    /// Whether a task that runs once for each element of an output takes another one by value.
    pub(super) fn moves_repeat(&self) -> bool {
        let is_move = |row: &&RawEdge| matches!(row.how, Use::Value);
        self.rows.iter().filter(is_move).any(|row| self.nodes[row.node as usize].repeats(row.move_site()))
    }
}

/// The first problem of a graph with these lines and these edges between tasks, if there is any.
#[cold]
pub(super) fn problem(lines: &[Line<'_>], edges: &[RawEdge]) -> Option<String> {
    Problems::first_of_members(lines, edges).map(|text| text.as_str().into())
}
