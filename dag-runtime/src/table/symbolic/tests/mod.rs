//! Tests of what is proven for all sizes.

mod graphs;
mod parse;
