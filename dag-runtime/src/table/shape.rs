//! The indices of a family's members.
//!
//! Members are in row-major order. The range of an index is the same for all members, or it depends on the earlier
//! indices. Then there is a [`Span`] for each combination of these. So the position of a member, and the indices of a
//! position, are computed index by index, without a list of members.

/// The most indices of a family.
pub const MAX_INDICES: usize = 8;

pub(super) const TOO_MANY: &str = "a family has at most 4294967295 members, and a range as many values";

/// A range of one index for one combination of the earlier ones.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub(crate) lo: isize,
    pub(crate) len: u32,
    /// The number of combinations of this and the earlier indices before this span.
    pub(crate) first: u32,
}

/// The range of one index.
#[derive(Clone, Copy, Debug)]
pub enum Dim<'t> {
    /// The same for all.
    Fixed {
        /// Its lowest value.
        lo: isize,
        /// The number of values.
        len: u32,
    },
    /// One for each combination of the earlier indices.
    Varying(&'t [Span]),
}

/// The indices of a family's members.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'t> {
    pub(crate) dims: &'t [Dim<'t>],
    pub(crate) len: u32,
}

impl<'t> Dim<'t> {
    /// The range `lo..hi`, which is empty if `hi` is not above `lo`.
    ///
    /// # Panics
    ///
    /// Panics if there are more values than a `u32` can count, or a value that is not an `isize`.
    #[must_use]
    pub const fn range(lo: i128, hi: i128) -> Self {
        let (lo, len) = values(lo, hi);
        Dim::Fixed { lo, len }
    }

    /// The range `lo..hi` in a graph with sizes, whose table was made: it has been checked.
    #[inline(always)]
    #[must_use]
    pub fn checked((lo, hi): (i128, i128)) -> Self {
        // The bounds of an empty range may be any.
        let is_empty = lo >= hi;
        let (lo, hi) = (lo as isize, hi as isize);
        Dim::Fixed { lo, len: if is_empty { 0 } else { hi.wrapping_sub(lo) as u32 } }
    }

    /// The range after the combination `before` of the earlier indices.
    #[inline(always)]
    pub(super) const fn span(&self, before: u32) -> Span {
        match *self {
            Dim::Fixed { lo, len } => Span { lo, len, first: (before as u64 * len as u64) as u32 },
            Dim::Varying(spans) => spans[before as usize],
        }
    }

