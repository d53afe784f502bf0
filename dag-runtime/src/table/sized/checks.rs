//! What is checked of a graph for given sizes, since the compiler could not prove it for all.

use alloc::string::String;

use super::Template;
use super::fault::{Fault, miscalculated_use};
use crate::table::in_place::InPlaceTable;
use crate::table::native::HeapColumns;
use crate::table::problems::Problems;
use crate::table::{Line, RawEdge, Use};

impl Template {
    /// Whether a task that runs once for each element of an output takes another one by value.
    pub(super) fn moves_repeat(&self) -> bool {
        let is_move = |row: &&RawEdge| matches!(row.how, Use::Value);
        self.rows.iter().filter(is_move).any(|row| self.nodes[row.node as usize].repeats(row.move_site()))
    }

    /// Whether the tasks of these lines use inputs in place in an order that is proven.
    #[cold]
    pub(super) fn check_order(
        &self,
        in_place: &InPlaceTable,
        lines: &[Line<'_>],
        sizes: &[isize],
        columns: &HeapColumns,
    ) -> Result<(), Fault> {
        let users = in_place
            .users(lines, sizes)
            .map_err(|(task, input, fault)| Fault::Wrong(miscalculated_use(lines, task, input, fault)))?;
        match columns.first_in_place(lines, in_place.uses(), &users) {
            Some(text) => Err(Fault::Wrong(text.as_str().into())),
            None => Ok(()),
        }
    }
}

/// The first problem of a graph with these lines and these edges between tasks, if there is any.
#[cold]
pub(super) fn problem(lines: &[Line<'_>], edges: &[RawEdge]) -> Option<String> {
    Problems::first_of_members(lines, edges).map(|text| text.as_str().into())
}
