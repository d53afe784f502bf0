//! Text that is composed in constant evaluation.

use core::str::from_utf8;

use crate::table::slices::copy;
use crate::table::{Line, locate};

/// The most bytes of a text; the rest is cut.
const CAPACITY: usize = 1024;

/// A text in a fixed buffer.
#[derive(Debug)]
pub struct Text {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Text { bytes: [0; CAPACITY], len: 0 }
    }

    /// The text so far.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// Appends as much as fits.
    pub(crate) const fn push(&mut self, text: &str) {
        let (_, room) = self.bytes.split_at_mut(self.len);
        let mut len = if text.len() < room.len() { text.len() } else { room.len() };
        let bytes = text.as_bytes();
        // Not in the middle of a character, whose bytes but the first begin with these bits.
        while len < bytes.len() && bytes[len] & 0b1100_0000 == 0b1000_0000 {
            len -= 1;
        }
        copy(bytes.split_at(len).0, room.split_at_mut(len).0);
        self.len += len;
    }

    /// Appends the name of a line, quoted.
    pub(crate) const fn push_line(&mut self, line: &Line<'_>) {
        self.push("`");
        self.push(line.name);
        self.push("`");
    }

    /// Appends the name of a task of a graph with these lines, quoted.
    pub(crate) const fn push_task(&mut self, lines: &[Line<'_>], task: u32) {
        let line = &lines[locate(lines, task) as usize];
        let Some(shape) = line.shape else { return self.push_line(line) };
        self.push("`");
        self.push_member(line.name, shape.member(task - line.first).as_slice(), None);
        self.push("`");
    }

    /// Appends the name of a member, or, with the bounds of the last index, of a slice.
    pub(crate) const fn push_member(
        &mut self,
        family: &str,
        indices: &[isize],
        slice: Option<(isize, isize)>,
    ) {
        self.push_indices(family, indices);
        if let Some((lo, hi)) = slice {
            self.push(if indices.is_empty() { "[" } else { ", " });
            // The limits of the type represent an open side.
            if lo != isize::MIN {
                self.push_integer(lo);
            }
            self.push("..");
            if hi != isize::MAX {
                self.push_integer(hi);
            }
        }
        self.push("]");
    }

    /// Appends the name of all members whose first indices are these.
    pub(crate) const fn push_prefix(&mut self, family: &str, indices: &[isize]) {
        self.push_indices(family, indices);
        self.push(", ..]");
    }

    const fn push_indices(&mut self, family: &str, indices: &[isize]) {
        self.push(family);
        let mut k = 0;
        while k < indices.len() {
            self.push(if k == 0 { "[" } else { ", " });
            self.push_integer(indices[k]);
            k += 1;
        }
    }

    pub(crate) const fn push_integer(&mut self, number: isize) {
        if number < 0 {
            self.push("-");
        }
        self.push_digits(number.unsigned_abs());
    }

    const fn push_digits(&mut self, number: usize) {
        if number >= 10 {
            self.push_digits(number / 10);
        }
        let digit = [b'0' + (number % 10) as u8];
        if let Ok(digit) = from_utf8(&digit) {
            self.push(digit);
        }
    }

    /// Appends a number of units, with this word.
    pub(crate) const fn push_units(&mut self, units: i128) {
        self.push_wide(units);
        self.push(if units == 1 { " unit" } else { " units" });
    }

    pub(crate) const fn push_wide(&mut self, number: i128) {
        if number < 0 {
            self.push("-");
        }
        self.push_wide_digits(number.unsigned_abs());
    }

    const fn push_wide_digits(&mut self, number: u128) {
        if number >= 10 {
            self.push_wide_digits(number / 10);
        }
        self.push_digits((number % 10) as usize);
    }

    pub(crate) const fn push_number(&mut self, number: u32) {
        self.push_digits(number as usize);
    }
}
