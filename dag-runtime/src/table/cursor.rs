//! Iteration over the indices of a family, in row-major order.

use crate::table::shape::{Dim, MAX_INDICES, Shape, Span, TOO_MANY, values};

/// Iterates over the combinations of some indices in row-major order.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    dims: [Dim<'t>; MAX_INDICES],
    len: usize,
    /// A bit for each index that takes only one value.
    single: u32,
    index: [isize; MAX_INDICES],
    end: [isize; MAX_INDICES],
    /// For each index, the number of the combination of the indices up to it.
    position: [u32; MAX_INDICES],
    started: bool,
}

impl<'t> Cursor<'t> {
    /// Before the first combination.
    pub(super) const fn new(mut dims: &[Dim<'t>]) -> Self {
        let mut all = [Dim::Fixed { lo: 0, len: 1 }; MAX_INDICES];
        let mut len = 0;
        while let [dim, rest @ ..] = dims {
            all[len] = *dim;
            len += 1;
            dims = rest;
        }
        Cursor {
            dims: all,
            len,
            single: 0,
            index: [0; MAX_INDICES],
            end: [0; MAX_INDICES],
            position: [0; MAX_INDICES],
            started: false,
        }
    }

    /// Advances to the next combination, if there is one.
    pub(super) const fn next(&mut self) -> bool {
        let mut k;
        if self.started {
            if self.len == 0 {
                return false;
            }
            k = self.len - 1;
            self.index[k] += 1;
            self.position[k] += 1;
        } else {
            self.started = true;
            if self.len == 0 {
                return true;
            }
            k = 0;
            self.enter(0, 0);
        }
        loop {
            if self.index[k] < self.end[k] {
                if k + 1 == self.len {
                    return true;
                }
                let before = self.position[k];
                k += 1;
                self.enter(k, before);
            } else {
                if k == 0 {
                    return false;
                }
                k -= 1;
                self.index[k] += 1;
                self.position[k] += 1;
            }
        }
    }

    /// Advances to the next combination if only the last index differs there.
    #[inline(always)]
    pub(super) const fn step(&mut self) -> bool {
        let last = self.len.wrapping_sub(1);
        if last < MAX_INDICES && self.index[last] + 1 < self.end[last] {
            self.index[last] += 1;
            self.position[last] += 1;
            true
        } else {
            false
        }
    }

    /// Sets an index to its first value.
    const fn enter(&mut self, k: usize, before: u32) {
        let Span { lo, len, first } = self.dims[k].span(before);
        self.index[k] = lo;
        self.end[k] = if self.single & (1 << k) == 0 { lo + len as isize } else { lo + 1 };
        self.position[k] = first;
    }

    #[inline]
    pub(super) const fn index(&self, k: usize) -> isize {
        self.index[k]
    }
}

/// Records the ranges of an index that depends on earlier ones: one range for each combination of them.
#[derive(Debug)]
pub struct Spans<'t, const N: usize> {
    earlier: Cursor<'t>,
    spans: [Span; N],
    filled: usize,
    total: u32,
}

impl<'t, const N: usize> Spans<'t, N> {
    /// For an index after `earlier` ones, which have `N` combinations.
    #[must_use]
    pub const fn new(earlier: &[Dim<'t>]) -> Self {
        Spans {
            earlier: Cursor::new(earlier),
            spans: [Span { lo: 0, len: 0, first: 0 }; N],
            filled: 0,
            total: 0,
        }
    }

    /// Advances to the next combination of the earlier indices, if there is one.
    pub const fn next(&mut self) -> bool {
        self.earlier.next()
    }

    /// An earlier index.
    #[must_use]
    pub const fn index(&self, k: usize) -> isize {
        self.earlier.index(k)
    }

    /// Sets the range for this combination to `lo..hi`.
    ///
    /// # Panics
    ///
    /// Panics if there are more values or members than a `u32` can count, or a value that is not an `isize`.
    pub const fn push(&mut self, lo: i128, hi: i128) {
        let (lo, len) = values(lo, hi);
        self.spans[self.filled] = Span { lo, len, first: self.total };
        self.filled += 1;
        self.total = match self.total.checked_add(len) {
            Some(total) => total,
            None => panic!("{}", TOO_MANY),
        };
    }

    /// All ranges.
    #[must_use]
    pub const fn done(self) -> [Span; N] {
        assert!(self.filled == N, "each combination of the earlier indices has a range");
        self.spans
    }
}

/// Iterates over the values of some indices of a family.
#[derive(Debug)]
pub struct Indices<'t> {
    cursor: Cursor<'t>,
    /// The range of the index after the iterated ones.
    last: Dim<'t>,
    empty: bool,
}

impl<'t> Indices<'t> {
    /// Iterates over all values of the indices in `mask`, which includes the indices that their ranges use. Every other
    /// index takes a single value, unless all its values are needed to find one of these ranges.
    #[must_use]
    pub const fn over(shape: &Shape<'t>, mask: u32) -> Self {
        Indices::new(shape, shape.dims.len(), mask, false)
    }

    /// As [`over`](Self::over), but leaves the index `last`, which is after all those in the mask, to
    /// [`range`](Self::range). The mask includes the indices that its range uses.
    #[must_use]
    pub const fn before(shape: &Shape<'t>, mask: u32, last: usize) -> Self {
        let mut indices = Indices::new(shape, last, mask, shape.varies(last));
        indices.last = shape.dims[last];
        indices
    }

    /// Iterates over the indices before `end`. `varying` says whether they have to find a range.
    const fn new(shape: &Shape<'t>, end: usize, mask: u32, mut varying: bool) -> Self {
        let mut cursor = Cursor::new(shape.dims.split_at(end).0);
        // A varying range is found by all earlier indices, whether it uses them or not. An index with the same values
        // everywhere may stay at its first value. An index with a varying range may not, nor may any index before it,
        // since some of its ranges may be empty.
        let mut all = false;
        let mut k = end;
        while k > 0 {
            k -= 1;
            let varies = shape.varies(k);
            if mask & (1 << k) != 0 {
                varying |= varies;
            } else if varies && varying {
                all = true;
            } else if !all {
                cursor.single |= 1 << k;
                if varies {
                    cursor.dims[k] = Dim::Fixed { lo: 0, len: 1 };
                }
            }
        }
        Indices { cursor, last: Dim::Fixed { lo: 0, len: 0 }, empty: shape.is_empty() }
    }

    /// Advances to the next combination, if there is one.
    pub const fn next(&mut self) -> bool {
        !self.empty && self.cursor.next()
    }

    /// An index.
    #[must_use]
    pub const fn index(&self, k: usize) -> isize {
        self.cursor.index(k)
    }

    /// The bounds of the last index for this combination.
    #[must_use]
    pub const fn range(&self) -> (isize, isize) {
        let before = if self.cursor.len == 0 { 0 } else { self.cursor.position[self.cursor.len - 1] };
        let Span { lo, len, .. } = self.last.span(before);
        (lo, lo + len as isize)
    }
}
