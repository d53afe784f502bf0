//! What is asked of a use.

use crate::table::symbolic::affine::Affine;
use crate::table::symbolic::context::Context;
use crate::table::symbolic::member::Member;
use crate::table::symbolic::{Ranges, UseForm};
use crate::table::ways::Ways;

/// A use of a member of the family `target` by the members of a family with the ranges `own`. Neither `own` nor
/// `target` has more than eight indices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    pub(crate) own: Option<&'static Ranges>,
    pub(crate) form: &'static UseForm,
    pub(crate) target: &'static Ranges,
}

impl Question {
    /// A member of `own`.
    const fn user(&self, context: &mut Context) -> Member {
        match self.own {
            Some(ranges) => Member::any(context, ranges),
            None => Member::NONE,
        }
    }

    /// Whether all indices that the use gives are in their ranges, for all sizes.
    pub(crate) const fn is_inside(&self) -> bool {
        let mut context = Context::new();
        let user = self.user(&mut context);
        user.used(&mut context, self.form, self.target, true).inside
    }

    /// The member of `target` that a member uses, both any.
    const fn used(&self, context: &mut Context) -> (Member, Member) {
        let user = self.user(context);
        (user, user.used(context, self.form, self.target, false).member)
    }

    /// Whether no member of `target` is used by two different members, for all sizes.
    pub(crate) const fn is_injective(&self) -> bool {
        let Some(own) = self.own else { return true };
        let mut context = Context::new();
        let (first, used) = self.used(&mut context);
        let (second, other) = self.used(&mut context);
        require_equal(&mut context, &used, &other);
        // They differ in some index, and the first one is the smaller one.
        let mut k = 0;
        while k < own.dims.len() {
            let (Some(low), Some(high)) = (first.index(k), second.index(k)) else { return false };
            let mut differ = context;
            differ.require_order(&high, &low, 1);
            if !differ.is_impossible() {
                return false;
            }
            context.require_equal(&low, &high);
            k += 1;
        }
        true
    }

    /// Whether no member of `target` is used both so and by another use, for all sizes.
    pub(crate) const fn excludes(&self, other: &Question) -> bool {
        let mut context = Context::new();
        let (_, first) = self.used(&mut context);
        let (_, second) = other.used(&mut context);
        require_equal(&mut context, &first, &second);
        context.is_impossible()
    }

    /// Which way the index at this position goes from the member that uses another to that one, for all sizes.
    pub(crate) const fn ways(&self, position: usize) -> Ways {
        let mut context = Context::new();
        let (user, used) = self.used(&mut context);
        let (Some(own), Some(other)) = (user.index(position), used.index(position)) else {
            return if context.is_impossible() { Ways::NONE } else { Ways::ALL };
        };
        let Some(difference) = other.plus(-1, &own) else { return Ways::ALL };
        if let Some(value) = difference.value() {
            return Ways::of(value < 0, value == 0, value > 0);
        }
        Ways::of(
            !context.implies(&difference),
            !context.excludes_zero(&difference),
            !context.implies_order(&Affine::ZERO, &difference, 0),
        )
    }
}

/// Adds that two members of a family are the same one.
const fn require_equal(context: &mut Context, first: &Member, second: &Member) {
    let mut k = 0;
    while let (Some(first), Some(second)) = (first.index(k), second.index(k)) {
        context.require_equal(&first, &second);
        k += 1;
    }
}
