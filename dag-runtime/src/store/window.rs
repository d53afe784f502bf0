//! A part of a log in memory: neighbours are read together.

use alloc::vec::Vec;
use std::io::{self, Read, Seek, SeekFrom};

/// How much is read ahead, in bytes, at first and at most.
const LEAST: usize = 4 << 10;
const MOST: usize = 256 << 10;

#[derive(Debug, Default)]
pub(super) struct Window {
    start: u64,
    bytes: Vec<u8>,
    ahead: usize,
}

impl Window {
    /// A window that reads much at once from the beginning.
    pub(super) fn wide() -> Self {
        Window { ahead: MOST, ..Window::default() }
    }

    /// `len` bytes at `offset`; fewer at the end of the file. Reads in order read ever more ahead.
    pub(super) fn get(
        &mut self,
        file: &mut (impl Read + Seek),
        offset: u64,
        len: usize,
    ) -> io::Result<&[u8]> {
        if self.covered(offset, len).is_none() {
            let end = self.start + self.bytes.len() as u64;
            let goes_on = offset >= self.start && offset <= end + MOST as u64;
            self.ahead = if goes_on { (2 * self.ahead).clamp(LEAST, MOST) } else { LEAST };
            self.read(file, offset, len.max(self.ahead))?;
        }
        let from = (offset - self.start) as usize;
        let to = self.bytes.len().min(from + len);
        Ok(&self.bytes[from.min(to)..to])
    }

    /// The bytes, if they are there already.
    pub(super) fn covered(&self, offset: u64, len: usize) -> Option<&[u8]> {
        let from = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        self.bytes.get(from..from.checked_add(len)?)
    }

    /// Forgets what was read.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    fn read(&mut self, file: &mut (impl Read + Seek), offset: u64, len: usize) -> io::Result<()> {
        self.start = offset;
        self.bytes.clear();
        file.seek(SeekFrom::Start(offset))?;
        file.take(len as u64).read_to_end(&mut self.bytes)?;
        Ok(())
    }
}
