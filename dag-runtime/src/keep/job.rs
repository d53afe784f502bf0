//! A job whose tasks are called, or have their kept outputs put in their slots.

mod elements;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::counts::Counts;
use super::keys::Keys;
use super::plan::{Decode, Fate, LARGE, Plan, Planner, bytes, filled_size};
use crate::error::{Error, Outcome, catch};
use crate::graph::{Found as FoundUnits, Job, KeptGraph, Taken};
use crate::key::{KeyWriter, SeenFile, TaskKey, collect, collect_and_check};
use crate::slot::{Codec, Cx, ElementStep, Finished, KeptLine, Slots, end_without_call, in_steps};
use crate::store::{Content, Entry, Found, Parts, Store, build};
use crate::table::{Limits, SharedTable, Table};

/// A job of a graph with `keep`, in a run with a store.
pub(crate) struct KeptJob<'run, J: ?Sized> {
    pub(super) graph: &'run J,
    store: &'run Store,
    pub(super) keys: Keys<'run>,
    pub(super) plan: Plan,
    /// Whether keys are found while the run goes on.
    pub(super) asks: bool,
    /// The parts of the keys of tasks that run in steps.
    parts: Mutex<BTreeMap<u32, Parts>>,
    /// The tasks that depend on an `Err` that was caught in this run, or on a file that has changed in it.
    tainted: Box<[AtomicBool]>,
    pub(super) any_tainted: AtomicBool,
    counts: &'run Counts<'run>,
}

impl<'run, J: KeptGraph + ?Sized> KeptJob<'run, J> {
    /// Plans a run.
    pub(crate) fn new(graph: &'run J, store: &'run Store, counts: &'run Counts<'run>) -> Self {
        store.refresh();
        let keys = Keys::new(graph.table(), graph.kept_lines(), store);
        let planner = Planner { graph, store, keys: &keys };
        planner.find_keys();
        let plan = planner.plan(planner.find(), Decode::AtStart);
        for (task, found) in &plan.hits {
            counts.hit(found, if plan.fates.of(*task) == Fate::Found { 0 } else { found.bytes });
        }
        let used: Vec<_> = plan.hits.iter().filter_map(|(task, _)| keys.get(*task).copied()).collect();
        store.used(&used);
        KeptJob::planned(graph, store, keys, plan, counts)
    }

    /// The job of a run with this plan.
    pub(super) fn planned(
        graph: &'run J,
        store: &'run Store,
        keys: Keys<'run>,
        plan: Plan,
        counts: &'run Counts<'run>,
    ) -> Self {
        let tasks = 0..graph.table().len();
        KeptJob {
            graph,
            store,
            asks: tasks.clone().any(|task| keys.get(task as u32).is_none()),
            keys,
            plan,
            parts: Mutex::default(),
            tainted: tasks.map(|_| AtomicBool::new(false)).collect(),
            any_tainted: AtomicBool::new(false),
            counts,
        }
    }

