//! `keep`: outputs that runs find again. What counts for them is in their keys.

mod key;

pub(crate) use crate::store::{Digest, Part};
pub use key::{Key, KeyWriter};
