//! The outputs that are dropped after each task of the serial order.

use alloc::vec;
use alloc::vec::Vec;

use super::lists::List;
use crate::table::view::TaskLines;

/// The outputs that are dropped after each task. All is empty if a run drops no output before it ends.
#[derive(Debug, Default)]
pub(super) struct Releases {
    items: Vec<u32>,
    /// Where the list of each task ends. If tasks run in the order of their numbers, it begins where that of the next one
    /// ends.
    ends: Vec<u32>,
    /// Where the list of each task begins; empty if `ends` says that.
    starts: Vec<u32>,
}

/// Marks the outputs that a run never drops.
pub(super) fn keep(lines: TaskLines<'_>, reader_counts: &mut [u32]) {
    for line in lines.all().iter().filter(|line| line.is_kept()) {
        let first = line.first as usize;
        reader_counts[first..first + line.len()].fill(u32::MAX);
    }
}

impl Releases {
    /// `reader_counts` are marked.
    pub(super) fn new(order: &[u32], in_order: bool, reads: &List, reader_counts: &[u32]) -> Self {
        let len = order.len();
        let mut releases = Releases {
            items: Vec::with_capacity(len),
            ends: vec![0; len + 1],
            starts: if in_order { Vec::new() } else { vec![0; len] },
        };
        let mut is_released = vec![false; len];
        // Backwards: the first task that reads an output is its last reader.
        for &task in order.iter().rev() {
            let task = task as usize;
            if !in_order {
                releases.starts[task] = releases.items.len() as u32;
            }
            if reader_counts[task] == 0 {
                releases.items.push(task as u32);
            }
            for &output in reads.of(task) {
                if !core::mem::replace(&mut is_released[output as usize], true)
                    && reader_counts[output as usize] != u32::MAX
                {
                    releases.items.push(output);
                }
            }
            releases.ends[task] = releases.items.len() as u32;
        }
        releases.items.shrink_to_fit();
        releases
    }

    pub(super) fn starts(&self, len: usize) -> &[u32] {
        if self.starts.is_empty() { self.ends.get(1..).unwrap_or(&[]) } else { &self.starts[..len] }
    }

    pub(super) fn ends(&self) -> &[u32] {
        &self.ends
    }

    pub(super) fn items(&self) -> &[u32] {
        &self.items
    }
}
