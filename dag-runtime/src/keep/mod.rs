//! `keep`: outputs that runs find again. What counts for them is in their keys.

mod key;
mod parts;

pub use key::{Key, KeyWriter};
pub(crate) use parts::{Digest, Part};
