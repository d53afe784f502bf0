//! Elements of tasks with `each`, which are found and kept one by one.

use alloc::format;
use alloc::vec::Vec;
use core::sync::atomic::Ordering;

use super::{KeptJob, label};
use crate::error::{Outcome, catch};
use crate::graph::KeptGraph;
use crate::key::collect_and_check;
use crate::slot::{self, Codec, ElementStep, Elements};
use crate::store::{Content, Digest, Entry, Parts, build};

impl<J: KeptGraph + ?Sized> KeptJob<'_, J> {
    /// Runs elements, but those that the store has, and keeps their outputs.
    pub(super) fn call_elements(&self, task: u32, step: &ElementStep<'_>, codec: &Codec) -> Outcome<()> {
        let Elements { first, end, stop } = step.elements;
        for k in first..end {
            if stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                // It tells where the step has stopped.
                return self.graph.call(task, &step.part(k, end));
            }
            // With an `Err` that was caught in this run goes only what was made of it.
            let key = self.keys.of_element(task, k).filter(|_| !self.depends_on_caught(task));
            if key.is_some_and(|key| self.element_is_found(&key, k, step, codec)) {
                continue;
            }
            let cx = step.part(k, k + 1);
            cx.forget_end();
            slot::step(self.graph.call(task, &cx))?;
            if cx.take_caught() {
                self.taint(task);
            } else if let Some(file) = self.keys.files.changed_of_element(task, self.reads_of(task), k) {
                self.file_has_changed(task, &file);
            } else if let Some(key) = key {
                self.keep_element(task, k, key, step, codec);
            }
        }
        Ok(())
    }

    /// Whether the output of an element was found, and is in its place.
    fn element_is_found(&self, key: &Digest, k: usize, step: &ElementStep<'_>, codec: &Codec) -> bool {
        let Some(Content::Output(bytes)) = self.store.find(key).and_then(|_| self.store.content(key)) else {
            return false;
        };
        self.counts.read(bytes.len());
        match collect_and_check(|| catch(|| step.decode(k, codec, &bytes))).0 {
            Ok(()) => true,
            Err(failure) => {
                self.store.warn(format_args!("an output of one element cannot be decoded: {failure}"));
                false
            }
        }
    }

    /// Hands the output of an element to the store.
    fn keep_element(&self, task: u32, k: usize, key: Digest, step: &ElementStep<'_>, codec: &Codec) {
        let (mut bytes, label) = (Vec::new(), format!("{}[{k}]", label(self.graph.table(), task)));
        match catch(|| step.encode(k, codec, &mut bytes)) {
            Ok(()) => {
                self.counts.written(bytes.len());
                let content = Content::Output(bytes);
                self.store.write(key, Entry { content, label, parts: Parts::default(), build: build() });
            }
            Err(failure) => {
                self.store.warn(format_args!("the output of `{label}` cannot be encoded: {failure}"));
            }
        }
    }
}
