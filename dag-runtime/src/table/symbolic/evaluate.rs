//! Expressions as affine forms.

use crate::table::symbolic::affine::Affine;
use crate::table::symbolic::context::{Context, Interval, Operation};
use crate::table::symbolic::{Condition, Op, Relation};

/// The largest constant of an expression.
const MAX_NUMBER: isize = if isize::BITS > 40 { 1 << 40 } else { isize::MAX };
/// The most values on the stack.
const STACK: usize = 8;

/// The value of an expression in which the indices have these values; `None` if it is unknown, or if it may overflow.
pub(super) const fn evaluate(
    context: &mut Context,
    indices: &[Option<Affine>],
    mut code: &[Op],
) -> Option<Affine> {
    let mut stack = [Affine::ZERO; STACK];
    let mut height = 0;
    while let [op, rest @ ..] = code {
        code = rest;
        let value = match *op {
            Op::Index(position) if (position as usize) < indices.len() => indices[position as usize],
            Op::Size(position) => context.size(position),
            Op::Number(number) if -MAX_NUMBER <= number && number <= MAX_NUMBER => {
                Some(Affine::number(number as i64))
            }
            Op::Index(_) | Op::Number(_) | Op::Unknown => None,
            Op::Neg => {
                if height == 0 {
                    return None;
                }
                height -= 1;
                stack[height].times(-1)
            }
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Rem | Op::Shl | Op::Shr => {
                if height < 2 {
                    return None;
                }
                height -= 2;
                binary(context, *op, &stack[height], &stack[height + 1])
            }
        };
        let Some(value) = value else { return None };
        // The others cannot overflow.
        let may_overflow = matches!(op, Op::Add | Op::Sub | Op::Mul | Op::Shl | Op::Neg);
        if height == STACK || may_overflow && !context.interval(&value).is_safe() {
            return None;
        }
        stack[height] = value;
        height += 1;
    }
    if height == 1 { Some(stack[0]) } else { None }
}

const fn binary(context: &mut Context, op: Op, left: &Affine, right: &Affine) -> Option<Affine> {
    let constant = right.value();
    match (op, constant) {
        (Op::Add, _) => left.plus(1, right),
        (Op::Sub, _) => left.plus(-1, right),
        (Op::Mul, Some(factor)) => left.times(factor),
        (Op::Mul, None) => match left.value() {
            Some(factor) => right.times(factor),
            None => product(context, left, right),
        },
        (Op::Div, Some(1..)) => quotient(context, left, right, false),
        (Op::Rem, Some(1..)) => match quotient(context, left, right, false) {
            Some(quotient) => match constant {
                Some(divisor) => left.plus(-divisor, &quotient),
                None => None,
            },
            None => None,
        },
        (Op::Div, None) => unknown_quotient(context, left, right, Operation::Quotient),
        (Op::Rem, None) => unknown_quotient(context, left, right, Operation::Remainder),
        (Op::Shl, Some(bits @ 0..=20)) => left.times(1 << bits),
        (Op::Shr, Some(bits @ 0..=20)) => quotient(context, left, &Affine::number(1 << bits), true),
        _ => None,
    }
}

/// The quotient by a positive constant, rounded down, or rounded towards zero. These are the same where the dividend
/// cannot be negative.
const fn quotient(context: &mut Context, left: &Affine, right: &Affine, floor: bool) -> Option<Affine> {
    let divisor = right.constant();
    if let Some(value) = left.value() {
        return Some(Affine::number(if floor { value.div_euclid(divisor) } else { value / divisor }));
    }
    let floor = floor || context.implies(left);
    let operation = if floor { Operation::Floor } else { Operation::Quotient };
    if let Some(known) = context.find(operation, left, right) {
        return Some(known);
    }
    let Interval { low, high } = context.interval(left);
    let by = divisor as i128;
    let interval = if floor {
        Interval { low: low.div_euclid(by), high: high.div_euclid(by) }
    } else {
        Interval { low: low / by, high: high / by }
    };
    let value = context.derive(operation, left, right, interval);
    if let Some(quotient) = value {
        // The remainder is in `0..divisor`, or in `-divisor + 1..divisor`.
        if let Some(remainder) = left.plus(-divisor, &quotient) {
            context.require_order(&remainder, &Affine::number(if floor { 0 } else { 1 - divisor }), 0);
            context.require_order(&Affine::number(divisor - 1), &remainder, 0);
        }
    }
    value
}

