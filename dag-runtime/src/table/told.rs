//! What uses were found to choose when the columns of a table were computed, for those that call functions.
//!
//! A `const fn` need not return the same whenever it is called: the sign of a NaN may differ between what the compiler and
//! what the machine computes. So a task compares what such a use chooses with what the table has for it, before it reads.

use alloc::vec::Vec;
use core::ops::Range;

use crate::ordered::sort_by_key;
use crate::table::site::LINE_SITE;
use crate::table::{RawEdge, Table};

pub(super) const NOT_THE_SAME: &str =
    "an index or a condition calls a function that does not always return the same";

/// The outputs that one use of a task chooses: those of these tasks.
#[derive(Clone, Copy, Debug)]
struct Told {
    task: u32,
    site: u32,
    start: u32,
    end: u32,
}

/// The outputs that the uses of all tasks choose.
#[derive(Debug)]
pub(super) struct ToldUses(Vec<Told>);

impl ToldUses {
    /// Those of a graph with these edges between tasks. The edges of one use follow each other.
    pub(super) fn new(edges: &[RawEdge]) -> Self {
        let mut uses: Vec<Told> = Vec::new();
        for &RawEdge { node: task, to, site, .. } in edges.iter().filter(|edge| edge.site >= LINE_SITE) {
            match uses.last_mut() {
                Some(last) if (last.task, last.site, last.end) == (task, site, to) => last.end += 1,
                _ => uses.push(Told { task, site, start: to, end: to + 1 }),
            }
        }
        sort_by_key(&mut uses, |told| (told.task.into(), told.site.into()));
        ToldUses(uses)
    }

    fn find(&self, task: u32, site: u32) -> Option<Range<u32>> {
        let at = self.0.binary_search_by_key(&(task, site), |told| (told.task, told.site)).ok()?;
        Some(self.0[at].start..self.0[at].end)
    }
}

/// Checks that use number `k` of a task chooses the outputs at these positions of a line, as it did when the table was made.
///
/// # Panics
///
/// Panics if it does not.
pub fn assert_told(table: &Table, task: u32, k: u32, line: usize, positions: Range<usize>) {
    let first = table.lines()[line].first;
    let chosen = first + positions.start as u32..first + positions.end as u32;
    let told = table.told().and_then(|told| told.find(task, LINE_SITE + k));
    assert!(chosen.is_empty() || told == Some(chosen), "{}", NOT_THE_SAME);
}

/// As [`assert_told`], for a use of a whole line.
///
/// # Panics
///
/// As [`assert_told`].
pub fn assert_told_all(table: &Table, task: u32, k: u32, line: usize) {
    assert_told(table, task, k, line, 0..table.lines()[line].len());
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::table::{Line, Use};

    /// Use `k` of a task reads another one.
    fn edge(task: u32, k: u32, to: u32) -> RawEdge {
        RawEdge { node: task, to, how: Use::Borrow, indirect: false, part: false, site: LINE_SITE + k }
    }

    #[test]
    fn what_a_use_chooses_is_found_again() {
        let told = ToldUses::new(&[
            edge(4, 1, 0),
            edge(4, 1, 1),
            edge(4, 0, 3),
            RawEdge { site: 0, ..edge(5, 0, 1) },
            edge(5, 0, 2),
        ]);
        assert_eq!(told.find(4, LINE_SITE + 1), Some(0..2));
        assert_eq!(told.find(4, LINE_SITE), Some(3..4));
        assert_eq!(told.find(5, LINE_SITE), Some(2..3));
        assert_eq!(told.find(5, LINE_SITE + 1), None);
    }

    #[test]
    #[should_panic(expected = "does not always return the same")]
    fn another_choice_is_refused() {
        let table = Table::from_lines("G", "", vec![Line::EMPTY; 2], &[edge(1, 0, 0)]);
        // Nothing is read from no place.
        assert_told(&table, 1, 0, 0, 0..0);
        assert_told(&table, 1, 0, 0, 0..1);
    }
}
