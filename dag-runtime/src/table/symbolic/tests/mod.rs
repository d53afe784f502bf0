//! Tests of what is proven for all sizes.

mod graphs;
mod members;
mod messages;
mod parse;
mod random;
