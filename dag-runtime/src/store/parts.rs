//! Keys as runs and stores know them.

use alloc::string::String;
use alloc::vec::Vec;
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
    pub(crate) hash: [u8; HASH],
}

const HASH: usize = 16;

/// The parts of a key, encoded as a store has them: there are many, and they are read only to explain a miss.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    count: usize,
    /// In the format of postcard, one behind the other.
    bytes: Vec<u8>,
}

impl Parts {
    /// Adds a part.
    pub(crate) fn push(&mut self, name: &str, hash: [u8; HASH]) {
        self.count += 1;
        self.bytes.reserve(name.len() + HASH + 2);
        write_text(name, &mut self.bytes);
        self.bytes.extend_from_slice(&hash);
    }

    /// Adds to what there is of this name.
    pub(crate) fn add(&mut self, name: &str, hash: [u8; HASH]) {
        let Some(at) = self.find(name) else { return self.push(name, hash) };
        let both = Digest::of(&[&self.bytes[at..at + HASH], &hash].concat()).half();
        self.bytes[at..at + HASH].copy_from_slice(&both);
    }

    /// Where the hash of the part with this name is.
    fn find(&self, name: &str) -> Option<usize> {
        let mut at = 0;
        while at < self.bytes.len() {
            let (len, start) = read_len(&self.bytes, at);
            at = start + len;
            if &self.bytes[start..at] == name.as_bytes() {
                return Some(at);
            }
            at += HASH;
        }
        None
    }

    /// The parts, one by one.
    pub(crate) fn list(&self) -> Vec<Part> {
        let mut rest = &*self.bytes;
        let decode = |_| {
            let (part, behind) = postcard::take_from_bytes(rest).expect("it was encoded here");
            rest = behind;
            part
        };
        (0..self.count).map(decode).collect()
    }

    /// About how much memory they take, in bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Appends them as a list in the format of postcard.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        write_len(self.count, to);
        to.extend_from_slice(&self.bytes);
    }
}

impl<'p> FromIterator<&'p Part> for Parts {
    fn from_iter<I: IntoIterator<Item = &'p Part>>(parts: I) -> Self {
        let mut all = Parts::default();
        parts.into_iter().for_each(|part| all.push(&part.name, part.hash));
        all
    }
}

/// Appends a text in the format of postcard.
pub(super) fn write_text(text: &str, to: &mut Vec<u8>) {
    write_len(text.len(), to);
    to.extend_from_slice(text.as_bytes());
}

fn write_len(mut len: usize, to: &mut Vec<u8>) {
    while len >= 0x80 {
        to.push(len as u8 | 0x80);
        len >>= 7;
    }
    to.push(len as u8);
}

/// A length that [`write_len`] has written, and where it ends.
fn read_len(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let (mut len, mut shift) = (0, 0);
    loop {
        let byte = bytes[at];
        at += 1;
        len |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return (len, at);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn parts_are_as_postcard_has_them() {
        let names = ["code", "argument `degree`", &"long ".repeat(50), ""];
        let list: Vec<Part> =
            (0..).zip(names).map(|(k, name)| Part { name: name.into(), hash: [k; HASH] }).collect();
        let parts: Parts = list.iter().collect();
        let mut bytes = Vec::new();
        parts.write(&mut bytes);
        assert_eq!(bytes, postcard::to_allocvec(&list).unwrap());
        assert_eq!(parts.list(), list);
    }

    #[test]
    fn what_is_added_to_a_part_changes_it() {
        let mut parts = Parts::default();
        for name in ["dependency `a`", "argument `x`", "dependency `a`"] {
            parts.add(name, [7; HASH]);
        }
        let names: Vec<_> = parts.list().into_iter().map(|part| part.name).collect();
        assert_eq!(names, vec!["dependency `a`", "argument `x`"]);
        let both = Digest::of(&[7; 2 * HASH]).half();
        assert_eq!(parts.list()[0].hash, both);
    }
}
