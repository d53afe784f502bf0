//! Positions and indices of members in a run. The shape of the family is a constant there, or is made of sizes in local
//! variables, so these functions inline to the sums and products that one would write by hand.

use core::ops::Range;

use crate::table::shape::{Dim, MAX_INDICES, Shape};

/// The ranges of a family's indices as calls use them.
pub trait IndexRanges: Copy {
    /// Whether an index is compared with its range. With constants this costs nothing.
    const CHECKS: bool;

    /// The values of index `k` after the combination `before` of the earlier indices.
    #[must_use]
    fn values(self, k: usize, before: usize) -> Values;

    /// Splits a combination of the indices up to `k` into the combination of the earlier ones and the value of index `k`.
    #[must_use]
    fn split(self, k: usize, position: u32) -> (u32, isize);

    /// The combination of these indices, which are the first ones or all.
    #[must_use]
    fn combination<const K: usize>(self, indices: [isize; K]) -> usize;
}

/// The values of one index for one combination of the earlier ones, which are counted in `usize`s: so the compiler sees that
/// the positions of neighbours differ by a constant.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    lo: isize,
    len: usize,
    /// The number of combinations of this and the earlier indices before these values.
    first: usize,
}

impl Values {
    #[inline(always)]
    fn of(dim: &Dim<'_>, before: usize) -> Self {
        match *dim {
            Dim::Fixed { lo, len } => {
                Values { lo, len: len as usize, first: before.wrapping_mul(len as usize) }
            }
            Dim::Varying(spans) => {
                let span = &spans[before];
                Values { lo: span.lo, len: span.len as usize, first: span.first as usize }
            }
        }
    }
}

/// Ranges that are constants, or part of a table.
impl IndexRanges for &Shape<'_> {
    const CHECKS: bool = true;

    #[inline(always)]
    fn values(self, k: usize, before: usize) -> Values {
        Values::of(&self.dims[k], before)
    }

    #[inline(always)]
    fn split(self, k: usize, position: u32) -> (u32, isize) {
        self.dims[k].split(position)
    }

    #[inline(always)]
    fn combination<const K: usize>(self, indices: [isize; K]) -> usize {
        let (mut k, mut before) = (0, 0);
        while k < K {
            before = behind(self, k, before, indices[k]);
            k += 1;
        }
        before
    }
}

/// Ranges that depend on sizes. The indices of all uses were compared with them when the table for these sizes was made, and
/// are computed from the same by constant functions.
impl<const D: usize> IndexRanges for [Dim<'_>; D] {
    const CHECKS: bool = cfg!(debug_assertions);

    #[inline(always)]
    fn values(self, k: usize, before: usize) -> Values {
        Values::of(&self[k], before)
    }

    #[inline(always)]
    fn split(self, k: usize, position: u32) -> (u32, isize) {
        self[k].split(position)
    }

    /// Without a loop: LLVM unrolls one only after it has simplified branches and hoisted what is the same in all rounds of
    /// the loops around it, which are the loops over the members.
    #[inline(always)]
    fn combination<const K: usize>(self, indices: [isize; K]) -> usize {
        const { assert!(K <= MAX_INDICES && MAX_INDICES == 8) };
        macro_rules! each {
            ($($k:literal)*) => {{
                let before = 0;
                $(let before = if $k < K { behind(self, $k, before, indices[$k]) } else { before };)*
                before
            }};
        }
        each!(0 1 2 3 4 5 6 7)
    }
}

/// The bounds of index `k` of a family, after the combination `before` of the earlier indices.
#[inline(always)]
#[must_use]
pub fn range(shape: impl IndexRanges, k: usize, before: usize) -> (isize, isize) {
    let Values { lo, len, .. } = shape.values(k, before);
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
pub fn behind<R: IndexRanges>(shape: R, k: usize, before: usize, index: isize) -> usize {
    let Values { lo, len, first } = shape.values(k, before);
    let offset = index.wrapping_sub(lo) as usize;
    if R::CHECKS && offset >= len {
        outside(k, index);
    }
    first.wrapping_add(offset)
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
    shape.combination(indices)
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
    let Values { lo: low, len, first } = shape.values(D, at(shape, prefix));
    let high = low + len as isize;
    let (start, end) = (lo.max(low), hi.min(high));
    if start >= end {
        return first..first;
    }
    first + (start - low) as usize..first + (end - low) as usize
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
