//! The placement by earliest finish.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::Model;
use super::inputs::Inputs;
use super::queue::Queue;
use crate::graph::ANYWHERE;

impl Model<'_> {
    /// Gives each task, by descending bottom level, to the rank on which it would finish first.
    pub(super) fn earliest_finish(&self) -> Vec<u32> {
        let len = self.view.len();
        let mut homes = vec![ANYWHERE; len];
        let mut finish = vec![0_u64; len];
        let mut free_at = vec![0_u64; self.ranks as usize];
        let mut idlest: BinaryHeap<Reverse<(u64, u32)>> =
            (0..self.ranks).map(|rank| Reverse((0, rank))).collect();
        let mut waits = self.uses.counts();
        let mut ready = Queue::new(len);
        for task in (0..len as u32).filter(|&task| waits[task as usize] == 0) {
            ready.push(self.urgency.rank(task));
        }
        let mut candidates: Vec<u32> = Vec::new();
        let mut inputs = Inputs::new(self.ranks);
        while let Some(rank) = ready.pop() {
            let task = self.urgency.task(rank);
            candidates.clear();
            inputs.clear();
            for &k in self.uses.of(task) {
                let (home, end) = (homes[k as usize], finish[k as usize]);
                inputs.add(home, end, end.saturating_add(self.delay(k)));
            }
            match self.pin(task as usize) {
                ANYWHERE => {
                    candidates.extend_from_slice(&inputs.homes);
                    // Entries that are out of date are of ranks that have become busier since.
                    while let Some(&Reverse((at, idle))) = idlest.peek() {
                        if at == free_at[idle as usize] {
                            candidates.push(idle);
                            break;
                        }
                        idlest.pop();
                    }
                }
                pin => candidates.push(pin),
            }
            let best = candidates.iter().map(|&home| {
                let start = inputs.complete_on(home).max(free_at[home as usize]);
                (start.saturating_add(self.costs[task as usize]), Reverse(inputs.count_on(home)), home)
            });
            let (end, _, home) = best.min().expect("there is a rank");
            homes[task as usize] = home;
            finish[task as usize] = end;
            free_at[home as usize] = end;
            idlest.push(Reverse((end, home)));
            for &k in self.uses.users_of(task) {
                waits[k as usize] -= 1;
                if waits[k as usize] == 0 {
                    ready.push(self.urgency.rank(k));
                }
            }
        }
        homes
    }
}
