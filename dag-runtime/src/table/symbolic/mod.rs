//! What the forms of ranges and uses prove for all sizes of a graph.

mod affine;
mod context;
mod elimination;
mod evaluate;
mod form;
mod member;
mod questions;
#[cfg(test)]
mod tests;

pub use form::{Code, Condition, Op, Ranges, Relation, UseForm};
pub(super) use questions::Question;
