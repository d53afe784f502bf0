//! What is known of the variables of a question.

use crate::table::symbolic::affine::{Affine, VARIABLES};
use crate::table::symbolic::elimination::System;

/// The largest size.
const MAX_SIZE: i128 = (1 << 31) - 1;
/// The most sizes that the proof can use.
const MAX_SIZES: usize = 8;
/// The most values that are not affine, and the most inequalities `!=`, of one question.
const DERIVED: usize = 8;
const SPLITS: usize = 2;
/// Beyond any value: a variable that is not bounded.
const UNBOUNDED: i128 = 1 << 100;
/// Values up to here cannot overflow.
pub(super) const SAFE: i128 = if (isize::MAX as i128) < 1 << 62 { isize::MAX as i128 } else { 1 << 62 };

/// The least and the largest possible value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    pub(super) low: i128,
    pub(super) high: i128,
}

impl Interval {
    pub(super) const ALL: Interval = Interval { low: -UNBOUNDED, high: UNBOUNDED };

    /// Whether no value in it overflows.
    pub(super) const fn is_safe(self) -> bool {
        -SAFE <= self.low && self.high <= SAFE
    }
}

/// How a value that is not affine is made of two affine ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// The quotient, rounded down.
    Floor,
    /// The quotient, rounded towards zero.
    Quotient,
    Remainder,
    Product,
}

impl Operation {
    const fn is(self, other: Operation) -> bool {
        self as u8 == other as u8
    }
}

/// A variable that stands for a value that is not affine.
#[derive(Clone, Copy, Debug)]
struct Derived {
    operation: Operation,
    left: Affine,
    right: Affine,
    variable: usize,
}

impl Derived {
    const NONE: Derived =
        Derived { operation: Operation::Floor, left: Affine::ZERO, right: Affine::ZERO, variable: 0 };
}

/// Variables, and what is known of them.
///
/// What does not fit is left out. Each fact only restricts the values for which a question is asked, so less is proven
/// then, and nothing wrong.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    system: System,
    intervals: [Interval; VARIABLES],
    variables: usize,
    /// For each size its variable, from 1.
    sizes: [usize; MAX_SIZES],
    derived: [Derived; DERIVED],
    derived_len: usize,
    /// Forms that are not 0.
    splits: [Affine; SPLITS],
    splits_len: usize,
}

impl Context {
    pub(super) const fn new() -> Context {
        Context {
            system: System::EMPTY,
            intervals: [Interval::ALL; VARIABLES],
            variables: 0,
            sizes: [0; MAX_SIZES],
            derived: [Derived::NONE; DERIVED],
            derived_len: 0,
            splits: [Affine::ZERO; SPLITS],
            splits_len: 0,
        }
    }

    /// A new variable with values in this interval.
    pub(super) const fn variable(&mut self, interval: Interval) -> Option<Affine> {
        if self.variables == VARIABLES {
            return None;
        }
        let Interval { low, high } = interval;
        let low = if low < -UNBOUNDED { -UNBOUNDED } else { low };
        let high = if high > UNBOUNDED { UNBOUNDED } else { high };
        self.intervals[self.variables] = Interval { low, high };
        self.variables += 1;
        Some(Affine::variable(self.variables - 1))
    }

    /// The size at this position.
    pub(super) const fn size(&mut self, position: u32) -> Option<Affine> {
        if position as usize >= MAX_SIZES {
            return None;
        }
        let known = self.sizes[position as usize];
        if known != 0 {
            return Some(Affine::variable(known - 1));
        }
        let size = self.variable(Interval { low: 0, high: MAX_SIZE });
        if let Some(size) = size {
            self.sizes[position as usize] = self.variables;
            // An upper limit would rarely decide anything, and make each elimination longer.
            self.require(size);
        }
        size
    }

    /// The variable for a value that is made so, if there is one.
    pub(super) const fn find(&self, operation: Operation, left: &Affine, right: &Affine) -> Option<Affine> {
        let mut i = 0;
        while i < self.derived_len {
            let derived = &self.derived[i];
            if derived.operation.is(operation) && derived.left.is(left) && derived.right.is(right) {
                return Some(Affine::variable(derived.variable));
            }
            i += 1;
        }
        None
    }

