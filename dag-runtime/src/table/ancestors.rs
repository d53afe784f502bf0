//! Searches upstream of a task, for what has to be ordered by a path.

use crate::table::columns::Adjacency;

/// Words of scratch space that [`Ancestors`] needs for each task.
pub(super) const SCRATCH: usize = 3;

/// Which of the wanted tasks are upstream of another one.
///
/// A breadth-first search meets the nearest tasks first. It ends when it has met all that are wanted, and does not go
/// above the highest of these, since no path leads from there to a deeper task. So where the wanted tasks are near, it
/// is short however large the graph is.
#[derive(Debug)]
pub(super) struct Ancestors<'a> {
    dependencies: Adjacency<'a>,
    /// The length of the longest path to each task; empty if the graph is cyclic.
    depths: &'a [u32],
    /// For each task, the last search that wanted it, and the last one that met it.
    wanted: &'a mut [u32],
    met: &'a mut [u32],
    queue: &'a mut [u32],
    /// The number of this search, from 1.
    search: u32,
    missing: usize,
    highest: u32,
}

impl<'a> Ancestors<'a> {
    /// For tasks with these dependencies, and these depths if they are acyclic. The scratch space holds zeros.
    pub(super) const fn new(dependencies: Adjacency<'a>, depths: &'a [u32], scratch: &'a mut [u32]) -> Self {
        let tasks = dependencies.starts.len() - 1;
        let (wanted, rest) = scratch.split_at_mut(tasks);
        let (met, queue) = rest.split_at_mut(tasks);
        Ancestors { dependencies, depths, wanted, met, queue, search: 1, missing: 0, highest: u32::MAX }
    }

    /// Adds a task to those that the next search looks for.
    pub(super) const fn want(&mut self, task: u32) {
        if self.wanted[task as usize] != self.search {
            self.wanted[task as usize] = self.search;
            self.missing += 1;
            // Without depths, no wanted task is known to be below another task.
            let depth = if self.depths.is_empty() { 0 } else { self.depths[task as usize] };
            if depth < self.highest {
                self.highest = depth;
            }
        }
    }

    /// How many of the wanted tasks are not upstream of `task`. Nothing is wanted afterwards.
    pub(super) const fn missing_upstream_of(&mut self, task: u32) -> usize {
        let Adjacency { starts, items } = self.dependencies;
        self.queue[0] = task;
        if self.depths.is_empty() {
            // A cycle leads back to it.
            self.met[task as usize] = self.search;
        }
        let (mut done, mut queued) = (0, 1);
        while done < queued && self.missing > 0 {
            let task = self.queue[done] as usize;
            done += 1;
            let (mut edge, end) = (starts[task] as usize, starts[task + 1] as usize);
            while edge < end {
                let dependency = items[edge] as usize;
                edge += 1;
                let depth = if self.depths.is_empty() { u32::MAX } else { self.depths[dependency] };
                if self.met[dependency] == self.search || depth < self.highest {
                    continue;
                }
                self.met[dependency] = self.search;
                if self.wanted[dependency] == self.search {
                    self.missing -= 1;
                }
                if depth > self.highest {
                    self.queue[queued] = dependency as u32;
                    queued += 1;
                }
            }
        }
        let missing = self.missing;
        self.search += 1;
        self.missing = 0;
        self.highest = u32::MAX;
        missing
    }

    /// Whether the last search met this task. It may have ended before it met tasks that were not wanted.
    pub(super) const fn has_met(&self, task: u32) -> bool {
        self.met[task as usize] + 1 == self.search
    }
}
