//! What is known of a use: which way each index goes, and whether all are in range.

use crate::table::shape::MAX_INDICES;
use crate::table::symbolic::affine::Affine;
use crate::table::symbolic::context::{Context, Interval};
use crate::table::symbolic::evaluate::{assume, evaluate};
use crate::table::symbolic::{Ranges, UseForm};

/// The indices of a member. One is `None` if it is unknown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) indices: [Option<Affine>; MAX_INDICES],
    pub(super) len: usize,
}

impl Member {
    pub(super) const NONE: Member = Member { indices: [None; MAX_INDICES], len: 0 };

    pub(super) const fn known(&self) -> &[Option<Affine>] {
        self.indices.split_at(self.len).0
    }

    const fn push(&mut self, index: Option<Affine>) {
        self.indices[self.len] = index;
        self.len += 1;
    }

    /// Any member of a family with these ranges.
    pub(super) const fn any(context: &mut Context, ranges: &Ranges) -> Member {
        let mut member = Member::NONE;
        while member.len < ranges.dims.len() && member.len < MAX_INDICES {
            let index = member.next(context, ranges);
            member.push(index);
        }
        member
    }

    /// A new variable in the range of the next index.
    const fn next(&self, context: &mut Context, ranges: &Ranges) -> Option<Affine> {
        let (start, end) = ranges.dims[self.len];
        let start = evaluate(context, self.known(), start);
        let end = evaluate(context, self.known(), end);
        between(context, start, end)
    }

    /// Adds that the next index, which is given, is in its range. Returns whether that was known before.
    const fn restrict(&self, context: &mut Context, ranges: &Ranges, index: &Affine) -> bool {
        let (start, end) = ranges.dims[self.len];
        let start = evaluate(context, self.known(), start);
        let end = evaluate(context, self.known(), end);
        let (mut above, mut below) = (false, false);
        if let Some(start) = start {
            if let Some(difference) = index.plus(-1, &start) {
                above = context.implies(&difference);
                context.require(difference);
            }
        }
        if let Some(end) = end {
            if let Some(difference) = end.plus(-1, index) {
                below = context.excludes(&difference.times_minus_one(), 0);
                context.require_order(&end, index, 1);
            }
        }
        above && below
    }
}
