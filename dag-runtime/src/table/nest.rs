//! Positions and indices of members in a run. The shape of the family is a constant there, or is made of sizes in local
//! variables, so these functions inline to the sums and products that one would write by hand.

use core::ops::Range;

use crate::table::shape::{Dim, Shape, Span};

/// The ranges of a family's indices as calls use them.
pub trait IndexRanges: Copy {
    /// The range of index `k` after the combination `before` of the earlier indices.
    #[must_use]
    fn span(self, k: usize, before: u32) -> Span;

    /// Splits a combination of the indices up to `k` into the combination of the earlier ones and the value of index `k`.
    #[must_use]
    fn split(self, k: usize, position: u32) -> (u32, isize);
}

/// Ranges that are constants, or part of a table.
impl IndexRanges for &Shape<'_> {
    #[inline(always)]
    fn span(self, k: usize, before: u32) -> Span {
        self.dims[k].span(before)
    }

    #[inline(always)]
    fn split(self, k: usize, position: u32) -> (u32, isize) {
        self.dims[k].split(position)
    }
}

/// Ranges that depend on sizes.
impl<const D: usize> IndexRanges for [Dim<'_>; D] {
    #[inline(always)]
    fn span(self, k: usize, before: u32) -> Span {
        self[k].span(before)
    }

    #[inline(always)]
    fn split(self, k: usize, position: u32) -> (u32, isize) {
        self[k].split(position)
    }
}

/// The bounds of index `k` of a family, after the combination `before` of the earlier indices.
#[inline(always)]
#[must_use]
pub fn range(shape: impl IndexRanges, k: usize, before: u32) -> (isize, isize) {
    let Span { lo, len, .. } = shape.span(k, before);
    (lo, lo + len as isize)
}

/// The combination of an index with the combination `before` of the earlier ones; for the last index, the position of
/// the member.
///
/// # Panics
///
/// Panics if the index is out of range, which is proven not to happen.
#[inline(always)]
#[must_use]
pub fn behind(shape: impl IndexRanges, k: usize, before: u32, index: isize) -> u32 {
    let Span { lo, len, first } = shape.span(k, before);
    let offset = index.wrapping_sub(lo) as usize;
    if offset >= len as usize {
        outside(k, index);
    }
    first + offset as u32
}

#[cold]
#[inline(never)]
fn outside(k: usize, index: isize) -> ! {
    panic!("index {index}, number {k} of a member, is proven to be inside of its range")
}

/// The position of the member of a family with these indices.
#[inline(always)]
#[must_use]
pub fn at<const D: usize>(shape: impl IndexRanges, indices: [isize; D]) -> usize {
    combination(shape, indices) as usize
}

#[inline(always)]
fn combination<const D: usize>(shape: impl IndexRanges, indices: [isize; D]) -> u32 {
    let (mut k, mut position) = (0, 0);
    while k < D {
        position = behind(shape, k, position, indices[k]);
        k += 1;
    }
    position
}

/// The positions of the members of a family with these first indices, whose last index is in `lo..hi`.
#[inline(always)]
#[must_use]
pub fn between<const D: usize>(
    shape: impl IndexRanges,
    prefix: [isize; D],
    lo: isize,
    hi: isize,
) -> Range<usize> {
    let Span { lo: low, len, first } = shape.span(D, combination(shape, prefix));
    let high = low + len as isize;
    let (start, end) = (lo.max(low), hi.min(high));
    if start >= end {
        return first as usize..first as usize;
    }
    first as usize + (start - low) as usize..first as usize + (end - low) as usize
}

/// The indices of the member at a position, in a family with `D` indices.
#[inline(always)]
#[must_use]
pub fn indices<const D: usize>(shape: impl IndexRanges, mut position: u32) -> [isize; D] {
    let mut indices = [0; D];
    let mut k = D;
    while k > 0 {
        k -= 1;
        (position, indices[k]) = shape.split(k, position);
    }
    indices
}
