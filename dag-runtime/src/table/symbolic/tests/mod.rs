//! Tests of what is proven for all sizes.

mod graphs;
#[cfg(feature = "std")]
mod members;
mod messages;
mod parse;
#[cfg(feature = "std")]
mod random;
