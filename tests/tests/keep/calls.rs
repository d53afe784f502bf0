//! Which tasks were called.

use std::sync::Mutex;

/// The tasks that were called since it was asked last.
#[derive(Debug, Default)]
pub struct Calls(Mutex<Vec<String>>);

impl Calls {
    pub fn add(&self, task: impl Into<String>) {
        self.0.lock().unwrap().push(task.into());
    }

    /// Their names in order of the alphabet, with a space between two.
    pub fn take(&self) -> String {
        let mut calls = std::mem::take(&mut *self.0.lock().unwrap());
        calls.sort();
        calls.join(" ")
    }
}
