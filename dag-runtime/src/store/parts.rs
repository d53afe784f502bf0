//! Keys as runs and stores know them.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

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
        let mut text = [0; 64];
        for (digits, byte) in text.chunks_exact_mut(2).zip(self.0) {
            digits[0] = DIGITS[usize::from(byte >> 4)];
            digits[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(core::str::from_utf8(&text).expect("digits are ASCII"))
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
