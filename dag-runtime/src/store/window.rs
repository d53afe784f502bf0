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

    /// `len` bytes at `offset`; fewer at the end of the file. Reads in order, or in the reverse order, read ever more ahead.
    pub(super) fn get(
        &mut self,
        file: &mut (impl Read + Seek),
        offset: u64,
        len: usize,
    ) -> io::Result<&[u8]> {
        if self.covered(offset, len).is_none() {
            let (end, behind) = (self.start + self.bytes.len() as u64, offset + len as u64);
            let goes_back = offset < self.start && behind + MOST as u64 > self.start;
            let goes_on = goes_back || offset >= self.start && offset <= end + MOST as u64;
            self.ahead = if goes_on { (2 * self.ahead).clamp(LEAST, MOST) } else { LEAST };
            let ahead = len.max(self.ahead);
            let start = if goes_back { offset.min(behind.saturating_sub(ahead as u64)) } else { offset };
            self.read(file, start, ahead)?;
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Counts how often the position is set, which is once for each read.
    struct Counted(Cursor<Vec<u8>>, usize);

    impl Read for Counted {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.0.read(bytes)
        }
    }

    impl Seek for Counted {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.1 += 1;
            self.0.seek(to)
        }
    }

    #[test]
    fn records_in_order_and_in_reverse_order_are_read_together() {
        const SIZE: usize = 500;
        let bytes: Vec<u8> = (0..2000 * SIZE).map(|at| (at / SIZE) as u8 ^ at as u8).collect();
        let forward: Vec<usize> = (0..2000).collect();
        let backward: Vec<usize> = (0..2000).rev().collect();
        for order in [forward, backward] {
            let (mut window, mut file) = (Window::default(), Counted(Cursor::new(bytes.clone()), 0));
            for record in order {
                let at = record * SIZE;
                assert_eq!(window.get(&mut file, at as u64, SIZE).unwrap(), &bytes[at..at + SIZE]);
            }
            assert!(file.1 < 15, "{} reads of {} bytes", file.1, bytes.len());
        }
    }

    #[test]
    fn at_the_ends_of_a_file_there_is_less() {
        let bytes: Vec<u8> = (0..10_000).map(|at| at as u8).collect();
        let (mut window, mut file) = (Window::default(), Cursor::new(bytes.clone()));
        for (at, len, there) in
            [(9_000, 2_000, 1_000), (100, 50, 50), (0, 20, 20), (10_000, 5, 0), (20_000, 5, 0)]
        {
            let start = at.min(bytes.len());
            assert_eq!(window.get(&mut file, at as u64, len).unwrap(), &bytes[start..start + there]);
        }
    }
}
