//! The assignment of tasks to threads, from a simulated run.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::table::View;

/// The result of a simulated run. A thread that is free takes the most urgent ready task; among equally urgent ones, it
/// prefers those whose dependencies it has run itself.
pub(super) struct Assignment {
    pub(super) threads: usize,
    /// The thread of each task.
    pub(super) thread_of: Vec<u32>,
    /// The tasks in the order in which they start.
    pub(super) order: Vec<u32>,
}

impl Assignment {
    pub(super) fn new(view: &View, threads: u32) -> Self {
        let (len, urgency) = (view.len() as u32, view.urgency());
        let mut thread_of = vec![0; view.len()];
        let mut order = Vec::with_capacity(view.len());
        let mut left: Vec<u32> = (0..len).map(|i| view.in_degree(i)).collect();
        // For each thread the ready tasks, by rank, most of whose dependencies it has run.
        let mut ready: Vec<BinaryHeap<Reverse<u32>>> = vec![BinaryHeap::new(); threads as usize];
        let sources: Vec<u32> = (0..len).filter(|&i| left[i as usize] == 0).collect();
        for (k, &source) in sources.iter().enumerate() {
            let near = k * threads as usize / sources.len();
            ready[near].push(Reverse(urgency.rank(source)));
        }
        let mut free: BinaryHeap<Reverse<(u64, u32)>> = (0..threads).map(|k| Reverse((0, k))).collect();
        let mut running: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
        let mut near = vec![0; threads as usize];
        while order.len() < view.len() {
            let Reverse((now, thread)) = free.pop().expect("one thread or more");
            while let Some(&Reverse((_, node))) = running.peek().filter(|Reverse((end, _))| *end <= now) {
                running.pop();
                for &successor in urgency.successors_of(node) {
                    left[successor as usize] -= 1;
                    if left[successor as usize] == 0 {
                        near.fill(0);
                        let of = view.dependencies_of(successor);
                        of.iter().for_each(|&k| near[thread_of[k as usize] as usize] += 1);
                        // Among equal threads, the first one with the fewest ready tasks.
                        let best = (0..near.len()).min_by_key(|&k| (Reverse(near[k]), ready[k].len()));
                        ready[best.expect("one thread or more")].push(Reverse(urgency.rank(successor)));
                    }
                }
            }
            let level =
                |k: usize| ready[k].peek().map(|&Reverse(rank)| view.bottom_level(urgency.task(rank)));
            let own = thread as usize;
            let best = (0..ready.len()).max_by_key(|&k| (level(k), k == own)).filter(|&k| level(k).is_some());
            let Some(Reverse(rank)) = best.and_then(|best| ready[best].pop()) else {
                let Reverse((next, _)) = *running.peek().expect("an acyclic graph");
                free.push(Reverse((next, thread)));
                continue;
            };
            let node = urgency.task(rank);
            thread_of[node as usize] = thread;
            order.push(node);
            let end = now + view.place(node).line.cost.clamp(1, 1 << 40);
            running.push(Reverse((end, node)));
            free.push(Reverse((end, thread)));
        }
        Assignment { threads: threads as usize, thread_of, order }
    }
}
