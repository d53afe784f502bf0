//! Where the parts of a key are written.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::seen::SeenFile;
use crate::store::Digest;

/// A part with more bytes than this counts by its hash.
const SHORT: usize = 1024;

/// The bytes before what a part wrote.
const HEADER: usize = 6;

/// Where values are written for a key.
// Most parts are short, and a hasher is large: so bytes are collected, and hashed all at once.
#[derive(Clone)]
pub struct KeyWriter {
    bytes: Vec<u8>,
    /// Where the part that is written begins.
    start: usize,
    /// The hash of this part, once it is a long one.
    long: Option<Box<blake3::Hasher>>,
    /// The files that were written, with what was in them.
    files: Vec<SeenFile>,
}

impl KeyWriter {
    pub(crate) fn new() -> Self {
        KeyWriter::with_capacity(0)
    }

    /// With room for this many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        KeyWriter { bytes: Vec::with_capacity(bytes), start: 0, long: None, files: Vec::new() }
    }

    /// Writes bytes as they are. The caller makes them prefix-free.
    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        if self.long.is_none() && self.bytes.len() - self.start + bytes.len() <= SHORT {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.raw_of_long(bytes);
        }
    }

    #[cold]
    fn raw_of_long(&mut self, bytes: &[u8]) {
        let KeyWriter { bytes: short, start, long, .. } = self;
        let hasher = long.get_or_insert_with(|| {
            let mut hasher = Box::new(blake3::Hasher::new());
            hasher.update(&short[*start..]);
            short.truncate(*start);
            hasher
        });
        hasher.update(bytes);
    }

    /// Writes bytes, and how many there are.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.raw(&(bytes.len() as u64).to_le_bytes());
        self.raw(bytes);
    }

    /// Notes that the key has the content of a file.
    pub(crate) fn saw(&mut self, file: SeenFile) {
        self.files.push(file);
    }

    /// Takes the files whose contents the key has.
    pub(crate) fn take_files(&mut self) -> Vec<SeenFile> {
        core::mem::take(&mut self.files)
    }

    /// The hash of all that was written.
    pub(crate) fn digest(&self) -> Digest {
        match &self.long {
            Some(hasher) if self.start == 0 => Digest(*hasher.finalize().as_bytes()),
            long => {
                debug_assert!(long.is_none(), "the last part has ended");
                Digest::of(&self.bytes)
            }
        }
    }

    /// The hash of all that was written but these parts, of which the range is what the first and the last one wrote.
    pub(crate) fn digest_without(&self, parts: Range<usize>) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.bytes[..parts.start - HEADER]).update(&self.bytes[parts.end..]);
        Digest(*hasher.finalize().as_bytes())
    }

    /// Forgets all that was written.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.files.clear();
        (self.start, self.long) = (0, None);
    }

    /// Begins a part, after the one before has ended.
    #[inline]
    pub(crate) fn begin_part(&mut self, kind: u8, number: u16) {
        let [low, high] = number.to_le_bytes();
        // Whether it is a long one, and its length, are not known yet.
        self.bytes.extend_from_slice(&[kind, low, high, 0, 0, 0]);
        self.start = self.bytes.len();
    }

    /// Ends the part. What it wrote, or the hash of that, is in this range.
    #[inline]
    pub(crate) fn end_part(&mut self) -> Range<usize> {
        if let Some(hasher) = self.long.take() {
            self.bytes.extend_from_slice(hasher.finalize().as_bytes());
            self.bytes[self.start - 3] = 1;
        }
        let range = self.start..self.bytes.len();
        self.bytes[range.start - 2..range.start].copy_from_slice(&(range.len() as u16).to_le_bytes());
        self.start = range.end;
        range
    }

    /// What a part wrote.
    pub(crate) fn part(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }
}

impl fmt::Debug for KeyWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyWriter").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
