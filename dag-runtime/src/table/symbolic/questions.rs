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

    /// Which way the index at this position goes from the member that uses another to that one, for all sizes.
    pub(crate) const fn ways(&self, position: usize) -> Ways {
        let mut context = Context::new();
        let user = self.user(&mut context);
        let used = user.used(&mut context, self.form, self.target, false).member;
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
