//! The numbers that tasks give.

/// Mixes a number into another.
#[inline]
#[must_use]
pub const fn mix(a: u64, b: u64) -> u64 {
    (a ^ b).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
