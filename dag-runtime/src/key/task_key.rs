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
    known: &'run dyn KnownKeys,
    writer: KeyWriter,
    parts: Vec<(PartOf, Range<usize>)>,
    /// The part that is written, if one is.
    part: Option<PartOf>,
    /// The argument or the condition that was begun last.
    expression: PartOf,
    /// Whether it uses a task whose key is not known by now.
    waits: bool,
    /// Whether the task changes an input in place.
    runs_always: bool,
}

/// The keys that are known by now.
pub(crate) trait KnownKeys {
    /// The key of a task.
    fn of_task(&self, task: u32) -> Option<Digest>;
    /// The hash of the keys of all tasks of a line, one after the other.
    fn of_line(&self, line: usize) -> Option<Digest>;
}

/// Which part of a key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartOf {
    /// What is the same for all tasks of a line.
    Line,
    /// The argument with this number.
    Argument(usize),
    /// The condition of `when`.
    Condition,
    /// The outputs of this many tasks, of which this is the first one.
    Outputs(u32, u32),
}

impl PartOf {
    /// How a key tells it from other parts. No number of a task counts.
    fn kind(self) -> (u8, u16) {
        match self {
            PartOf::Line => (0, 0),
            PartOf::Argument(number) => (1, number as u16),
            PartOf::Condition => (2, 0),
            PartOf::Outputs(..) => (3, 0),
        }
    }
}

impl<'run> TaskKey<'run> {
    pub(crate) fn new(table: &'run Table, known: &'run dyn KnownKeys) -> Self {
        TaskKey {
            table,
            known,
            writer: KeyWriter::new(),
            parts: Vec::new(),
            part: None,
            expression: PartOf::Line,
            waits: false,
            runs_always: false,
        }
    }

    /// Begins the key of another task, of a line with this key.
    pub(crate) fn start(&mut self, line: &Digest) {
        self.writer.clear();
        self.parts.clear();
        (self.part, self.expression) = (None, PartOf::Line);
        (self.waits, self.runs_always) = (false, false);
        self.part(PartOf::Line).raw(&line.0);
    }

    /// The key; `None` if it uses a task whose key is not known by now, or the task has none.
    pub(crate) fn finish(&mut self) -> Option<Digest> {
        self.end_part();
        (!self.waits && !self.runs_always).then(|| self.writer.digest())
    }

    /// Whether the task changes an input in place, so that it has no key.
    pub(crate) fn has_none(&self) -> bool {
        self.runs_always
    }

    /// The parts of the finished key in the order of the line, each with its hash.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (PartOf, [u8; 16])> + '_ {
        self.parts.iter().map(|(of, range)| (*of, Digest::of(self.writer.part(range.clone())).half()))
    }

    fn part(&mut self, of: PartOf) -> &mut KeyWriter {
        self.end_part();
        let (kind, number) = of.kind();
        self.writer.begin_part(kind, number);
        self.part = Some(of);
        &mut self.writer
    }

    fn end_part(&mut self) {
        if let Some(of) = self.part.take() {
            self.parts.push((of, self.writer.end_part()));
        }
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

    /// Begins an argument or the condition.
    fn begin(&mut self, of: PartOf) -> &mut KeyWriter {
        self.expression = of;
        self.part(of)
    }

    /// The argument or the condition that was begun. It goes on behind outputs that are used in it.
    fn begun(&mut self) -> &mut KeyWriter {
        if self.part == Some(self.expression) { &mut self.writer } else { self.part(self.expression) }
    }

    /// Begins an argument that counts by its value.
    pub(crate) fn argument(&mut self, number: usize) -> &mut KeyWriter {
        self.begin(PartOf::Argument(number))
    }

    /// Begins an argument that counts by its tokens and by what is used in it.
    pub fn expression(&mut self, number: usize, code: u128) {
        self.begin(PartOf::Argument(number)).raw(&code.to_le_bytes());
    }

    /// Begins the condition.
    pub fn condition(&mut self, code: u128) {
        self.begin(PartOf::Condition).raw(&code.to_le_bytes());
    }

    /// An input in the expression.
    pub fn input<K: Key + ?Sized>(&mut self, value: &K) {
        value.key(self.begun());
    }

    /// An index or a size in the expression.
    pub fn index(&mut self, index: isize) {
        self.begun().raw(&(index as i64).to_le_bytes());
    }

    /// A condition in the expression that indices decide.
    pub fn decided(&mut self, holds: bool) {
        self.begun().raw(&[holds.into()]);
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
        let (of, known) = (&self.table.lines()[line], self.known);
        let first = of.first + positions.start as u32;
        let tasks = first..first + positions.len() as u32;
        let outputs = match positions.len() {
            1 => known.of_task(first),
            all if all == of.len() => known.of_line(line),
            _ => digest_of(tasks.map(|task| known.of_task(task))),
        };
        let writer = self.part(PartOf::Outputs(first, positions.len() as u32));
        writer.raw(&(positions.len() as u64).to_le_bytes());
        match outputs {
            Some(digest) => writer.raw(&digest.0),
            None => self.waits = true,
        }
    }
}

/// The hash of these keys, one after the other, if all are known.
pub(crate) fn digest_of(keys: impl Iterator<Item = Option<Digest>>) -> Option<Digest> {
    let mut all = KeyWriter::new();
    for key in keys {
        all.raw(&key?.0);
    }
    Some(all.digest())
}

impl fmt::Debug for TaskKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskKey")
            .field("parts", &self.parts)
            .field("waits", &self.waits)
            .finish_non_exhaustive()
    }
}
