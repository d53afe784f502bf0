//! A reader of bytes in the format of postcard.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use serde::de::Error;

use super::fingerprint::ReadNames;

/// A hint for bytes that are not those of a value.
pub(super) const UNLIKE: &str =
    " (its `Serialize` and `Deserialize` must match, including all attributes of serde)";

/// Why bytes cannot be decoded.
#[derive(Debug)]
pub(super) struct Fault(pub(super) String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)?;
        if self.0.contains("expected a borrowed") {
            f.write_str(": what crosses ranks must own its parts, as a `String` does")?;
        }
        Ok(())
    }
}

impl core::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault(message.to_string())
    }
}

/// The bytes that are not read yet.
pub(super) struct Reader<'b> {
    pub(super) bytes: &'b [u8],
    /// Only in debug builds.
    pub(super) names: Option<&'b mut ReadNames>,
}

impl<'b> Reader<'b> {
    /// Records something, in debug builds.
    #[inline(always)]
    pub(super) fn note(&mut self, note: impl FnOnce(&mut ReadNames)) {
        if let Some(names) = self.names.as_mut().filter(|_| cfg!(debug_assertions)) {
            note(names);
        }
    }

    #[inline]
    pub(super) fn take(&mut self, len: usize) -> Result<&'b [u8], Fault> {
        let (taken, rest) = self.bytes.split_at_checked(len).ok_or_else(ends)?;
        self.bytes = rest;
        Ok(taken)
    }

    #[inline]
    pub(super) fn array<const LEN: usize>(&mut self) -> Result<[u8; LEN], Fault> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or_else(ends)?;
        self.bytes = rest;
        Ok(*taken)
    }

    /// A number of up to 64 bits.
    #[inline]
    pub(super) fn number(&mut self, bits: u32) -> Result<u64, Fault> {
        let mut number = 0;
        self.parts(bits, |part, at| number |= u64::from(part) << at)?;
        Ok(number)
    }

    pub(super) fn wide_number(&mut self) -> Result<u128, Fault> {
        let mut number = 0;
        self.parts(128, |part, at| number |= u128::from(part) << at)?;
        Ok(number)
    }

    /// The parts of a number with this many bits: seven bits in each byte, the lowest first. All bytes but the last one
    /// are marked.
    #[inline]
    pub(super) fn parts(&mut self, bits: u32, mut part: impl FnMut(u8, u32)) -> Result<(), Fault> {
        let mut at = 0;
        while at < bits {
            let [byte] = self.array()?;
            let fits = bits - at >= 7 || (byte & 0x7f) >> (bits - at) == 0;
            if !fits {
                break;
            }
            part(byte & 0x7f, at);
            if byte & 0x80 == 0 {
                return Ok(());
            }
            at += 7;
        }
        Err(too_large(bits))
    }

    #[inline]
    pub(super) fn len(&mut self) -> Result<usize, Fault> {
        Ok(self.number(usize::BITS)? as usize)
    }

    #[inline]
    pub(super) fn bytes(&mut self) -> Result<&'b [u8], Fault> {
        let len = self.len()?;
        self.take(len)
    }

    #[inline]
    pub(super) fn text(&mut self) -> Result<&'b str, Fault> {
        core::str::from_utf8(self.bytes()?).map_err(Fault::custom)
    }
}

#[cold]
fn too_large(bits: u32) -> Fault {
    Fault(format!("a number has more than {bits} bits"))
}

#[cold]
fn ends() -> Fault {
    Fault(format!("the bytes end too early{UNLIKE}"))
}
