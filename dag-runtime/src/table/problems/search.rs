//! The search for shortest cycles.
//!
//! A depth-first search finds the tasks from which a cycle can be reached, and among them *heads*, to which an edge
//! leads back: every cycle has one. A breadth-first search from each head finds the shortest cycle through it;
//! afterwards the head is removed. No search goes further than the length of the shortest cycle so far. When these
//! searches have taken as long as a depth-first search, another depth-first search finds the cycles that are left
//! without these heads. The deepest heads come first: if a single wrong edge closes all cycles, it leads from these
//! tasks, and no cycle is left without them. In a graph with many heads, short cycles are frequent, and the searches
//! end early.

use crate::table::columns::Adjacency;
use crate::table::problems::Problems;

/// Words of scratch space that a [`Search`] needs for each node.
pub(super) const SCRATCH: usize = 6;

/// A task that this depth-first search has not visited.
const FRESH: u32 = 0;
/// A task from which no cycle can be reached.
const CLEAN: u32 = 1;
/// A task on no other cycles than those found already.
const ASIDE: u32 = 2;
/// A task from which a cycle can be reached.
const CYCLIC: u32 = 3;
/// A task on the stack of the depth-first search.
const OPEN: u32 = 4;
/// A task on the stack that is known to be cyclic.
const OPEN_CYCLIC: u32 = 5;
/// A task on the stack that is a head.
const OPEN_HEAD: u32 = 6;

/// The state of the searches.
pub(super) struct Search<'a> {
    dependencies: Adjacency<'a>,
    state: &'a mut [u32],
    /// The heads, in the order in which the depth-first search left them.
    heads: &'a mut [u32],
    head_count: usize,
    /// The number of tasks that the depth-first search has visited.
    marked: usize,
    /// For each task, the last breadth-first search that visited it.
    met: &'a mut [u32],
    search: u32,
    /// The distance from the start of that search.
    distances: &'a mut [u32],
    /// The task from which it was visited; in the depth-first search, the next edge.
    parents: &'a mut [u32],
    /// The tasks in the order of visits; in the depth-first search, the stack.
    queue: &'a mut [u32],
    queued: usize,
}

impl<'a> Search<'a> {
    pub(super) const fn new(dependencies: Adjacency<'a>, scratch: &'a mut [u32], nodes: usize) -> Self {
        let (state, rest) = scratch.split_at_mut(nodes);
        let (heads, rest) = rest.split_at_mut(nodes);
        let (met, rest) = rest.split_at_mut(nodes);
        let (distances, rest) = rest.split_at_mut(nodes);
        let (parents, queue) = rest.split_at_mut(nodes);
        Search {
            dependencies,
            state,
            heads,
            head_count: 0,
            marked: 0,
            met,
            search: 0,
            distances,
            parents,
            queue,
            queued: 0,
        }
    }

    /// Finds the first task on a shortest cycle, and the length of that; nothing where no cycle is
    /// left.
    pub(super) const fn shortest(&mut self) -> Option<(u32, u32)> {
        self.mark(CLEAN);
        if self.head_count == 0 {
            return None;
        }
        let (mut first, mut shortest) = (u32::MAX, u32::MAX);
        while self.head_count > 0 {
            let (mut i, mut met) = (0, 0);
            while i < self.head_count && met <= self.marked / 2 {
                let head = self.heads[i];
                let len = self.breadth_first(head, shortest);
                met += self.queued;
                if len < shortest {
                    shortest = len;
                    first = u32::MAX;
                }
                if len == shortest {
                    let task = self.first_on_cycle(head, len);
                    if task < first {
                        first = task;
                    }
                }
                self.state[head as usize] = ASIDE;
                i += 1;
            }
            if i == self.head_count {
                break;
            }
            self.mark(ASIDE);
        }
        let mut task = 0;
        while task < self.state.len() {
            if self.state[task] == ASIDE {
                self.state[task] = CYCLIC;
            }
            task += 1;
        }
        Some((first, shortest))
    }

    /// Finds the cyclic tasks and the heads. Tasks that turn out not to be cyclic become `acyclic`.
    const fn mark(&mut self, acyclic: u32) {
        self.head_count = 0;
        self.marked = 0;
        let (mut root, nodes) = (0, self.state.len());
        while root < nodes {
            if self.state[root] == CYCLIC {
                self.state[root] = FRESH;
            }
            root += 1;
        }
        root = 0;
        while root < nodes {
            if self.state[root] == FRESH {
                self.mark_from(root, acyclic);
            }
            root += 1;
        }
    }

