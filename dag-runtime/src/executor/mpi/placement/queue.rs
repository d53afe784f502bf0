//! A priority queue of numbers below a limit, each of which is in it at most once.
//!
//! A bit for each number, and above each 64 words of bits a word that tells which of these are not zero. So to push and to
//! pop takes as many steps as there are levels, three for up to 262,144 numbers, where a heap compares many more of them.

use alloc::vec;
use alloc::vec::Vec;

/// Hands out the lowest number first.
pub(super) struct Queue {
    /// The bits of the numbers come first, and a single word last.
    levels: Vec<Vec<u64>>,
}

impl Queue {
    /// For numbers below `limit`.
    pub(super) fn new(limit: usize) -> Self {
        let mut levels = Vec::new();
        let mut bits = limit.max(1);
        loop {
            bits = bits.div_ceil(64);
            levels.push(vec![0; bits]);
            if bits == 1 {
                break Queue { levels };
            }
        }
    }

    #[inline]
    pub(super) fn push(&mut self, number: u32) {
        let mut bit = number as usize;
        for level in &mut self.levels {
            let word = &mut level[bit / 64];
            let was_empty = *word == 0;
            *word |= 1 << (bit % 64);
            if !was_empty {
                break;
            }
            bit /= 64;
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<u32> {
        let mut lowest = 0;
        for level in self.levels.iter().rev() {
            let word = level[lowest];
            if word == 0 {
                return None;
            }
            lowest = lowest * 64 + word.trailing_zeros() as usize;
        }
        let mut bit = lowest;
        for level in &mut self.levels {
            let word = &mut level[bit / 64];
            *word &= !(1 << (bit % 64));
            if *word != 0 {
                break;
            }
            bit /= 64;
        }
        Some(lowest as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn the_lowest_number_comes_first() {
        let mut seed = 1_u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % below
        };
        for limit in [0, 1, 64, 65, 4096, 4097, 300_000] {
            let (mut queue, mut expected) = (Queue::new(limit), BTreeSet::new());
            for _ in 0..2000 {
                if limit > 0 && random(5) < 3 {
                    let number = random(limit) as u32;
                    queue.push(number);
                    expected.insert(number);
                } else {
                    assert_eq!(queue.pop(), expected.pop_first(), "of numbers below {limit}");
                }
            }
        }
    }
}
