//! Text that is composed in constant evaluation.

use core::str::from_utf8;

use crate::table::Node;

/// How long a text can be, in bytes; what is longer is cut.
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

    /// Appends as much as there is room for.
    pub(crate) const fn push(&mut self, text: &str) {
        let (_, room) = self.bytes.split_at_mut(self.len);
        let mut len = if text.len() < room.len() { text.len() } else { room.len() };
        while !text.is_char_boundary(len) {
            len -= 1;
        }
        room.split_at_mut(len).0.copy_from_slice(text.as_bytes().split_at(len).0);
        self.len += len;
    }

    /// Appends the name of a task, quoted.
    pub(crate) const fn push_task(&mut self, node: &Node) {
        self.push("`");
        self.push(node.name);
        self.push("`");
    }

    pub(crate) const fn push_number(&mut self, number: u32) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        let digit = [b'0' + (number % 10) as u8];
        if let Ok(digit) = from_utf8(&digit) {
            self.push(digit);
        }
    }
}
