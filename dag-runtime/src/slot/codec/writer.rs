//! A writer of bytes in the format of postcard.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::ser;

use super::fingerprint::Fingerprint;

/// Why a value cannot be encoded.
#[derive(Debug)]
pub(super) struct Fault(pub(super) String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault(message.to_string())
    }
}

pub(super) struct Writer<'a> {
    pub(super) bytes: &'a mut Vec<u8>,
    /// Only in debug builds.
    pub(super) fingerprint: Option<&'a mut Fingerprint>,
}

impl Writer<'_> {
    /// Records something, in debug builds.
    #[inline(always)]
    pub(super) fn note(&mut self, note: impl FnOnce(&mut Fingerprint)) {
        if let Some(fingerprint) = self.fingerprint.as_mut().filter(|_| cfg!(debug_assertions)) {
            note(fingerprint);
        }
    }

    /// Writes seven bits in each byte, the lowest first. All bytes but the last one are marked.
    #[inline]
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    pub(super) fn wide_number(&mut self, mut number: u128) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    #[inline]
    pub(super) fn variant(&mut self, name: &'static str, index: u32, variant: &'static str) {
        self.note(|fingerprint| fingerprint.variant(name, index, variant));
        self.number(index.into());
    }
}

#[cold]
pub(super) fn unknown_length(what: &str, why: &str) -> Fault {
    Fault(format!("{what} does not state its length before it is written, {why}"))
}
