//! The indices of members: of one that uses another, and of the one that is used.

use crate::table::shape::MAX_INDICES;
use crate::table::symbolic::affine::Affine;
use crate::table::symbolic::context::{Context, Interval};
use crate::table::symbolic::evaluate::{assume, evaluate};
use crate::table::symbolic::{Code, Ranges, UseForm};

/// The indices of a member. One is `None` if nothing is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    indices: [Option<Affine>; MAX_INDICES],
    len: usize,
}

/// A member that is used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    pub(super) member: Member,
    /// Whether the indices that the use gives are known to be in range, and its bounds not to overflow.
    pub(super) inside: bool,
}

impl Member {
    /// Of a line that is no family.
    pub(super) const NONE: Member = Member { indices: [None; MAX_INDICES], len: 0 };

    /// The indices so far.
    const fn so_far(&self) -> &[Option<Affine>] {
        self.indices.split_at(self.len).0
    }

    /// The index at this position, if it is known.
    pub(super) const fn index(&self, position: usize) -> Option<Affine> {
        if position < self.len { self.indices[position] } else { None }
    }

    const fn push(&mut self, index: Option<Affine>) {
        self.indices[self.len] = index;
        self.len += 1;
    }

    /// Any member of a family with these ranges.
    pub(super) const fn any(context: &mut Context, ranges: &Ranges) -> Member {
        let mut member = Member::NONE;
        while member.len < ranges.dims.len() && member.len < MAX_INDICES {
            let range = Range::of(context, member.so_far(), ranges.dims[member.len]);
            member.push(range.any(context));
        }
        member
    }

    /// The member of the family `target` that this one uses, or any of a slice. It exists: no graph runs in which a use
    /// is out of range. Only if `check` is it found out whether that is known.
    pub(super) const fn used(
        &self,
        context: &mut Context,
        form: &UseForm,
        target: &Ranges,
        check: bool,
    ) -> Used {
        let own = self.so_far();
        assume(context, own, form.conditions);
        let mut used = Used { member: Member::NONE, inside: check };
        while used.member.len < target.dims.len() && used.member.len < MAX_INDICES {
            let k = used.member.len;
            let range = Range::of(context, used.member.so_far(), target.dims[k]);
            let mut index = None;
            if k < form.indices.len() {
                index = evaluate(context, own, form.indices[k]);
                used.inside = match &index {
                    Some(index) => used.inside && range.contains(context, index),
                    None => false,
                };
            } else if let (Some(bounds), true) = (form.slice, k == form.indices.len()) {
                let slice = Range::of(context, own, bounds);
                used.inside &= slice.is_known(bounds);
                index = slice.any(context);
            }
            match &index {
                Some(index) => range.restrict(context, index),
                None => index = range.any(context),
            }
            used.member.push(index);
        }
        used
    }
}

/// A range; a side is `None` if it is unknown or open.
struct Range {
    start: Option<Affine>,
    end: Option<Affine>,
}

impl Range {
    const fn of(context: &mut Context, indices: &[Option<Affine>], (start, end): (Code, Code)) -> Range {
        Range { start: evaluate(context, indices, start), end: evaluate(context, indices, end) }
    }

    /// Whether each side of this range, which has these bounds, is known or open.
    const fn is_known(&self, (start, end): (Code, Code)) -> bool {
        (self.start.is_some() || start.is_empty()) && (self.end.is_some() || end.is_empty())
    }

    /// A new variable in this range.
    const fn any(&self, context: &mut Context) -> Option<Affine> {
        let mut interval = Interval::ALL;
        if let Some(start) = &self.start {
            interval.low = context.interval(start).low;
        }
        if let Some(end) = &self.end {
            interval.high = context.interval(end).high - 1;
        }
        let index = context.variable(interval);
        if let Some(index) = &index {
            self.restrict(context, index);
        }
        index
    }

    /// Adds that an index is in this range.
    const fn restrict(&self, context: &mut Context, index: &Affine) {
        if let Some(start) = &self.start {
            context.require_order(index, start, 0);
        }
        if let Some(end) = &self.end {
            context.require_order(end, index, 1);
        }
    }

    /// Whether an index is known to be in this range.
    const fn contains(&self, context: &Context, index: &Affine) -> bool {
        match (&self.start, &self.end) {
            (Some(start), Some(end)) => {
                context.implies_order(index, start, 0) && context.implies_order(end, index, 1)
            }
            _ => false,
        }
    }
}
