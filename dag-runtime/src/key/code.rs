//! The code of tasks, in keys.

use alloc::vec::Vec;
use core::any::TypeId;

use super::{Key, KeyWriter};

/// Where the code of a task is written.
#[derive(Debug)]
pub struct CodeWriter {
    key: KeyWriter,
    /// The tasks whose code was written.
    tasks: Vec<TypeId>,
}

impl CodeWriter {
    pub(crate) fn new() -> Self {
        CodeWriter { key: KeyWriter::new(), tasks: Vec::new() }
    }

    /// Writes a constant that the code uses, or what an expression in it evaluates to where it is compiled.
    pub fn value<V: Key + ?Sized>(&mut self, value: &V) {
        value.key(&mut self.key);
    }

    /// Writes bytes, and how many there are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.key.bytes(bytes);
    }

    /// Whether the code of a task was not written so far: functions may use each other.
    pub(crate) fn is_new(&mut self, task: TypeId) -> bool {
        let is_new = !self.tasks.contains(&task);
        if is_new {
            self.tasks.push(task);
        }
        is_new
    }

    /// The first half of the hash of all that was written.
    pub(crate) fn half(&self) -> [u8; 16] {
        self.key.digest().half()
    }
}