    /// A variable for a value that is made so, and lies in this interval.
    pub(super) const fn derive(
        &mut self,
        operation: Operation,
        left: &Affine,
        right: &Affine,
        interval: Interval,
    ) -> Option<Affine> {
        if self.derived_len == DERIVED {
            return None;
        }
        let value = self.variable(interval);
        if value.is_some() {
            let variable = self.variables - 1;
            self.derived[self.derived_len] = Derived { operation, left: *left, right: *right, variable };
            self.derived_len += 1;
        }
        value
    }

    /// The values that a form can have.
    pub(super) const fn interval(&self, form: &Affine) -> Interval {
        let mut sum = Interval { low: form.constant() as i128, high: form.constant() as i128 };
        let mut v = 0;
        while v < form.len() {
            let factor = form.factor(v) as i128;
            let Interval { low, high } = self.intervals[v];
            if factor > 0 {
                sum.low += factor * low;
                sum.high += factor * high;
            } else if factor < 0 {
                sum.low += factor * high;
                sum.high += factor * low;
            }
            v += 1;
        }
        sum
    }

    /// Adds that a form is at least 0.
    pub(super) const fn require(&mut self, form: Affine) {
        self.system.push(form);
    }

    /// Adds that the first form is at least the second one plus a small constant.
    pub(super) const fn require_order(&mut self, larger: &Affine, smaller: &Affine, by: i64) {
        if let Some(difference) = larger.plus(-1, smaller) {
            if let Some(difference) = difference.shifted(1, -by) {
                self.require(difference);
            }
        }
    }

    pub(super) const fn require_equal(&mut self, left: &Affine, right: &Affine) {
        self.require_order(left, right, 0);
        self.require_order(right, left, 0);
    }

    /// Adds that two forms differ.
    pub(super) const fn require_different(&mut self, left: &Affine, right: &Affine) {
        let Some(difference) = left.plus(-1, right) else { return };
        if self.implies(&difference) {
            self.require_order(left, right, 1);
        } else if self.implies_order(right, left, 0) {
            self.require_order(right, left, 1);
        } else if self.splits_len < SPLITS {
            self.splits[self.splits_len] = difference;
            self.splits_len += 1;
        }
    }

    /// Whether it is known that a form is at least 0.
    pub(super) const fn implies(&self, form: &Affine) -> bool {
        if self.interval(form).low >= 0 {
            return true;
        }
        match form.shifted(-1, -1) {
            Some(negated) => self.excludes(&negated),
            None => false,
        }
    }

    /// Whether it is known that the first form is at least the second one plus a small constant.
    pub(super) const fn implies_order(&self, larger: &Affine, smaller: &Affine, by: i64) -> bool {
        match larger.plus(-1, smaller) {
            Some(difference) => match difference.shifted(1, -by) {
                Some(difference) => self.implies(&difference),
                None => false,
            },
            None => false,
        }
    }

    /// Whether it is known that a form is less than 0.
    pub(super) const fn excludes(&self, form: &Affine) -> bool {
        if self.interval(form).high < 0 {
            return true;
        }
        let mut context = *self;
        context.require(*form);
        context.is_impossible()
    }

    /// Whether it is known that a form is not 0.
    pub(super) const fn excludes_zero(&self, form: &Affine) -> bool {
        let mut context = *self;
        context.require_equal(form, &Affine::ZERO);
        context.is_impossible()
    }

    /// Whether nothing fulfils all that is known.
    pub(super) const fn is_impossible(&self) -> bool {
        if self.splits_len == 0 {
            return self.system.is_infeasible();
        }
        // Each case of the last form that is not 0.
        let mut context = *self;
        context.splits_len -= 1;
        let form = &self.splits[context.splits_len];
        let mut other = context;
        context.require_order(form, &Affine::ZERO, 1);
        other.require_order(&Affine::ZERO, form, 1);
        context.is_impossible() && other.is_impossible()
    }
}
