//! How long outputs take to other workers.

use alloc::vec;
use alloc::vec::Vec;

/// For each task, the tasks that wait for it, and the time that its output takes to another worker.
#[derive(Debug)]
pub(super) struct Transfers {
    starts: Vec<u32>,
    items: Vec<(u32, u64)>,
}

impl Transfers {
    /// `edges` contains the waiting task, the task that it waits for, and the time.
    pub(super) fn new(tasks: usize, edges: &[(u32, u32, u64)]) -> Self {
        let mut starts = vec![0_u32; tasks + 2];
        edges.iter().for_each(|&(_, before, _)| starts[before as usize + 2] += 1);
        for task in 2..tasks + 2 {
            starts[task] += starts[task - 1];
        }
        let mut items = vec![(0, 0); starts[tasks + 1] as usize];
        for &(task, before, time) in edges {
            let end = &mut starts[before as usize + 1];
            items[*end as usize] = (task, time);
            *end += 1;
        }
        Transfers { starts, items }
    }

    pub(super) fn of(&self, task: u32) -> &[(u32, u64)] {
        let task = task as usize;
        &self.items[self.starts[task] as usize..self.starts[task + 1] as usize]
    }
}
