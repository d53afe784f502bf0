//! The families of a table.

use core::fmt;

use crate::table::{Line, Table, TaskRef};

/// A family of a [`Table`]: many tasks from one line, identified by their indices.
#[derive(Clone, Copy)]
pub struct Family<'table> {
    table: &'table Table,
    line: &'table Line<'table>,
}

impl<'table> Family<'table> {
    pub(super) const fn new(table: &'table Table, line: &'table Line<'table>) -> Self {
        Family { table, line }
    }

    /// Its name in the graph: `cell` if a member is `cell[3, 7]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.line.name
    }

    /// The doc comment of its line, which all its members share.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.line.description
    }

    /// The number of members.
    #[must_use]
    pub const fn len(self) -> usize {
        self.line.len()
    }

    /// Whether the family has no members.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.line.len() == 0
    }

    /// The number of indices of a member.
    #[must_use]
    pub fn index_count(self) -> usize {
        self.line.shape.map_or(0, |shape| shape.dims.len())
    }

    /// All members, in row-major order of their indices.
    #[must_use]
    pub fn members(self) -> impl ExactSizeIterator<Item = TaskRef<'table>> + DoubleEndedIterator + Clone {
        let first = self.line.first;
        (first..first + self.line.len() as u32).map(move |task| TaskRef::new(self.table, task))
    }

    /// The member with these indices, if there is one.
    #[must_use]
    pub fn member(self, indices: &[isize]) -> Option<TaskRef<'table>> {
        let position = self.line.shape?.position(indices)?;
        Some(TaskRef::new(self.table, self.line.first + position))
    }
}

impl PartialEq for Family<'_> {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.line, other.line)
    }
}

impl Eq for Family<'_> {}

impl fmt::Debug for Family<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Family")
            .field("graph", &self.table.graph())
            .field("name", &self.name())
            .field("len", &self.len())
            .finish()
    }
}

impl<'table> TaskRef<'table> {
    /// The family of which it is a member, if any.
    #[must_use]
    pub fn family(self) -> Option<Family<'table>> {
        let line = self.node();
        line.shape.is_some().then(|| Family::new(self.table, line))
    }
}
