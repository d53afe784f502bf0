//! Expressions over the indices of a member, and conditions.

use std::fmt;

/// The names of indices.
pub(crate) const NAMES: [&str; 3] = ["t", "x", "y"];

/// An integer made of indices.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    Constant(i64),
    /// An index, plus a constant.
    Plus(usize, i64),
    /// A constant, minus an index.
    Minus(i64, usize),
    Double(usize, i64),
    Half(usize, i64),
    /// An index plus a constant, modulo a number.
    Modulo(usize, i64, i64),
    Sum(usize, usize),
}

impl Expression {
    pub(crate) fn value(&self, indices: &[i64]) -> i64 {
        match *self {
            Expression::Constant(c) => c,
            Expression::Plus(i, c) => indices[i] + c,
            Expression::Minus(c, i) => c - indices[i],
            Expression::Double(i, c) => 2 * indices[i] + c,
            Expression::Half(i, c) => (indices[i] + c) / 2,
            Expression::Modulo(i, c, n) => (indices[i] + c).rem_euclid(n),
            Expression::Sum(i, j) => indices[i] + indices[j],
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plus = |c: i64| match c {
            0 => String::new(),
            c if c < 0 => format!(" - {}", -c),
            c => format!(" + {c}"),
        };
        match *self {
            Expression::Constant(c) => write!(f, "{c}"),
            Expression::Plus(i, c) => write!(f, "{}{}", NAMES[i], plus(c)),
            Expression::Minus(c, i) => write!(f, "{c} - {}", NAMES[i]),
            Expression::Double(i, c) => write!(f, "2 * {}{}", NAMES[i], plus(c)),
            Expression::Half(i, c) => write!(f, "({}{}) / 2", NAMES[i], plus(c)),
            Expression::Modulo(i, c, n) => write!(f, "({}{}).rem_euclid({n})", NAMES[i], plus(c)),
            Expression::Sum(i, j) => write!(f, "{} + {}", NAMES[i], NAMES[j]),
        }
    }
}

/// The end of a range: a constant, or an earlier index, or what is left to a constant, with a distance.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) index: Option<usize>,
    pub(crate) sign: i64,
    pub(crate) constant: i64,
}

impl Bound {
    pub(crate) fn constant(constant: i64) -> Self {
        Bound { index: None, sign: 1, constant }
    }

    pub(crate) fn value(&self, indices: &[i64]) -> i64 {
        self.index.map_or(0, |index| self.sign * indices[index]) + self.constant
    }

    /// The bound with these expressions for the indices.
    pub(crate) fn of(&self, chosen: &[Expression]) -> String {
        match self.index {
            None => self.constant.to_string(),
            Some(index) if self.sign > 0 => format!("({}) + {}", chosen[index], self.constant),
            Some(index) => format!("{} - ({})", self.constant, chosen[index]),
        }
        .replace("+ -", "- ")
    }
}

/// What must hold for a use to be there.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    /// One index of a member is inside its range, `Bound`s over the other chosen ones.
    AtLeast(Expression, Bound, Vec<Expression>),
    Below(Expression, Bound, Vec<Expression>),
    /// An index is this, or is not.
    Is(Expression, i64, bool),
    /// This, or an index is that.
    Either(Box<Condition>, usize, i64),
}

impl Condition {
    pub(crate) fn holds(&self, indices: &[i64]) -> bool {
        let bound = |bound: &Bound, chosen: &[Expression]| {
            bound.value(&chosen.iter().map(|chosen| chosen.value(indices)).collect::<Vec<_>>())
        };
        match self {
            Condition::AtLeast(one, low, chosen) => one.value(indices) >= bound(low, chosen),
            Condition::Below(one, high, chosen) => one.value(indices) < bound(high, chosen),
            Condition::Is(one, value, is) => (one.value(indices) == *value) == *is,
            Condition::Either(one, index, value) => one.holds(indices) || indices[*index] == *value,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::AtLeast(one, low, chosen) => write!(f, "{one} >= {}", low.of(chosen)),
            Condition::Below(one, high, chosen) => write!(f, "{one} < {}", high.of(chosen)),
            Condition::Is(one, value, true) => write!(f, "{one} == {value}"),
            Condition::Is(one, value, false) => write!(f, "{one} != {value}"),
            Condition::Either(one, index, value) => write!(f, "({one} || {} == {value})", NAMES[*index]),
        }
    }
}
