//! The keys of the tasks of a run.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::sync::atomic::{AtomicBool, Ordering};
use std::env::consts::{ARCH, OS};
use std::sync::OnceLock;

use super::files::Files;
use crate::error::catch;
use crate::graph::KeptGraph;
use crate::key::{KeyWriter, KnownKeys, ListSource, PartOf, TaskKey, digest_of};
use crate::slot::{Cx, KeptLine};
use crate::store::{Digest, Parts, Store, executable};
use crate::table::{Line, Table};

/// Changes with what keys are made of.
const FORMAT: &str = "dag-runtime 0.1, keys 1";

/// The keys of the tasks of a run, as far as they are known.
pub(crate) struct Keys<'run> {
    table: &'run Table,
    lines: Vec<OfLine>,
    tasks: Box<[OnceLock<Digest>]>,
    /// For each line, the hash of the keys of its tasks.
    all: Box<[OnceLock<Digest>]>,
    /// The files that the keys and the outputs of tasks have.
    pub(super) files: Files,
    /// The tasks that run always, without a key.
    keyless: Box<[AtomicBool]>,
    /// What each task with `each` runs over. Empty if no such task is kept.
    lists: Box<[OnceLock<ListKey>]>,
}

/// What counts for elements of a task with `each`.
struct ListKey {
    /// All that counts for the task but what it runs over.
    task: Digest,
    source: ListSource,
    /// The keys of the elements of an output, by their values: when the task begins.
    values: OnceLock<Vec<Digest>>,
}

/// The key of an element that counts by the value it is made of.
fn by_value(task: &Digest, element: &Digest) -> Digest {
    let mut writer = KeyWriter::new();
    writer.raw(&task.0);
    writer.raw(b"value");
    writer.raw(&element.0);
    writer.digest()
}

/// What is the same for all tasks of a line.
struct OfLine {
    key: Digest,
    parts: Parts,
}

impl OfLine {
    fn new(line: &KeptLine, store: &Store) -> Self {
        let (mut parts, mut key) = (Parts::default(), KeyWriter::new());
        let mut add = |name: &str, write: &dyn Fn(&mut KeyWriter)| {
            let mut writer = KeyWriter::new();
            write(&mut writer);
            let hash = writer.digest().half();
            parts.push(name, hash);
            key.bytes(name.as_bytes());
            key.raw(&hash);
        };
        add("format", &|writer| writer.bytes(FORMAT.as_bytes()));
        add("target", &|writer| target(writer));
        add("function", &|writer| writer.bytes(line.path().as_bytes()));
        add(if line.has_version { "version" } else { "code" }, &|writer| writer.raw(&(line.code)()));
        if let Some(shape) = line.shape() {
            add("shape of the output", &|writer| writer.raw(&shape));
        }
        if let Some(version) = store.given_version() {
            add("version of the store", &|writer| writer.bytes(version.as_bytes()));
        }
        if store.is_strict() {
            add("executable", &|writer| writer.raw(&executable().unwrap_or(Digest([0; 32])).0));
        }
        OfLine { key: key.digest(), parts }
    }
}

/// What programs are compiled for, as far as it may change what they calculate.
fn target(writer: &mut KeyWriter) {
    writer.bytes(ARCH.as_bytes());
    writer.bytes(OS.as_bytes());
    writer.raw(&[size_of::<usize>() as u8, cfg!(target_endian = "big").into()]);
}

impl<'run> Keys<'run> {
    /// None is known yet.
    pub(crate) fn new(table: &'run Table, lines: &[KeptLine], store: &Store) -> Self {
        let keeps_lists =
            lines.iter().zip(table.lines()).any(|(kept, line)| kept.codec.is_some() && line.each);
        let lists = if keeps_lists { table.len() } else { 0 };
        Keys {
            table,
            lines: lines.iter().map(|line| OfLine::new(line, store)).collect(),
            tasks: (0..table.len()).map(|_| OnceLock::new()).collect(),
            all: lines.iter().map(|_| OnceLock::new()).collect(),
            files: Files::default(),
            keyless: (0..table.len()).map(|_| AtomicBool::new(false)).collect(),
            lists: (0..lists).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The key of a task, if it is known.
    pub(crate) fn get(&self, task: u32) -> Option<&Digest> {
        self.tasks[task as usize].get()
    }

    /// Whether a task is known to have no key, since it runs always.
    pub(crate) fn is_keyless(&self, task: u32) -> bool {
        self.keyless[task as usize].load(Ordering::Relaxed)
    }

    /// A task counts by this, which is what it has returned.
    pub(crate) fn set(&self, task: u32, key: Digest) {
        let _ = self.tasks[task as usize].set(key);
    }

    /// Finds the key of a task from those of its dependencies, if these are known.
    pub(crate) fn find<'k>(&'k self, graph: &(impl KeptGraph + ?Sized), task: u32, key: &mut TaskKey<'k>) {
        let digest = self.write(graph, task, key);
        self.files.in_arguments(task, key.take_files(), key.take_element_files());
        if let Some(digest) = digest {
            if let (Some(place), Some((task, source))) = (self.lists.get(task as usize), key.take_list()) {
                let _ = place.set(ListKey { task, source, values: OnceLock::new() });
            }
            self.set(task, digest);
        } else if key.has_none() {
            self.keyless[task as usize].store(true, Ordering::Relaxed);
        }
    }

    /// Writes the key of a task.
    fn write<'k>(
        &'k self,
        graph: &(impl KeptGraph + ?Sized),
        task: u32,
        key: &mut TaskKey<'k>,
    ) -> Option<Digest> {
        let view = self.table.view();
        let (number, line) = (view.line(task) as usize, view.place(task).line);
        key.start(&self.lines[number].key);
        if line.each && !self.lists.is_empty() {
            key.want_elements();
        }
        let list = graph.kept_lines()[number].list;
        for (k, edge) in line.edges.iter().enumerate() {
            match list == Some(k) {
                true => key.list_of_line(edge.to as usize),
                false => key.all(edge.to as usize),
            }
        }
        // The task would panic where its argument does. Without a key it runs, and fails.
        catch(|| {
            graph.write_key(task, key);
            Ok(key.finish())
        })
        .unwrap_or_default()
    }