    /// Splits a combination of this and the earlier indices into the combination of the earlier ones and the value of
    /// this one.
    #[inline(always)]
    pub(super) const fn split(&self, position: u32) -> (u32, isize) {
        match *self {
            Dim::Fixed { lo, len } => (position / len, lo + (position % len) as isize),
            Dim::Varying(spans) => {
                // The last span that does not begin after `position`. Spans before it that begin at the same position
                // are empty.
                let (mut low, mut high) = (0, spans.len());
                while low + 1 < high {
                    let middle = low + (high - low) / 2;
                    if spans[middle].first <= position {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                (low as u32, spans[low].lo + (position - spans[low].first) as isize)
            }
        }
    }
}

/// The first one and the number of the values in `lo..hi`.
pub(super) const fn values(lo: i128, hi: i128) -> (isize, u32) {
    let is_index = isize::MIN as i128 <= lo && lo <= isize::MAX as i128;
    let first = if is_index { lo as isize } else { 0 };
    if hi <= lo {
        return (first, 0);
    }
    let len = hi.abs_diff(lo);
    assert!(len <= u32::MAX as u128, "{}", TOO_MANY);
    assert!(is_index && hi <= isize::MAX as i128, "an index is an `isize` below `isize::MAX`");
    (first, len as u32)
}

/// The number of combinations of indices.
const fn combinations(dims: &[Dim<'_>]) -> u32 {
    match try_combinations(dims) {
        Some(count) => count,
        None => panic!("{}", TOO_MANY),
    }
}

/// The number of combinations of indices, if a `u32` can count them.
const fn try_combinations(mut dims: &[Dim<'_>]) -> Option<u32> {
    assert!(dims.len() <= MAX_INDICES, "a family has at most 8 indices");
    let mut count = 1_u32;
    while let [dim, rest @ ..] = dims {
        count = match *dim {
            Dim::Fixed { len, .. } => match count.checked_mul(len) {
                Some(count) => count,
                None => return None,
            },
            Dim::Varying(&[.., last]) => last.first + last.len,
            Dim::Varying(&[]) => 0,
        };
        dims = rest;
    }
    Some(count)
}

impl<'t> Shape<'t> {
    /// The shape of a family whose indices have these ranges.
    ///
    /// # Panics
    ///
    /// Panics if there are too many indices, or more members than a `u32` can count.
    #[must_use]
    pub const fn new(dims: &'t [Dim<'t>]) -> Self {
        Shape { dims, len: combinations(dims) }
    }

    /// As [`new`](Self::new); `None` if there are more members than a `u32` can count.
    pub(super) fn try_new(dims: &'t [Dim<'t>]) -> Option<Self> {
        try_combinations(dims).map(|len| Shape { dims, len })
    }

    /// The number of combinations of values for indices with these ranges.
    ///
    /// # Panics
    ///
    /// As [`Shape::new`].
    #[must_use]
    pub const fn positions(dims: &[Dim<'_>]) -> usize {
        combinations(dims) as usize
    }

    /// The number of members.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are no members.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The position of the member with these indices, if there is one.
    #[inline]
    #[must_use]
    pub const fn position(&self, indices: &[isize]) -> Option<u32> {
        if indices.len() != self.dims.len() {
            return None;
        }
        match self.combination(indices) {
            Ok(position) => Some(position),
            Err(_) => None,
        }
    }

    /// The positions of the members with these first indices, whose last index is in `lo..hi`; `None` if a first index
    /// is out of range.
    #[inline]
    #[must_use]
    pub const fn slice(&self, indices: &[isize], lo: isize, hi: isize) -> Option<(u32, u32)> {
        let Ok(before) = self.combination(indices) else { return None };
        let Span { lo: low, len, first } = self.dims[indices.len()].span(before);
        let high = low + len as isize;
        let lo = if lo > low { lo } else { low };
        let hi = if hi < high { hi } else { high };
        if lo < hi {
            Some((first + (lo - low) as u32, first + (hi - low) as u32))
        } else {
            Some((first, first))
        }
    }

    /// Whether the range of an index depends on earlier ones.
    pub(super) const fn varies(&self, k: usize) -> bool {
        matches!(self.dims[k], Dim::Varying(_))
    }

    /// The number of this combination of the first indices; otherwise the first index that is out of range, and its
    /// range.
    // Calls are slow in constant evaluation, including those of `len` and `wrapping_sub`.
    #[inline]
    pub(super) const fn combination(&self, mut indices: &[isize]) -> Result<u32, (usize, Span)> {
        let (mut k, mut position) = (0, 0);
        while let &[index, ref rest @ ..] = indices {
            indices = rest;
            let span = match self.dims[k] {
                Dim::Fixed { lo, len } => Span { lo, len, first: position * len },
                Dim::Varying(spans) => spans[position as usize],
            };
            if index < span.lo || index >= span.lo + span.len as isize {
                return Err((k, span));
            }
            position = span.first + (index - span.lo) as u32;
            k += 1;
        }
        Ok(position)
    }

    /// As [`combination`](Self::combination) of all indices, in few instructions instead of few steps.
    #[inline(always)]
    pub(super) const fn find(&self, indices: &[isize]) -> Option<u32> {
        // A negative difference is large as a `usize`.
        match (self.dims, indices) {
            (&[Dim::Fixed { lo, len }], &[index]) => {
                let offset = index.wrapping_sub(lo) as usize;
                if offset < len as usize { Some(offset as u32) } else { None }
            }
            (
                &[Dim::Fixed { lo: lo_0, len: len_0 }, Dim::Fixed { lo: lo_1, len: len_1 }],
                &[first, second],
            ) => {
                let (first, second) = (first.wrapping_sub(lo_0) as usize, second.wrapping_sub(lo_1) as usize);
                if first < len_0 as usize && second < len_1 as usize {
                    Some(first as u32 * len_1 + second as u32)
                } else {
                    None
                }
            }
            _ => self.position(indices),
        }
    }

    /// The position of the member with these indices, which are known to be in range.
    #[inline]
    pub(super) const fn place(&self, mut indices: &[isize]) -> u32 {
        // The most frequent case, in few steps: steps are slow in constant evaluation.
        if let (&[Dim::Fixed { lo, .. }], &[index]) = (self.dims, indices) {
            return (index - lo) as u32;
        }
        let (mut k, mut position) = (0, 0);
        while let &[index, ref rest @ ..] = indices {
            indices = rest;
            position = match self.dims[k] {
                Dim::Fixed { lo, len } => position * len + (index - lo) as u32,
                Dim::Varying(spans) => {
                    let span = &spans[position as usize];
                    span.first + (index - span.lo) as u32
                }
            };
            k += 1;
        }
        position
    }

    /// The indices of the member at a position.
    pub(super) const fn member(&self, mut position: u32) -> Member {
        let mut member = Member { indices: [0; MAX_INDICES], len: self.dims.len() };
        let mut k = self.dims.len();
        while k > 0 {
            k -= 1;
            (position, member.indices[k]) = self.dims[k].split(position);
        }
        member
    }
}

/// Whether an index is in the range of a family's index number `dim`, after these `earlier` indices. A range that does
/// not vary does not use them.
#[must_use]
pub const fn inside(shape: &Shape<'_>, dim: usize, earlier: &[isize], index: isize) -> bool {
    let span = match shape.dims[dim] {
        Dim::Fixed { lo, len } => Span { lo, len, first: 0 },
        Dim::Varying(spans) => match shape.combination(earlier.split_at(dim).0) {
            Ok(before) => spans[before as usize],
            Err(_) => return false,
        },
    };
    span.lo <= index && index < span.lo + span.len as isize
}

/// The indices of one member of a family, in the order of its brackets.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    indices: [isize; MAX_INDICES],
    len: usize,
}

impl Member {
    /// The indices as a slice.
    #[must_use]
    pub const fn as_slice(&self) -> &[isize] {
        self.indices.split_at(self.len).0
    }
}

impl core::ops::Deref for Member {
    type Target = [isize];

    fn deref(&self) -> &[isize] {
        self.as_slice()
    }
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Member {}
