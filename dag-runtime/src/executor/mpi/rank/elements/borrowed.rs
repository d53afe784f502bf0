//! Elements of a task of another rank that run here.

use alloc::boxed::Box;
use core::any::Any;
use core::ops::Range;

use crate::unwind::discard;

/// Elements that another rank has lent.
#[derive(Default)]
pub(crate) struct Borrowed {
    pub(crate) lent: Lent,
    /// Where they are by value, themselves, until the task is opened over them.
    pub(crate) elements: Option<Box<dyn Any>>,
}

impl Borrowed {
    /// The number in the task of what is the first element here.
    pub(super) fn first(&self) -> usize {
        if self.lent.by_value { self.lent.range.start } else { 0 }
    }

    /// Their numbers here.
    pub(crate) fn range(&self) -> Range<usize> {
        if self.lent.by_value { 0..self.lent.range.len() } else { self.lent.range.clone() }
    }

    /// Drops what there is of them.
    pub(crate) fn clear(&mut self) {
        discard(self.elements.take());
    }
}

/// How many bytes it takes to say which elements are lent.
const LEN: usize = 17;

/// Which elements of a task are lent, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lent {
    pub(crate) range: Range<usize>,
    /// Whether the task takes them by value: then they follow.
    pub(crate) by_value: bool,
    /// Whether the borrower was lent none of the task before: then what the task reads follows.
    pub(crate) is_first: bool,
}

impl Lent {
    pub(crate) fn bytes(&self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[..8].copy_from_slice(&(self.range.start as u64).to_ne_bytes());
        bytes[8..16].copy_from_slice(&(self.range.end as u64).to_ne_bytes());
        bytes[16] = u8::from(self.by_value) | u8::from(self.is_first) << 1;
        bytes
    }

    /// None where a whole task is lent.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; LEN] = bytes.try_into().ok()?;
        let word = |k: usize| u64::from_ne_bytes(bytes[k..k + 8].try_into().expect("eight bytes")) as usize;
        let flags = bytes[16];
        Some(Lent { range: word(0)..word(8), by_value: flags & 1 != 0, is_first: flags & 2 != 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_as_they_were_lent() {
        for (by_value, is_first) in [(false, false), (false, true), (true, false), (true, true)] {
            let lent = Lent { range: 3..1 << 40, by_value, is_first };
            assert_eq!(Lent::read(&lent.bytes()), Some(lent));
        }
        assert_eq!(Lent::read(&[]), None);
    }
}
