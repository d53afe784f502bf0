//! What the examples share.
//!
//! The examples themselves are the other files of this crate: see its README.

mod order;
mod random;

pub use order::order;
pub use random::Random;

/// The code in the workspace's README is tested here.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
