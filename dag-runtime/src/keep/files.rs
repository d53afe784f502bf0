//! The files in the keys and in the outputs of a run: they may change while it goes on.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::key::SeenFile;

/// Outputs with more files are compared after each element that reads them by the file in the place of the element alone.
const MANY: usize = 16;

/// The files of a run.
#[derive(Debug, Default)]
pub(super) struct Files {
    is_any: AtomicBool,
    of: Mutex<OfTasks>,
}

/// The files of each task.
#[derive(Debug, Default)]
struct OfTasks {
    arguments: BTreeMap<u32, Vec<SeenFile>>,
    /// Those in the list that the task runs over, by element.
    elements: BTreeMap<u32, Vec<Vec<SeenFile>>>,
    outputs: BTreeMap<u32, Vec<SeenFile>>,
}

impl Files {
    /// Notes the files in the arguments of a task, and which of these are in the elements of a list that it runs over.
    pub(super) fn in_arguments(&self, task: u32, mut files: Vec<SeenFile>, elements: Vec<Vec<SeenFile>>) {
        if files.is_empty() && elements.iter().all(Vec::is_empty) {
            return;
        }
        let of_elements: BTreeSet<&SeenFile> = elements.iter().flatten().collect();
        files.retain(|file| !of_elements.contains(file));
        let mut of = self.of();
        of.arguments.insert(task, files);
        of.elements.insert(task, elements);
        self.is_any.store(true, Ordering::Release);
    }

    /// Notes the files in the elements of an output that a task runs over.
    pub(super) fn in_elements(&self, task: u32, elements: Vec<Vec<SeenFile>>) {
        if elements.iter().any(|files| !files.is_empty()) {
            self.of().elements.insert(task, elements);
            self.is_any.store(true, Ordering::Release);
        }
    }

    /// Notes the files in the output of a task.
    pub(super) fn in_output(&self, task: u32, files: Vec<SeenFile>) {
        if !files.is_empty() {
            self.of().outputs.insert(task, files);
            self.is_any.store(true, Ordering::Release);
        }
    }

    fn of(&self) -> MutexGuard<'_, OfTasks> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file of a task that has changed since: one in its arguments, or in an output that it reads.
    pub(super) fn changed(&self, task: u32, reads: &[u32]) -> Option<SeenFile> {
        self.find(|of| {
            let elements = of.elements.get(&task).into_iter().flatten().flatten();
            let outputs = reads.iter().filter_map(|read| of.outputs.get(read)).flatten();
            of.arguments.get(&task).into_iter().flatten().chain(elements).chain(outputs).cloned().collect()
        })
    }

    /// The same for an element of the task.
    pub(super) fn changed_of_element(&self, task: u32, reads: &[u32], k: usize) -> Option<SeenFile> {
        self.find(|of| {
            let element = of.elements.get(&task).and_then(|elements| elements.get(k)).into_iter().flatten();
            let outputs = reads.iter().filter_map(|read| of.outputs.get(read)).flat_map(|files| {
                match files.len() > MANY {
                    true => files.get(k..=k).unwrap_or_default(),
                    false => files,
                }
            });
            of.arguments.get(&task).into_iter().flatten().chain(element).chain(outputs).cloned().collect()
        })
    }

    fn find(&self, files: impl FnOnce(&OfTasks) -> Vec<SeenFile>) -> Option<SeenFile> {
        if !self.is_any.load(Ordering::Acquire) {
            return None;
        }
        // Files are read without the lock.
        let files = files(&self.of());
        files.into_iter().find(|file| !file.still_matches())
    }
}