    fn line(&self, task: u32) -> &'static KeptLine {
        &self.graph.kept_lines()[self.graph.view().line(task) as usize]
    }

    /// Finds the key of a task that runs now, and its output if the store has it. Whether that is so.
    fn ask(&self, task: u32, cx: &Cx<'_>) -> bool {
        let has_key = self.keys.get(task).is_some() || self.keys.is_keyless(task);
        if !has_key && !self.line(task).is_volatile() {
            self.keys.find(self.graph, task, &mut TaskKey::new(self.graph.table(), &self.keys));
        }
        if self.plan.fates.of(task) != Fate::Asks {
            return false;
        }
        self.plan.fates.set(task, Fate::Runs);
        if self.depends_on_caught(task) {
            return false;
        }
        let (Some(key), Some(codec)) = (self.keys.get(task), &self.line(task).codec) else { return false };
        let Some(found) = self.store.find(key) else { return false };
        if !self.is_filled(task, cx, codec, &found) {
            let Some(content) = self.store.content(key) else { return false };
            if self.decode(task, cx, codec, &content).is_err() {
                return false;
            }
        }
        self.plan.fates.set(task, Fate::Stored);
        self.counts.hit(&found, found.bytes);
        self.store.used(&[*key]);
        true
    }

    fn decode(&self, task: u32, cx: &Cx<'_>, codec: &Codec, content: &Content) -> Outcome<()> {
        let place = self.graph.view().place(task);
        let decode = || self.graph.slots().decode_own(cx, codec, place, bytes(content, place)?);
        let (decoded, files) = collect_and_check(|| catch(decode));
        self.keys.files.in_output(task, files);
        decoded.map_err(|failure| {
            let text = format!("its output cannot be decoded from the store: {failure}");
            self.store.warn(format_args!("task `{}`: {text}", place.line.name));
            text.into()
        })
    }

    /// Reads an output that was found before the run.
    pub(super) fn content(&self, task: u32) -> Outcome<(&'static Codec, Content)> {
        let (Some(key), Some(codec)) = (self.keys.get(task), &self.line(task).codec) else {
            unreachable!("a hit is of a kept line, and has a key")
        };
        let lost = || {
            format!(
                "its output was in the store `{}` when the run started, and no longer is",
                self.store.folder().display()
            )
        };
        Ok((codec, self.store.content(key).ok_or_else(lost)?))
    }

    /// Whether a large plain output was read straight to where it belongs.
    fn is_filled(&self, task: u32, cx: &Cx<'_>, codec: &Codec, found: &Found) -> bool {
        let Some((key, len)) = self.keys.get(task).zip(filled_size(codec, found)) else { return false };
        let fill = |memory: &mut [u8]| self.store.read_to(key, memory);
        self.graph.slots().fill_own(cx, codec, self.graph.view().place(task), len, fill)
    }

    fn read(&self, task: u32, cx: &Cx<'_>) -> Outcome<()> {
        let (key, codec) = (self.keys.get(task), self.line(task).codec.as_ref());
        if let (Some(found), Some(codec)) = (key.and_then(|key| self.store.find(key)), codec) {
            if self.is_filled(task, cx, codec, &found) {
                return Ok(());
            }
        }
        let (codec, content) = self.content(task)?;
        self.decode(task, cx, codec, &content)
    }

    /// Calls a task, and keeps its output.
    fn call_task(&self, task: u32, cx: &Cx<'_>) -> Outcome<()> {
        let codec = self.line(task).codec.as_ref();
        if let Some(codec) =
            codec.filter(|_| self.keys.has_elements(task) && !self.is_rerun() && !cx.is_lent())
        {
            if cx.is_whole() {
                return in_steps(cx, |cx| self.call_task(task, cx));
            }
            if let Some(step) = ElementStep::of(cx) {
                return self.call_elements(task, &step, codec);
            }
            if cx.begins() {
                self.keys.find_elements(self.graph, task, cx);
            }
        }
        let kept = codec.filter(|_| self.keys.get(task).is_some() && !self.line(task).is_volatile());
        // Before the call, which takes inputs.
        let mut parts = kept.filter(|_| cx.begins()).and_then(|_| self.find_parts(task));
        cx.forget_end();
        let outcome = self.graph.call(task, cx);
        if cx.take_caught() || cx.begins() && self.depends_on_caught(task) {
            self.taint(task);
        }
        if outcome.is_err() {
            // For the last step of the task, unless it has failed.
            if let Some(parts) = parts {
                self.parts().insert(task, parts);
            }
            return outcome;
        }
        self.check_files(task);
        if self.line(task).is_volatile() {
            self.find_volatile(task, cx);
        }
        if let Some(codec) = kept {
            if !cx.begins() {
                parts = self.parts().remove(&task);
            }
            if !self.is_tainted(task) {
                self.keep(task, cx, codec, parts.unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Whether outputs are made again, to be compared: then all elements are, too.
    fn is_rerun(&self) -> bool {
        #[cfg(feature = "cli")]
        return self.store.rerun().is_some();
        #[cfg(not(feature = "cli"))]
        false
    }

    /// Where a file has changed that the task may have read, its output is not that of its key.
    fn check_files(&self, task: u32) {
        if let Some(file) = self.keys.files.changed(task, self.reads_of(task)) {
            self.file_has_changed(task, &file);
        }
    }

    fn file_has_changed(&self, task: u32, file: &SeenFile) {
        if self.is_tainted(task) {
            return;
        }
        self.taint(task);
        let label = label(self.graph.table(), task);
        self.store.warn(format_args!(
            "nothing is kept of `{label}` and what depends on it: {file} has changed since its key was made"
        ));
    }

    fn reads_of(&self, task: u32) -> &[u32] {
        self.graph.view().reads_of(task)
    }

    fn find_parts(&self, task: u32) -> Option<Parts> {
        self.keys.parts(self.graph, task, &mut TaskKey::new(self.graph.table(), &self.keys))
    }

    /// A task counts by what it has returned. If that panics, nothing is kept that depends on it.
    fn find_volatile(&self, task: u32, cx: &Cx<'_>) {
        let place = self.graph.view().place(task);
        let mut key = KeyWriter::new();
        key.bytes(b"output");
        let written = catch(|| {
            self.graph.slots().key_own(cx, self.line(task), place, &mut key);
            Ok(())
        });
        self.keys.files.in_output(task, key.take_files());
        if written.is_ok() {
            self.keys.set(task, key.digest());
        }
    }

    /// Hands the output of a task to the store.
    fn keep(&self, task: u32, cx: &Cx<'_>, codec: &Codec, parts: Parts) {
        let (Some(key), place) = (self.keys.get(task), self.graph.view().place(task)) else { return };
        let label = label(self.graph.table(), task);
        if let Some(bytes) = self.written_from(task, cx, codec) {
            self.counts.written(bytes.len());
            let entry = Entry { content: Content::Output(Vec::new()), label, parts, build: build() };
            return self.store.write_from(*key, entry, bytes);
        }
        let content = if place.line.optional && cx.is_not_wanted() {
            Content::NotWanted
        } else {
            let mut bytes = Vec::new();
            let (encoded, files) =
                collect(|| catch(|| self.graph.slots().encode_own(cx, codec, place, &mut bytes)));
            self.keys.files.in_output(task, files);
            if let Err(failure) = encoded {
                self.store.warn(format_args!("the output of `{label}` cannot be encoded: {failure}"));
                return;
            }
            self.counts.written(bytes.len());
            Content::Output(bytes)
        };
        #[cfg(feature = "cli")]
        if let Some(rerun) = self.store.rerun() {
            if let Some(before) = self.store.content(key) {
                rerun.compare(label, key, &before, &content);
            }
            return;
        }
        self.store.write(*key, Entry { content, label, parts, build: build() });
    }

    /// The bytes of a large plain output, which is written from where it is.
    fn written_from<'c>(&self, task: u32, cx: &'c Cx<'_>, codec: &Codec) -> Option<&'c [u8]> {
        if !codec.is_plain() || self.is_rerun() {
            return None;
        }
        let bytes = self.graph.slots().plain_own(cx, codec, self.graph.view().place(task))?;
        (bytes.len() >= LARGE).then_some(bytes)
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, BTreeMap<u32, Parts>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a task reads an output that depends on an `Err` that was caught in this run.
    fn depends_on_caught(&self, task: u32) -> bool {
        self.any_tainted.load(Ordering::Relaxed)
            && self.graph.view().reads_of(task).iter().any(|&read| self.is_tainted(read))
    }

    pub(super) fn is_tainted(&self, task: u32) -> bool {
        self.tainted[task as usize].load(Ordering::Relaxed)
    }

    // Relaxed: those who ask are this task, and tasks that come after it.
    pub(super) fn taint(&self, task: u32) {
        self.tainted[task as usize].store(true, Ordering::Relaxed);
        self.any_tainted.store(true, Ordering::Relaxed);
    }

    /// The task was found.
    fn end_hit(&self, task: u32, cx: &Cx<'_>) {
        cx.hit();
        if self.plan.fates.of(task) != Fate::Found {
            if let Some(finished) = self.graph.finished() {
                finished.insert_hit(task);
            }
        }
    }
}

/// The name of a task in a store.
pub(super) fn label(table: &Table, task: u32) -> String {
    match table.task(task as usize) {
        Some(task) => format!("{}::{}", table.graph(), task.name()),
        None => String::new(),
    }
}

impl<J: KeptGraph + ?Sized> Job for KeptJob<'_, J> {
    fn shared_table(&self) -> &SharedTable {
        self.graph.shared_table()
    }

    fn table(&self) -> &Table {
        self.graph.table()
    }

    fn call(&self, task: u32, cx: &Cx<'_>) -> Outcome<()> {
        if self.asks && cx.begins() {
            self.ask(task, cx);
        }
        match self.plan.fates.of(task) {
            Fate::Runs | Fate::Asks => self.call_task(task, cx),
            Fate::NotNeeded => end_without_call(cx, || {
                cx.not_needed();
                Ok(())
            }),
            fate => end_without_call(cx, || {
                if fate == Fate::Reads {
                    self.read(task, cx)?;
                }
                self.end_hit(task, cx);
                Ok(())
            }),
        }
    }

    fn slots(&self) -> Slots<'_> {
        self.graph.slots()
    }

    fn needs_nothing(&self, task: u32) -> bool {
        !matches!(self.plan.fates.of(task), Fate::Runs | Fate::Asks)
    }

    fn finished(&self) -> Option<&Finished> {
        self.graph.finished()
    }

    fn units(&self, limits: &'static Limits, found: Option<&mut FoundUnits<'_>>) -> Result<Vec<u64>, Error> {
        let runs = |task| matches!(self.plan.fates.of(task), Fate::Runs | Fate::Asks);
        match found {
            None => self.graph.units(limits, None),
            // A task that is not called takes nothing.
            Some(found) => self.graph.units(
                limits,
                Some(&mut |task, taken: &Taken| {
                    if runs(task) {
                        found(task, taken);
                    }
                }),
            ),
        }
    }

    #[cfg(feature = "mpi")]
    fn pins(&self, ranks: usize, at: &core::cell::Cell<u32>) -> Vec<u32> {
        self.graph.pins(ranks, at)
    }

    #[cfg(feature = "mpi")]
    fn pins_are_fixed(&self) -> bool {
        self.graph.pins_are_fixed()
    }
}
