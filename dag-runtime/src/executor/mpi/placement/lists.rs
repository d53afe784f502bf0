//! For each task a list.

use alloc::vec::Vec;

/// For each task a list.
#[derive(Debug, Default)]
pub(crate) struct Lists<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Lists<T> {
    #[inline]
    pub(crate) fn of(&self, task: u32) -> &[T] {
        let task = task as usize;
        &self.items[self.starts[task] as usize..self.starts[task + 1] as usize]
    }

    pub(super) fn with_capacity(tasks: usize) -> Self {
        let mut starts = Vec::with_capacity(tasks + 1);
        starts.push(0);
        Lists { starts, items: Vec::new() }
    }

    pub(super) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// The list of a task is complete: what comes is that of the next one.
    pub(super) fn end(&mut self) {
        self.starts.push(self.items.len() as u32);
    }
}
