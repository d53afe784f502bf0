//! What counts for the key of one task by its line in the graph.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::{Key, KeyWriter, SeenFile};
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
    /// Of a task with `each`: what it runs over.
    list: List,
    /// Whether it uses a task whose key is not known by now.
    waits: bool,
    /// Whether the task changes an input in place.
    runs_always: bool,
}

/// What a task with `each` runs over.
#[derive(Debug, Default)]
struct List {
    at: ListAt,
    /// Its parts.
    parts: Range<usize>,
    source: Option<ListSource>,
    /// The files of each element.
    files: Vec<Vec<SeenFile>>,
    /// Whether elements of inputs are wanted.
    is_wanted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum ListAt {
    /// There is none, or it has ended.
    #[default]
    Nowhere,
    /// It is the next argument.
    Next,
    /// It is being written.
    Here,
}

/// What a list consists of, as far as keys know.
#[derive(Debug)]
pub(crate) enum ListSource {
    /// Elements of an input, by their values.
    Elements(Vec<Digest>),
    /// The outputs of the tasks from this one on.
    Members(u32),
    /// The elements of the output of this task.
    Output(u32),
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
            writer: KeyWriter::with_capacity(256),
            parts: Vec::with_capacity(8),
            part: None,
            expression: PartOf::Line,
            list: List::default(),
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
        self.list = List { is_wanted: self.list.is_wanted, ..List::default() };
        self.part(PartOf::Line).raw(&line.0);
    }

    /// The key; `None` if it uses a task whose key is not known by now, or the task has none.
    pub(crate) fn finish(&mut self) -> Option<Digest> {
        self.end_part();
        self.end_list();
        (!self.waits && !self.runs_always).then(|| self.writer.digest())
    }

    /// Takes the files of the elements of the list that the task runs over, if these are values.
    pub(crate) fn take_element_files(&mut self) -> Vec<Vec<SeenFile>> {
        core::mem::take(&mut self.list.files)
    }

    /// Takes the files whose contents the key has.
    pub(crate) fn take_files(&mut self) -> Vec<SeenFile> {
        self.writer.take_files()
    }

    /// Whether the task changes an input in place, so that it has no key.
    pub(crate) fn has_none(&self) -> bool {
        self.runs_always
    }

    /// The parts of the finished key in the order of the line, each with its hash.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (PartOf, [u8; 16])> + '_ {
        self.parts.iter().map(|(of, range)| (*of, Digest::of(self.writer.part(range.clone())).half()))
    }

    /// From now on, the elements of inputs are wanted which tasks with `each` run over.
    pub(crate) fn want_elements(&mut self) {
        self.list.is_wanted = true;
    }

    /// Of the finished key of a task with `each`: the hash of all but what it runs over, and what that is.
    pub(crate) fn take_list(&mut self) -> Option<(Digest, ListSource)> {
        let source = self.list.source.take()?;
        let (first, last) =
            (self.parts.get(self.list.parts.start)?, self.parts.get(self.list.parts.end - 1)?);
        Some((self.writer.digest_without(first.1.start..last.1.end), source))
    }

    /// The task runs once for each element of the next argument.
    pub fn list(&mut self) {
        self.list.at = ListAt::Next;
    }

    /// The task runs once for each element of the output, or the outputs, of this line.
    pub(crate) fn list_of_line(&mut self, line: usize) {
        self.end_part();
        (self.list.at, self.list.parts.start) = (ListAt::Here, self.parts.len());
        self.all(line);
        self.end_part();
        self.end_list();
    }

    fn end_list(&mut self) {
        if self.list.at == ListAt::Here {
            (self.list.at, self.list.parts.end) = (ListAt::Nowhere, self.parts.len());
        }
    }

    /// The elements of the argument, which is an input or made of inputs.
    pub fn elements<'a, K: Key + 'a>(&mut self, elements: impl Iterator<Item = &'a K>) {
        if !self.list.is_wanted {
            return;
        }
        let (mut writer, files) = (KeyWriter::new(), &mut self.list.files);
        let key_of = |element: &K| {
            writer.clear();
            element.key(&mut writer);
            files.push(writer.take_files());
            writer.digest()
        };
        self.list.source = Some(ListSource::Elements(elements.map(key_of).collect()));
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
        self.end_part();
        self.end_list();
        if self.list.at == ListAt::Next {
            (self.list.at, self.list.parts.start) = (ListAt::Here, self.parts.len());
        }
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
        if self.list.at == ListAt::Here {
            self.list.source = Some(ListSource::Output(self.table.lines()[line].first + position as u32));
        }
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
        if self.list.at == ListAt::Here && self.list.source.is_none() {
            let source = if of.is_family() { ListSource::Members } else { ListSource::Output };
            self.list.source = Some(source(first));
        }
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
