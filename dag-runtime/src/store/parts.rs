//! Keys as runs and stores know them.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

/// The key of an output: a blake3 hash of all that counts for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Digest(pub(crate) [u8; 32]);

impl Digest {
    /// The hash of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Digest(*blake3::hash(bytes).as_bytes())
    }

    /// Its first half, which tells parts of keys apart.
    pub(crate) fn half(&self) -> [u8; 16] {
        let mut half = [0; 16];
        half.copy_from_slice(&self.0[..16]);
        half
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A part of a key, kept with the output to tell which parts of two keys differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// What it is: `code`, "argument `degree`", "dependency `parse`".
    pub(crate) name: String,
    /// The first half of its blake3 hash.
    pub(crate) hash: [u8; 16],
}
