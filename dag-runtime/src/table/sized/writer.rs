//! The ranges of all families, told for given sizes.

use alloc::vec::Vec;

use super::fault::Fault;
use crate::table::checked::Miscalculation;
use crate::table::cursor::Cursor;
use crate::table::owned::OwnedDim;
use crate::table::shape::{Dim, MAX_INDICES, Span};

/// Indices are at most so far from zero, so that no sum of indices, sizes and small numbers overflows.
const FARTHEST: i128 = isize::MAX as i128 / 16;

/// Receives the ranges of all families of a graph, in the order of its list.
#[derive(Debug)]
pub struct RangeWriter {
    /// For each family the ranges of its indices.
    families: Vec<Vec<OwnedDim>>,
    fault: Option<Fault>,
}

impl RangeWriter {
    pub(super) fn new() -> Self {
        RangeWriter { families: Vec::new(), fault: None }
    }

    /// The next family: the ranges that follow are of its indices.
    pub fn family(&mut self) {
        self.families.push(Vec::new());
    }

    /// The range `lo..hi` of the next index, the same for all members.
    pub fn fixed(&mut self, range: (i128, i128)) {
        let position = self.families.last().map_or(0, Vec::len);
        let Some((lo, len)) = self.values(position, range) else { return };
        self.push(OwnedDim::Fixed { lo, len });
    }

    /// The range of the next index, by the values of the earlier ones.
    pub fn varying<const K: usize>(&mut self, mut range: impl FnMut([isize; K]) -> (i128, i128)) {
        let earlier: Vec<OwnedDim> = match self.families.last_mut() {
            Some(dims) if self.fault.is_none() => core::mem::take(dims),
            _ => return,
        };
        let mut borrowed = [Dim::Fixed { lo: 0, len: 1 }; MAX_INDICES];
        for (to, from) in borrowed.iter_mut().zip(&earlier) {
            *to = from.borrow();
        }
        let mut cursor = Cursor::new(&borrowed[..earlier.len()]);
        let (mut spans, mut total) = (Vec::new(), 0_u32);
        while cursor.next() {
            let range = range(core::array::from_fn(|k| cursor.index(k)));
            let Some((lo, len)) = self.values(K, range) else { return };
            let (Some(next), Ok(())) = (total.checked_add(len), spans.try_reserve(1)) else {
                self.fault = Some(Fault::TooMany);
                return;
            };
            spans.push(Span { lo, len, first: total });
            total = next;
        }
        if let Some(dims) = self.families.last_mut() {
            *dims = earlier;
        }
        self.push(OwnedDim::Varying(spans));
    }

    fn push(&mut self, dim: OwnedDim) {
        if let Some(dims) = self.families.last_mut() {
            dims.push(dim);
        }
    }

    /// The first one and the number of the values in the range of the index at this position.
    fn values(&mut self, position: usize, (lo, hi): (i128, i128)) -> Option<(isize, u32)> {
        if self.fault.is_some() {
            return None;
        }
        let mut fault = Miscalculation::of((lo, hi));
        if !fault.happened() && lo >= hi {
            return Some((isize::try_from(lo).unwrap_or(0), 0));
        }
        if !fault.happened() && (lo < -FARTHEST || hi > FARTHEST) {
            fault = Miscalculation::Overflow;
        }
        if fault.happened() {
            self.fault = Some(Fault::Range(self.families.len().saturating_sub(1), position, fault));
            return None;
        }
        let (Ok(first), Ok(len)) = (isize::try_from(lo), u32::try_from(hi - lo)) else {
            self.fault = Some(Fault::TooMany);
            return None;
        };
        Some((first, len))
    }

    pub(super) fn finish(self) -> Result<Vec<Vec<OwnedDim>>, Fault> {
        match self.fault {
            None => Ok(self.families),
            Some(fault) => Err(fault),
        }
    }
}
