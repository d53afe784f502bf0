//! Tests of what is proven for all sizes.

mod graphs;
mod members;
mod parse;
mod random;
