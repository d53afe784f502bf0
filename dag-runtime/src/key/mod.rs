//! Keys: what counts for an output, so that a run finds it again.

mod argument;
mod code;
mod task_key;
mod value;

#[cfg(test)]
mod tests;

pub use argument::{Argument, NotSkipped, Skips};
pub use code::CodeWriter;
pub use task_key::TaskKey;
pub use value::{Key, KeyWriter};
