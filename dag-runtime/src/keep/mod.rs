//! `keep`: outputs that runs find again. What counts for them is in their keys.

mod argument;
mod key;
mod line;
mod task_key;

pub(crate) use crate::store::{Digest, Part};
pub use argument::Argument;
pub use key::{Key, KeyWriter};
pub use line::{CanBeKept, KeptLine};
pub use task_key::TaskKey;
