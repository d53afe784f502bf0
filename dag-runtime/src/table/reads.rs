//! Reads of outputs in a call: only those for which the table has an edge.

use core::ops::Range;

use super::{Source, Table};

/// The output of a conditional use. The condition was evaluated before the argument.
///
/// # Panics
///
/// Panics if the condition does not hold: there is no edge then.
#[inline(always)]
#[must_use]
pub fn read<T>(used: Option<T>) -> T {
    match used {
        Some(used) => used,
        None => no_edge(),
    }
}

/// As [`read`], for an output that is taken by value.
///
/// # Panics
///
/// As [`read`].
#[inline(always)]
#[must_use]
pub fn only<T>(holds: bool, used: T) -> T {
    if !holds {
        no_edge();
    }
    used
}

#[cold]
#[inline(never)]
fn no_edge() -> ! {
    panic!("an output is used outside of the branch whose condition makes it a dependency")
}

/// Checks in debug builds that a task reads the outputs at these positions of a line.
///
/// # Panics
///
/// Panics if it does not.
#[inline(always)]
pub fn assert_edges(table: &Table, task: u32, line: usize, positions: Range<usize>) {
    if cfg!(debug_assertions) {
        table.assert_edges(task, line, positions);
    }
}

impl Table {
    /// As the function. A run computes the columns before it starts a task; if they are not computed, there is nothing
    /// to compare.
    fn assert_edges(&self, task: u32, line: usize, positions: Range<usize>) {
        let view = match &self.source {
            Source::Plain(view, _) => Some(view),
            Source::Lazy(lazy) => lazy.built.get().made(),
            Source::Owned(owned) => Some(owned.view()),
        };
        let (Some(view), false) = (view, positions.is_empty()) else { return };
        let first = self.lines()[line].first;
        let reads = view.reads_of(task);
        // The positions in between come from the same edge.
        for position in [positions.start, positions.end - 1] {
            assert!(
                reads.contains(&(first + position as u32)),
                "task {task} of graph `{}` reads `{}` at position {position}, and does not depend on it",
                self.graph,
                self.lines()[line].name,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::table::{Line, RawEdge, Use};

    #[test]
    fn what_is_used_has_to_be_there() {
        assert_eq!((read(Some(1)), only(true, 2)), (1, 2));
    }

    #[test]
    #[should_panic(expected = "outside of the branch")]
    fn what_is_not_there_is_not_read() {
        let _ = read::<u8>(None);
    }

    #[test]
    #[should_panic(expected = "outside of the branch")]
    fn what_is_not_there_is_not_taken() {
        let _ = only(false, 1);
    }

    /// Task 2 reads the output of task 0, and runs after task 1.
    fn table() -> &'static Table {
        let edge = |to, how| RawEdge { node: 2, to, how, ..RawEdge::EMPTY };
        Table::leak("Reads", vec![Line::EMPTY; 3], vec![edge(0, Use::Borrow), edge(1, Use::Order)])
    }

    #[test]
    fn what_is_an_edge_can_be_read() {
        assert_edges(table(), 2, 0, 0..1);
        assert_edges(table(), 2, 1, 0..0);
    }

    #[cfg(debug_assertions)]
    #[test]
    #[should_panic(expected = "does not depend on it")]
    fn what_is_no_edge_can_not_be_read() {
        assert_edges(table(), 2, 1, 0..1);
    }
}
