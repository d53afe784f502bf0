//! Programs with mistakes, made from the programs of the workspace: what its macros are given in them, as tokens, and
//! mutations of these.

mod layout;
pub mod mistakes;
pub mod mutate;
mod programs;
mod random;
mod tree;

pub use programs::{Input, Macro, inputs, programs};
pub use random::Random;
pub use tree::Tree;
