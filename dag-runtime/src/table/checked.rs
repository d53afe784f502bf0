//! Arithmetic with indices and sizes that says where it overflows, for the functions that make tables.

/// What is wrong with a calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miscalculation {
    /// Nothing so far.
    None,
    /// A value is too large, or too small.
    Overflow,
    /// A divisor is zero.
    Division,
}

impl Miscalculation {
    /// Whether anything is.
    #[must_use]
    pub const fn happened(self) -> bool {
        !matches!(self, Miscalculation::None)
    }

    /// Adds what is wrong. The first one stays.
    const fn add(&mut self, other: Self) {
        if !self.happened() {
            *self = other;
        }
    }

    /// The range, or one that stands for this if anything is wrong.
    #[must_use]
    pub const fn or(self, range: (i128, i128)) -> (i128, i128) {
        match self {
            Miscalculation::None => range,
            Miscalculation::Overflow => OVERFLOW,
            Miscalculation::Division => DIVISION,
        }
    }

    /// What a range stands for.
    pub(super) const fn of((lo, hi): (i128, i128)) -> Self {
        match (lo, hi) {
            OVERFLOW => Miscalculation::Overflow,
            DIVISION => Miscalculation::Division,
            _ => Miscalculation::None,
        }
    }

    /// What it does, as a verb.
    pub(super) const fn verb(self) -> &'static str {
        match self {
            Miscalculation::Division => "divides by zero",
            Miscalculation::None | Miscalculation::Overflow => "overflows",
        }
    }
}

/// Ranges that no calculation gives.
const OVERFLOW: (i128, i128) = (i128::MAX, i128::MIN);
const DIVISION: (i128, i128) = (i128::MAX, i128::MIN + 1);

macro_rules! operations {
    ($($name:ident: $operation:ident)*) => {
        $(
            /// The operation of this name.
            #[inline(always)]
            pub const fn $name(left: isize, right: isize, fault: &mut Miscalculation) -> isize {
                value(left.$operation(right), fault)
            }
        )*
    };
}

operations! { add: checked_add  sub: checked_sub  mul: checked_mul }

/// `left / right`
#[inline(always)]
pub const fn div(left: isize, right: isize, fault: &mut Miscalculation) -> isize {
    if right == 0 {
        fault.add(Miscalculation::Division);
        return 0;
    }
    value(left.checked_div(right), fault)
}

/// `left % right`
#[inline(always)]
pub const fn rem(left: isize, right: isize, fault: &mut Miscalculation) -> isize {
    if right == 0 {
        fault.add(Miscalculation::Division);
        return 0;
    }
    value(left.checked_rem(right), fault)
}

/// `left << right`, without the loss of a digit.
#[inline(always)]
pub const fn shl(left: isize, right: isize, fault: &mut Miscalculation) -> isize {
    let shifted = if 0 <= right && right < isize::BITS as isize { left << right } else { 0 };
    let is_same = 0 <= right && right < isize::BITS as isize && shifted >> right == left;
    value(if is_same || left == 0 && right >= 0 { Some(shifted) } else { None }, fault)
}

/// `left >> right`
#[inline(always)]
pub const fn shr(left: isize, right: isize, fault: &mut Miscalculation) -> isize {
    value(if 0 <= right && right < isize::BITS as isize { Some(left >> right) } else { None }, fault)
}

/// `left.pow(right)`
#[inline(always)]
pub const fn pow(left: isize, right: u32, fault: &mut Miscalculation) -> isize {
    value(left.checked_pow(right), fault)
}

/// `left.pow(right)`
#[inline(always)]
pub const fn pow_usize(left: usize, right: u32, fault: &mut Miscalculation) -> usize {
    match left.checked_pow(right) {
        Some(value) => value,
        None => {
            fault.add(Miscalculation::Overflow);
            0
        }
    }
}

#[inline(always)]
const fn value(value: Option<isize>, fault: &mut Miscalculation) -> isize {
    match value {
        Some(value) => value,
        None => {
            fault.add(Miscalculation::Overflow);
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(operation: impl Fn(&mut Miscalculation) -> isize, expected: Result<isize, Miscalculation>) {
        let mut fault = Miscalculation::None;
        let value = operation(&mut fault);
        assert_eq!(if fault.happened() { Err(fault) } else { Ok(value) }, expected);
    }

    #[test]
    fn operations_give_the_value_or_say_what_is_wrong() {
        let (overflow, division) = (Err(Miscalculation::Overflow), Err(Miscalculation::Division));
        check(|f| add(1, 2, f), Ok(3));
        check(|f| add(isize::MAX, 1, f), overflow);
        check(|f| sub(isize::MIN, 1, f), overflow);
        check(|f| mul(1 << 40, 1 << 40, f), overflow);
        check(|f| div(-7, 2, f), Ok(-3));
        check(|f| div(1, 0, f), division);
        check(|f| div(isize::MIN, -1, f), overflow);
        check(|f| rem(-7, 2, f), Ok(-1));
        check(|f| rem(1, 0, f), division);
        check(|f| shl(3, 4, f), Ok(48));
        check(|f| shl(-1, 63, f), Ok(isize::MIN));
        check(|f| shl(1, 63, f), overflow);
        check(|f| shl(1, 64, f), overflow);
        check(|f| shl(0, 64, f), Ok(0));
        check(|f| shl(1, -1, f), overflow);
        check(|f| shr(-5, 1, f), Ok(-3));
        check(|f| shr(1, 64, f), overflow);
        check(|f| pow(-3, 3, f), Ok(-27));
        check(|f| pow(10, 30, f), overflow);
        check(|f| pow_usize(10, 30, f).cast_signed(), overflow);
    }

    #[test]
    fn a_range_can_stand_for_what_is_wrong() {
        for fault in [Miscalculation::None, Miscalculation::Overflow, Miscalculation::Division] {
            assert_eq!(Miscalculation::of(fault.or((0, 5))), fault);
        }
        assert_eq!(Miscalculation::None.or((0, 5)), (0, 5));
    }
}
