//! When all that a task waits for is on a rank.

use alloc::vec;
use alloc::vec::Vec;

use crate::graph::ANYWHERE;

/// What a task waits for, by rank: so it takes a time for each input and for each rank, not for all pairs of them.
pub(super) struct Inputs {
    /// The ranks that have some.
    pub(super) homes: Vec<u32>,
    /// For each rank, how many it has, and when the last one of these is there; of those of `homes` alone.
    on: Vec<(u32, u64)>,
    /// When the last one could be on another rank, that rank, and the same for the rank after it.
    latest: [(u64, u32); 2],
}

impl Inputs {
    pub(super) fn new(ranks: u32) -> Self {
        Inputs { homes: Vec::new(), on: vec![(0, 0); ranks as usize], latest: [(0, ANYWHERE); 2] }
    }

    pub(super) fn clear(&mut self) {
        self.homes.drain(..).for_each(|home| self.on[home as usize] = (0, 0));
        self.latest = [(0, ANYWHERE); 2];
    }

    /// One that is there at `end`, and elsewhere when it has `arrived`.
    pub(super) fn add(&mut self, home: u32, end: u64, arrived: u64) {
        let (count, last) = &mut self.on[home as usize];
        if *count == 0 {
            self.homes.push(home);
        }
        (*count, *last) = (*count + 1, end.max(*last));
        let [first, second] = self.latest;
        if home == first.1 {
            self.latest[0].0 = arrived.max(first.0);
        } else if arrived > first.0 {
            self.latest = [(arrived, home), first];
        } else if arrived > second.0 {
            self.latest[1] = (arrived, home);
        }
    }

    /// When all are on a rank.
    pub(super) fn complete_on(&self, rank: u32) -> u64 {
        let [first, second] = self.latest;
        let (from_others, _) = if first.1 == rank { second } else { first };
        from_others.max(self.on[rank as usize].1)
    }

    pub(super) fn count_on(&self, rank: u32) -> u32 {
        self.on[rank as usize].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_complete_when_the_last_one_has_arrived() {
        let all = [(0, 5, 9), (1, 8, 12), (0, 6, 10), (2, 1, 30), (1, 2, 6), (2, 20, 24), (3, 7, 11)];
        let mut inputs = Inputs::new(5);
        for len in 0..=all.len() {
            inputs.clear();
            all[..len].iter().for_each(|&(home, end, arrived)| inputs.add(home, end, arrived));
            for rank in 0..5 {
                let there =
                    |&(home, end, arrived): &(u32, u64, u64)| if home == rank { end } else { arrived };
                let expected = all[..len].iter().map(there).max().unwrap_or(0);
                assert_eq!(inputs.complete_on(rank), expected, "{len} inputs on rank {rank}");
                let count = all[..len].iter().filter(|&&(home, ..)| home == rank).count();
                assert_eq!(inputs.count_on(rank) as usize, count);
            }
        }
    }
}
