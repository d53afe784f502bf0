//! One task of a table.

use core::fmt;
use core::iter::FusedIterator;
use core::slice;

use crate::table::{Node, Table};

/// A task of a [`Table`].
#[derive(Clone, Copy)]
pub struct TaskRef {
    table: &'static Table,
    index: u32,
}

impl TaskRef {
    #[inline]
    pub(crate) const fn new(table: &'static Table, index: u32) -> Self {
        TaskRef { table, index }
    }

    fn node(self) -> &'static Node {
        &self.table.nodes()[self.index as usize]
    }

    /// Its position in the graph's list, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index as usize
    }

    /// What it is called in the graph.
    #[must_use]
    pub fn name(self) -> Name {
        Name { text: self.node().name }
    }

    /// Its doc comment: that of its line in the graph, or else that of its function. Empty where
    /// there is none.
    #[must_use]
    pub fn description(self) -> &'static str {
        self.node().description
    }

    /// The relative time that it takes.
    #[must_use]
    pub fn cost(self) -> u64 {
        self.node().cost
    }

    /// The number of tasks before it on the longest way, counted in tasks, from a task without
    /// dependencies.
    #[must_use]
    pub fn level(self) -> usize {
        self.table.lists().depths[self.index as usize] as usize - 1
    }

    /// The cost of the most costly way from this task, which counts, to a task without dependents.
    ///
    /// Executors start the ready task of the highest bottom level first, which is HLFET
    /// ("highest level first with estimated times") of Adam, Chandy and Dickson, *A comparison of
    /// list schedules for parallel processing systems*, Communications of the ACM 17(12), 1974.
    #[must_use]
    pub fn bottom_level(self) -> u64 {
        self.table.bottom_levels()[self.index as usize]
    }

    /// The tasks that have to be complete before it, each once, in the order in which they are
    /// written.
    pub fn dependencies(self) -> Tasks {
        Tasks::new(self.table, self.table.dependencies_of(self.index))
    }

    /// The tasks that depend on it, by descending bottom level, then in the order of the graph's
    /// list.
    pub fn dependents(self) -> Tasks {
        Tasks::new(self.table, self.table.successors_of(self.index))
    }

    /// Whether its output is one of the graph's.
    #[must_use]
    pub fn is_output(self) -> bool {
        self.node().output
    }
}

impl PartialEq for TaskRef {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.table, other.table) && self.index == other.index
    }
}

impl Eq for TaskRef {}

impl fmt::Debug for TaskRef {
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
pub struct Tasks {
    table: &'static Table,
    indices: slice::Iter<'static, u32>,
}

impl Tasks {
    pub(crate) fn new(table: &'static Table, indices: &'static [u32]) -> Self {
        Tasks { table, indices: indices.iter() }
    }
}

impl Iterator for Tasks {
    type Item = TaskRef;

    fn next(&mut self) -> Option<TaskRef> {
        self.indices.next().map(|&index| TaskRef::new(self.table, index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.indices.size_hint()
    }
}

impl DoubleEndedIterator for Tasks {
    fn next_back(&mut self) -> Option<TaskRef> {
        self.indices.next_back().map(|&index| TaskRef::new(self.table, index))
    }
}

impl ExactSizeIterator for Tasks {}
impl FusedIterator for Tasks {}

/// A task's name, which is composed when it is displayed.
///
/// ```
/// use dag_runtime::{dag, task};
///
/// #[task]
/// fn load() -> f64 { 1.5 }
///
/// dag! { graph Stats { load } }
///
/// let name = Stats::TABLE.task(0).unwrap().name();
/// assert_eq!(name, "load");
/// assert_eq!(format!("{name:>6}"), "  load");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name {
    text: &'static str,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text, f)
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}
