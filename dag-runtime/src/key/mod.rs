//! Keys: what counts for an output, so that a run finds it again.

mod argument;
mod task_key;
mod value;

pub use argument::Argument;
pub use task_key::TaskKey;
pub use value::{Key, KeyWriter};
