//! What counts for the key of one task by its line in the graph.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::{Key, KeyWriter};
use crate::store::Digest;
use crate::table::Table;

/// What counts for the key of one task, as its line in the graph writes it.
///
/// Each argument and the condition is a part; so is each use of outputs in them.
pub struct TaskKey<'run> {
    table: &'run Table,
    /// The key of a task, if it is known by now.
    key_of: &'run dyn Fn(u32) -> Option<Digest>,
    parts: Vec<(PartOf, KeyWriter)>,
    /// Whether it uses a task whose key is not known by now.
    waits: bool,
    /// Whether the task changes an input in place.
    runs_always: bool,
}

/// Which part of a key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartOf {
    /// The argument with this number.
    Argument(usize),
    /// The condition of `when`.
    Condition,
    /// The outputs of this many tasks, of which this is the first one.
    Outputs(u32, u32),
}

impl<'run> TaskKey<'run> {
    pub(crate) fn new(table: &'run Table, key_of: &'run dyn Fn(u32) -> Option<Digest>) -> Self {
        TaskKey { table, key_of, parts: Vec::new(), waits: false, runs_always: false }
    }

    /// The parts in the order of the line; `None` if it uses a task whose key is not known by now.
    pub(crate) fn into_parts(self) -> Option<Vec<(PartOf, KeyWriter)>> {
        (!self.waits).then_some(self.parts)
    }

    /// Whether the task changes an input in place, so that it has no key.
    pub(crate) fn has_none(&self) -> bool {
        self.runs_always
    }

    fn part(&mut self, of: PartOf) -> &mut KeyWriter {
        self.parts.push((of, KeyWriter::new()));
        &mut self.parts.last_mut().expect("it was pushed").1
    }

    fn last(&mut self) -> &mut KeyWriter {
        let of_line = |(of, _): &&mut (PartOf, KeyWriter)| !matches!(of, PartOf::Outputs(..));
        &mut self.parts.iter_mut().rev().find(of_line).expect("an expression was begun").1
    }

    /// Never: in front of code that is there for its types.
    #[must_use]
    pub fn never(&self) -> bool {
        false
    }

    /// The task changes an input in place: it runs always.
    pub fn runs_always(&mut self) {
        self.runs_always = true;
    }

    /// Begins an argument that counts by its value.
    pub(crate) fn argument(&mut self, number: usize) -> &mut KeyWriter {
        self.part(PartOf::Argument(number))
    }

    /// Begins an argument that counts by its tokens and by what is used in it.
    pub fn expression(&mut self, number: usize, code: u128) {
        self.part(PartOf::Argument(number)).raw(&code.to_le_bytes());
    }

    /// Begins the condition.
    pub fn condition(&mut self, code: u128) {
        self.part(PartOf::Condition).raw(&code.to_le_bytes());
    }

    /// An input in the expression.
    pub fn input<K: Key + ?Sized>(&mut self, value: &K) {
        value.key(self.last());
    }

    /// An index or a size in the expression.
    pub fn index(&mut self, index: isize) {
        self.last().raw(&(index as i64).to_le_bytes());
    }

    /// A condition in the expression that indices decide.
    pub fn decided(&mut self, holds: bool) {
        self.last().raw(&[holds.into()]);
    }

    /// The output of the task at this position of a line.
    pub fn one(&mut self, line: usize, position: usize) {
        self.some(line, position..position + 1);
    }

    /// The outputs of all tasks of a line.
    pub fn all(&mut self, line: usize) {
        self.some(line, 0..self.table.lines()[line].len());
    }

    /// The outputs of the tasks at these positions of a line.
    pub fn some(&mut self, line: usize, positions: Range<usize>) {
        let first = self.table.lines()[line].first + positions.start as u32;
        let tasks = first..first + positions.len() as u32;
        let mut outputs = KeyWriter::new();
        outputs.raw(&u64::from(tasks.end - tasks.start).to_le_bytes());
        for task in tasks.clone() {
            match (self.key_of)(task) {
                Some(key) => outputs.raw(&key.0),
                None => self.waits = true,
            }
        }
        self.parts.push((PartOf::Outputs(tasks.start, tasks.end - tasks.start), outputs));
    }
}

impl fmt::Debug for TaskKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskKey")
            .field("parts", &self.parts)
            .field("waits", &self.waits)
            .finish_non_exhaustive()
    }
}