    /// Whether the elements of a task have keys of their own.
    pub(crate) fn has_elements(&self, task: u32) -> bool {
        self.lists.get(task as usize).is_some_and(|list| list.get().is_some())
    }

    /// Finds the keys of the elements that a task runs over, by their values, if it runs over an output. It is called next.
    pub(crate) fn find_elements(&self, graph: &(impl KeptGraph + ?Sized), task: u32, cx: &Cx<'_>) {
        let Some(list) = self.lists.get(task as usize).and_then(OnceLock::get) else { return };
        let ListSource::Output(of) = list.source else { return };
        let (view, lines) = (self.table.view(), graph.kept_lines());
        let Some(keys) = lines[view.line(task) as usize].elements else { return };
        let source = (&lines[view.line(of) as usize], view.place(of));
        let (mut values, mut files) = (Vec::new(), Vec::new());
        let written = catch(|| {
            let mut next = |key: &mut KeyWriter| {
                values.push(key.digest());
                files.push(key.take_files());
            };
            Ok(graph.slots().element_keys(cx, source, keys, &mut next))
        });
        if written.is_ok_and(|is_written| is_written) {
            let _ = list.values.set(values);
            self.files.in_elements(task, files);
        }
    }

    /// The key of an element of a task with `each`, if it is known: by the value of the element it is made of, or else by the
    /// keys of the tasks and elements from which that is.
    pub(crate) fn of_element(&self, task: u32, k: usize) -> Option<Digest> {
        let ListKey { task: key, values, .. } = self.lists.get(task as usize)?.get()?;
        match values.get() {
            Some(values) => Some(by_value(key, values.get(k)?)),
            None => self.of_element_before(task, k),
        }
    }

    /// The same, as far as it is known before the list is there.
    fn of_element_before(&self, task: u32, k: usize) -> Option<Digest> {
        let ListKey { task: key, source, .. } = self.lists.get(task as usize)?.get()?;
        let mut writer = KeyWriter::new();
        writer.raw(&key.0);
        match source {
            ListSource::Elements(elements) => return Some(by_value(key, elements.get(k)?)),
            ListSource::Members(first) => {
                writer.raw(b"task");
                writer.raw(&self.get(first + k as u32)?.0);
            }
            ListSource::Output(of) => match self.of_element_before(*of, k) {
                Some(element) => {
                    writer.raw(b"element");
                    writer.raw(&element.0);
                }
                None => {
                    writer.raw(b"position");
                    writer.raw(&self.get(*of)?.0);
                    writer.raw(&(k as u64).to_le_bytes());
                }
            },
        }
        Some(writer.digest())
    }

    /// The parts of a key, if it is known.
    pub(crate) fn parts<'k>(
        &'k self,
        graph: &(impl KeptGraph + ?Sized),
        task: u32,
        key: &mut TaskKey<'k>,
    ) -> Option<Parts> {
        self.write(graph, task, key)?;
        let number = self.table.view().line(task) as usize;
        let line = &graph.kept_lines()[number];
        let mut parts = self.lines[number].parts.clone();
        let mut name = String::new();
        for (of, hash) in key.parts() {
            name.clear();
            self.name(of, line, &mut name)?;
            if !name.is_empty() {
                // An argument goes on behind an output that is used in it, and may use the same one again.
                parts.add(&name, hash);
            }
        }
        Some(parts)
    }

    /// Writes what a part is called: nothing for one that is in all tasks of the line.
    fn name(&self, of: PartOf, line: &KeptLine, to: &mut String) -> Option<()> {
        let written = match of {
            PartOf::Line => Ok(()),
            PartOf::Argument(number) => match (line.argument)(number) {
                Some(name) => write!(to, "argument `{name}`"),
                None => write!(to, "argument {}", number + 1),
            },
            PartOf::Condition => to.write_str("condition"),
            PartOf::Outputs(_, 0) => to.write_str("dependency on nothing"),
            PartOf::Outputs(first, 1) => {
                write!(to, "dependency `{}`", self.table.task(first as usize)?.name())
            }
            PartOf::Outputs(first, _) => write!(to, "dependency `{}`", self.line_of(first).name),
        };
        written.ok()
    }

    fn line_of(&self, task: u32) -> &Line<'_> {
        self.table.view().place(task).line
    }
}

impl KnownKeys for Keys<'_> {
    fn of_task(&self, task: u32) -> Option<Digest> {
        self.get(task).copied()
    }

    fn of_line(&self, line: usize) -> Option<Digest> {
        let all = &self.all[line];
        if let Some(known) = all.get() {
            return Some(*known);
        }
        let line = &self.table.lines()[line];
        let known = digest_of((line.first..line.first + line.len() as u32).map(|task| self.of_task(task)))?;
        Some(*all.get_or_init(|| known))
    }
}
