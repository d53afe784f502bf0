//! A hash that is the same on all ranks.

/// FNV-1a, by Fowler, Noll and Vo, over words of 64 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) const fn new() -> Self {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    /// One that goes on from the end of another one.
    pub(crate) const fn from(hash: u64) -> Self {
        Hash(hash)
    }

    pub(crate) fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }

    pub(crate) fn add_text(&mut self, text: &str) {
        self.add(text.len() as u64);
        for byte in text.bytes() {
            self.add(u64::from(byte));
        }
    }

    pub(crate) fn add_numbers(&mut self, numbers: &[u32]) {
        self.add(numbers.len() as u64);
        for two in numbers.chunks(2) {
            self.add(two.iter().fold(0, |word, &number| word << 32 | u64::from(number)));
        }
    }

    pub(crate) const fn finish(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_their_order_count() {
        let of = |numbers: &[u32]| {
            let mut hash = Hash::new();
            hash.add_numbers(numbers);
            hash.finish()
        };
        let all = [&[][..], &[0], &[0, 0], &[1], &[0, 1], &[1, 0], &[1, 2, 3], &[1, 3, 2], &[1, 2, 3, 0]];
        for (k, one) in all.iter().enumerate() {
            assert!(all[..k].iter().all(|other| of(other) != of(one)), "{one:?}");
        }
    }
}
