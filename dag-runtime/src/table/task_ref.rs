//! One task of a table.

use core::fmt;
use core::iter::FusedIterator;
use core::slice;

use crate::table::{Line, Member, Name, Place, Table};

/// A task of a [`Table`].
#[derive(Clone, Copy)]
pub struct TaskRef<'table> {
    pub(super) table: &'table Table,
    index: u32,
}

impl<'table> TaskRef<'table> {
    #[inline]
    pub(crate) const fn new(table: &'table Table, index: u32) -> Self {
        TaskRef { table, index }
    }

    fn place(self) -> Place<'table> {
        self.table.place(self.index)
    }

    pub(super) fn node(self) -> &'table Line<'table> {
        self.place().line
    }

    /// Whether its line has `keep`.
    #[cfg(all(feature = "cli", feature = "store"))]
    pub(crate) fn keeps(self) -> bool {
        self.node().keeps
    }

    /// Its position among all tasks, from 0: in the order of the graph's list, with the members of a family in
    /// row-major order of their indices.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index as usize
    }

    /// Its name in the graph.
    #[must_use]
    pub fn name(self) -> Name<'table> {
        Name::new(self.place())
    }

    /// Its indices, if it is a member of a family.
    ///
    /// ```
    /// # use dag_runtime::{dag, task};
    /// #[task]
    /// fn step(x: usize) -> usize { x }
    ///
    /// dag! { graph Row { cell[t in 0..2, x in -1..2] = step(t) } }
    ///
    /// let last = Row::TABLE.find("cell[1, 1]").unwrap();
    /// assert_eq!(last.member().unwrap()[..], [1, 1]);
    /// let before = last.family().unwrap().member(&[1, 0]).unwrap();
    /// assert_eq!((before.name().to_string(), before.index()), ("cell[1, 0]".to_string(), 4));
    /// ```
    #[must_use]
    pub fn member(self) -> Option<Member> {
        let Place { line, position } = self.place();
        line.shape.map(|shape| shape.member(position))
    }

    /// Whether it runs once for each element of an output; its own output then has as many elements.
    #[must_use]
    pub fn is_each(self) -> bool {
        self.node().each
    }

    /// The doc comment of its line in the graph or, if there is none, of its function. Empty if neither has one.
    #[must_use]
    pub fn description(self) -> &'static str {
        self.node().description
    }

    /// Its relative cost.
    #[must_use]
    pub fn cost(self) -> u64 {
        self.node().cost
    }

    /// The number of tasks before it on the longest path, counted in tasks, from a task without dependencies.
    #[must_use]
    pub fn level(self) -> usize {
        self.table.view().depths()[self.index as usize] as usize - 1
    }

    /// The cost of the most costly path from this task (included) to a task without dependents.
    ///
    /// Executors start the ready task with the highest bottom level first. This is HLFET ("highest level first with
    /// estimated times") of Adam, Chandy and Dickson, *A comparison of list schedules for parallel processing systems*,
    /// Communications of the ACM 17(12), 1974.
    #[must_use]
    pub fn bottom_level(self) -> u64 {
        self.table.view().bottom_level(self.index)
    }

    /// The tasks that must finish before it, each once, in the order in which they are written.
    pub fn dependencies(self) -> Tasks<'table> {
        Tasks::new(self.table, self.table.view().dependencies_of(self.index))
    }

    /// The tasks that depend on it, by descending bottom level, then in the order of the graph's list.
    pub fn dependents(self) -> Tasks<'table> {
        Tasks::new(self.table, self.table.view().successors_of(self.index))
    }

    /// Whether its output is an output of the graph.
    #[must_use]
    pub fn is_output(self) -> bool {
        self.node().output
    }
}

impl PartialEq for TaskRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.table.is(other.table)
    }
}

impl Eq for TaskRef<'_> {}

impl fmt::Debug for TaskRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskRef")
            .field("graph", &self.table.graph())
            .field("index", &self.index)
            .field("name", &self.name())
            .finish()
    }
}

/// Tasks of a [`Table`], in some order.
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy"]
pub struct Tasks<'table> {
    table: &'table Table,
    indices: slice::Iter<'table, u32>,
}

impl<'table> Tasks<'table> {
    pub(crate) fn new(table: &'table Table, indices: &'table [u32]) -> Self {
        Tasks { table, indices: indices.iter() }
    }
}

impl<'table> Iterator for Tasks<'table> {
    type Item = TaskRef<'table>;

    fn next(&mut self) -> Option<Self::Item> {
        self.indices.next().map(|&index| TaskRef::new(self.table, index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.indices.size_hint()
    }
}

impl DoubleEndedIterator for Tasks<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.indices.next_back().map(|&index| TaskRef::new(self.table, index))
    }
}

impl ExactSizeIterator for Tasks<'_> {}
impl FusedIterator for Tasks<'_> {}