    /// As [`mark`](Self::mark), for the tasks upstream of `root`.
    const fn mark_from(&mut self, root: usize, acyclic: u32) {
        let Adjacency { starts, items } = self.dependencies;
        let mut height = 0;
        let mut next = root;
        loop {
            if self.state[next] == FRESH {
                self.state[next] = OPEN;
                self.parents[next] = starts[next];
                self.queue[height] = next as u32;
                self.marked += 1;
                height += 1;
            }
            let task = self.queue[height - 1] as usize;
            let edge = self.parents[task];
            if edge < starts[task + 1] {
                next = items[edge as usize] as usize;
                if self.state[next] == FRESH {
                    continue;
                }
                if self.state[next] >= OPEN {
                    self.state[next] = OPEN_HEAD;
                }
                if self.state[next] >= CYCLIC && self.state[task] == OPEN {
                    self.state[task] = OPEN_CYCLIC;
                }
                self.parents[task] = edge + 1;
            } else {
                if self.state[task] == OPEN_HEAD {
                    self.heads[self.head_count] = task as u32;
                    self.head_count += 1;
                }
                self.state[task] = if self.state[task] == OPEN { acyclic } else { CYCLIC };
                height -= 1;
                if height == 0 {
                    return;
                }
            }
        }
    }

    /// The length of the shortest cycle through `from`, if it is at most `limit`; otherwise `u32::MAX`.
    pub(super) const fn breadth_first(&mut self, from: u32, limit: u32) -> u32 {
        let Adjacency { starts, items } = self.dependencies;
        self.search += 1;
        self.met[from as usize] = self.search;
        self.distances[from as usize] = 0;
        self.queue[0] = from;
        self.queued = 1;
        let mut done = 0;
        while done < self.queued {
            let task = self.queue[done] as usize;
            let distance = self.distances[task] + 1;
            if distance > limit {
                break;
            }
            let (mut edge, end) = (starts[task] as usize, starts[task + 1] as usize);
            while edge < end {
                let dependency = items[edge] as usize;
                if dependency == from as usize {
                    self.parents[dependency] = task as u32;
                    return distance;
                }
                if self.state[dependency] == CYCLIC && self.met[dependency] != self.search {
                    self.met[dependency] = self.search;
                    self.distances[dependency] = distance;
                    self.parents[dependency] = task as u32;
                    self.queue[self.queued] = dependency as u32;
                    self.queued += 1;
                }
                edge += 1;
            }
            done += 1;
        }
        u32::MAX
    }

    /// The first task on any cycle of length `len` through `from`, after the search from there.
    ///
    /// Goes backwards through the queue, and keeps the distances only of tasks on such a cycle.
    const fn first_on_cycle(&mut self, from: u32, len: u32) -> u32 {
        let Adjacency { starts, items } = self.dependencies;
        let mut first = u32::MAX;
        while self.queued > 0 {
            self.queued -= 1;
            let task = self.queue[self.queued] as usize;
            let distance = self.distances[task] + 1;
            let mut on_cycle = false;
            let (mut edge, end) = (starts[task] as usize, starts[task + 1] as usize);
            while edge < end && !on_cycle && distance <= len {
                let dependency = items[edge] as usize;
                on_cycle = if distance == len {
                    dependency == from as usize
                } else {
                    self.met[dependency] == self.search && self.distances[dependency] == distance
                };
                edge += 1;
            }
            if !on_cycle {
                self.distances[task] = u32::MAX;
            } else if (task as u32) < first {
                first = task as u32;
            }
        }
        first
    }

    /// The cycle of length `len` that the last search, from `from`, has found.
    pub(super) const fn path(&mut self, from: u32, len: usize) -> &[u32] {
        let mut task = from;
        let mut i = len;
        while i > 0 {
            i -= 1;
            task = self.parents[task as usize];
            self.queue[i] = task;
        }
        self.queue.split_at(len).0
    }

    /// Removes the cycle of length `len`, the last path, from further searches, and with each member its family.
    pub(super) const fn leave_out(&mut self, len: usize, problems: &Problems<'_>) {
        let mut i = 0;
        while i < len {
            let task = self.queue[i];
            if self.state[task as usize] != CLEAN {
                let (mut sibling, mut left) = problems.tasks_of(problems.line(task));
                while left > 0 {
                    self.state[sibling as usize] = CLEAN;
                    sibling += 1;
                    left -= 1;
                }
            }
            i += 1;
        }
    }
}
