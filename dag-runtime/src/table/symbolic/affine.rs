//! Affine forms: sums of variables with constant factors.

/// The most variables of one question.
pub(super) const VARIABLES: usize = 24;

/// Limits of factors and constants. A product of a factor with either, and the sum of two such products, is an `i64`.
const MAX_FACTOR: i64 = 1 << 20;
const MAX_CONSTANT: i64 = 1 << 41;

/// A sum of variables with factors, and of a constant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine {
    factors: [i64; VARIABLES],
    /// Variables from here on have the factor 0.
    len: usize,
    constant: i64,
}

impl Affine {
    pub(super) const ZERO: Affine = Affine::number(0);

    /// A constant, which is within the limits.
    pub(super) const fn number(constant: i64) -> Affine {
        Affine { factors: [0; VARIABLES], len: 0, constant }
    }

    pub(super) const fn variable(variable: usize) -> Affine {
        let mut factors = [0; VARIABLES];
        factors[variable] = 1;
        Affine { factors, len: variable + 1, constant: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn factor(&self, variable: usize) -> i64 {
        self.factors[variable]
    }

    /// The constant part.
    pub(super) const fn constant(&self) -> i64 {
        self.constant
    }

    /// The value, if it is the same whatever the variables are.
    pub(super) const fn value(&self) -> Option<i64> {
        let mut v = 0;
        while v < self.len {
            if self.factors[v] != 0 {
                return None;
            }
            v += 1;
        }
        Some(self.constant)
    }

    pub(super) const fn is(&self, other: &Affine) -> bool {
        self.constant == other.constant && self.has_factors_of(other)
    }

    pub(super) const fn has_factors_of(&self, other: &Affine) -> bool {
        let len = if self.len > other.len { self.len } else { other.len };
        let mut v = 0;
        while v < len {
            if self.factors[v] != other.factors[v] {
                return false;
            }
            v += 1;
        }
        true
    }

    /// `a` times this plus `b` times the other, without regard to limits, for factors within them.
    const fn combined(&self, a: i64, other: &Affine, b: i64) -> Affine {
        let mut sum = Affine::number(a * self.constant + b * other.constant);
        sum.len = if self.len > other.len { self.len } else { other.len };
        let mut v = 0;
        while v < sum.len {
            sum.factors[v] = a * self.factors[v] + b * other.factors[v];
            v += 1;
        }
        sum
    }

    const fn is_small(&self) -> bool {
        let mut v = 0;
        while v < self.len {
            if self.factors[v] > MAX_FACTOR || self.factors[v] < -MAX_FACTOR {
                return false;
            }
            v += 1;
        }
        -MAX_CONSTANT <= self.constant && self.constant <= MAX_CONSTANT
    }

    /// This plus `factor` times the other, if it is within the limits.
    pub(super) const fn plus(&self, factor: i64, other: &Affine) -> Option<Affine> {
        if factor > MAX_FACTOR || factor < -MAX_FACTOR {
            return None;
        }
        let sum = self.combined(1, other, factor);
        if sum.is_small() { Some(sum) } else { None }
    }

    /// `factor` times this, if it is within the limits.
    pub(super) const fn times(&self, factor: i64) -> Option<Affine> {
        Affine::ZERO.plus(factor, self)
    }

    /// `factor` times this plus `constant`, for a small factor and constant.
    pub(super) const fn shifted(&self, factor: i64, constant: i64) -> Option<Affine> {
        Affine::number(constant).plus(factor, self)
    }

    /// The sum, without this variable, of two forms that are at least 0, in which the variable has factors of different
    /// signs, divided by what divides all factors. The constant is rounded down, since all variables are integers.
    /// `None` beyond the limits.
    pub(super) const fn without(variable: usize, positive: &Affine, negative: &Affine) -> Option<Affine> {
        let (a, b) = (-negative.factors[variable], positive.factors[variable]);
        let mut sum = positive.combined(a, negative, b);
        sum.tighten();
        if sum.is_small() { Some(sum) } else { None }
    }

    /// Divides by what divides all factors. The constant is rounded down.
    pub(super) const fn tighten(&mut self) {
        let mut divisor = 0;
        let mut v = 0;
        while v < self.len {
            if self.factors[v] != 0 {
                divisor = greatest_common_divisor(self.factors[v].abs(), divisor);
                if divisor == 1 {
                    return;
                }
            }
            v += 1;
        }
        while divisor > 1 && v > 0 {
            v -= 1;
            self.factors[v] /= divisor;
        }
        if divisor > 1 {
            self.constant = self.constant.div_euclid(divisor);
        }
    }
}

const fn greatest_common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
