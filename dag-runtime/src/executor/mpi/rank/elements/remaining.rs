//! The elements of a task that were not handed out.

use alloc::vec::Vec;
use core::ops::Range;

/// Each element is in it once at most.
#[derive(Default)]
pub(crate) struct Remaining {
    /// None of these is empty.
    ranges: Vec<Range<usize>>,
    len: usize,
}

impl Remaining {
    pub(crate) fn of(range: Range<usize>) -> Self {
        let mut remaining = Remaining::default();
        remaining.put(range);
        remaining
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Takes up to `most` elements that follow each other: none only where none is left.
    pub(crate) fn take(&mut self, most: usize) -> Range<usize> {
        let Some(range) = self.ranges.last_mut() else { return 0..0 };
        let taken = range.start..range.end.min(range.start + most);
        range.start = taken.end;
        if range.start == range.end {
            self.ranges.pop();
        }
        self.len -= taken.len();
        taken
    }

    /// Puts elements back.
    pub(crate) fn put(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.len += range.len();
        match self.ranges.last_mut() {
            Some(last) if last.start == range.end => last.start = range.start,
            _ => self.ranges.push(range),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_is_taken_once() {
        let mut remaining = Remaining::of(0..10);
        assert_eq!((remaining.take(3), remaining.take(4), remaining.len()), (0..3, 3..7, 3));
        remaining.put(3..7);
        remaining.put(0..3);
        assert_eq!((remaining.len(), remaining.take(100)), (10, 0..10));
        assert_eq!((remaining.len(), remaining.take(1)), (0, 0..0));
        remaining.put(4..6);
        remaining.put(8..9);
        assert_eq!((remaining.take(5), remaining.take(5), remaining.take(5)), (8..9, 4..6, 0..0));
    }
}