/// The quotient or the remainder where the divisor is not a constant. It is known only where neither is negative, and
/// then no more than that it is at most the dividend, and the remainder less than the divisor.
const fn unknown_quotient(
    context: &mut Context,
    left: &Affine,
    right: &Affine,
    operation: Operation,
) -> Option<Affine> {
    let Some(above) = right.shifted(1, -1) else { return None };
    if !context.implies(&above) || !context.implies(left) {
        return None;
    }
    if let Some(known) = context.find(operation, left, right) {
        return Some(known);
    }
    let interval = Interval { low: 0, high: context.interval(left).high };
    let value = context.derive(operation, left, right, interval);
    if let Some(value) = value {
        context.require(value);
        context.require_order(left, &value, 0);
        if matches!(operation, Operation::Remainder) {
            context.require_order(right, &value, 1);
        }
    }
    value
}

/// The product of two values that are not constant.
const fn product(context: &mut Context, left: &Affine, right: &Affine) -> Option<Affine> {
    if let Some(known) = context.find(Operation::Product, left, right) {
        return Some(known);
    }
    if let Some(known) = context.find(Operation::Product, right, left) {
        return Some(known);
    }
    let (a, b) = (context.interval(left), context.interval(right));
    if !a.is_safe() || !b.is_safe() {
        return None;
    }
    let corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
    let mut interval = Interval { low: corners[0], high: corners[0] };
    let mut i = 1;
    while i < 4 {
        if corners[i] < interval.low {
            interval.low = corners[i];
        } else if corners[i] > interval.high {
            interval.high = corners[i];
        }
        i += 1;
    }
    if !interval.is_safe() {
        return None;
    }
    let value = context.derive(Operation::Product, left, right, interval);
    if let Some(product) = value {
        if a.low >= 0 && b.low >= 0 {
            context.require(product);
            // A factor of at least 1.
            if a.low > 0 {
                context.require_order(&product, right, 0);
            }
            if b.low > 0 {
                context.require_order(&product, left, 0);
            }
        }
    }
    value
}

/// Adds conditions that hold. Returns whether all could be understood.
pub(super) const fn assume(
    context: &mut Context,
    indices: &[Option<Affine>],
    conditions: &[Condition],
) -> bool {
    let mut all = true;
    // What differs is most useful where one side is known to be the larger one.
    let mut pass = 0;
    while pass < 2 {
        let mut i = 0;
        while i < conditions.len() {
            let Condition { left, relation, right } = conditions[i];
            if matches!(relation, Relation::NotEqual) == (pass == 1) {
                all &= match (evaluate(context, indices, left), evaluate(context, indices, right)) {
                    (Some(left), Some(right)) => {
                        compare(context, &left, relation, &right);
                        true
                    }
                    _ => false,
                };
            }
            i += 1;
        }
        pass += 1;
    }
    all
}

const fn compare(context: &mut Context, left: &Affine, relation: Relation, right: &Affine) {
    match relation {
        Relation::Less => context.require_order(right, left, 1),
        Relation::LessOrEqual => context.require_order(right, left, 0),
        Relation::Greater => context.require_order(left, right, 1),
        Relation::GreaterOrEqual => context.require_order(left, right, 0),
        Relation::Equal => context.require_equal(left, right),
        Relation::NotEqual => context.require_different(left, right),
    }
}
