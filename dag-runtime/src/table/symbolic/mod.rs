//! What the forms of ranges and uses prove for all sizes of a graph.

mod form;

pub use form::{Code, Condition, Op, Ranges, Relation, UseForm};
