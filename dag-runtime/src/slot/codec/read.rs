//! Outputs from bytes in postcard's format, without a reference into the bytes.
//!
//! An output lives on when the message that it came in is gone, so it has to own all of itself. serde says that of a type by
//! `DeserializeOwned`: it can be read from bytes of any lifetime. But whether a type has that trait cannot be asked of
//! `&'static str`, or of a type that holds one: it has an impl, and rustc finds only afterwards that its lifetime does not
//! fit, which is an error. So types are asked for less: to be readable from bytes that live for ever. The bytes do not, and
//! this reader, unlike that of postcard, lends none of them: a `&str` in an output is an error when it is read.

use alloc::format;
use alloc::string::{String, ToString};
use core::any::type_name;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::access::Items;
use super::check::Seen;

/// The value that these bytes make.
#[inline]
pub(super) fn read<O: Deserialize<'static>>(bytes: &[u8]) -> Result<O, Fault> {
    read_all(Reader { bytes, seen: None })
}

/// The same, and notes what is looked for.
pub(super) fn read_seen<O: Deserialize<'static>>(bytes: &[u8], seen: &mut Seen) -> Result<O, Fault> {
    read_all(Reader { bytes, seen: Some(seen) })
}

fn read_all<O: Deserialize<'static>>(mut reader: Reader<'_>) -> Result<O, Fault> {
    let output = O::deserialize(&mut reader)?;
    match reader.bytes.len() {
        0 => Ok(output),
        left => Err(Fault(format!("{left} bytes are left over{UNLIKE}"))),
    }
}

/// What may be wrong where bytes are not those of a value.
const UNLIKE: &str =
    " (its `Serialize` and `Deserialize` have to fit each other, with all attributes of serde)";

/// Whether a type is seen to hold references, so that no value of it can be read.
pub(super) fn borrows<O>() -> bool {
    type_name::<O>().contains('&')
}

/// Why bytes make no value.
#[derive(Debug)]
pub(super) struct Fault(String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)?;
        if self.0.contains("expected a borrowed") {
            f.write_str(": what crosses ranks has to own its parts, as a `String` does")?;
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

/// What is not read yet.
pub(super) struct Reader<'b> {
    pub(super) bytes: &'b [u8],
    /// None but in debug builds.
    pub(super) seen: Option<&'b mut Seen>,
}

impl<'b> Reader<'b> {
    /// Notes something, in debug builds.
    #[inline(always)]
    pub(super) fn see(&mut self, see: impl FnOnce(&mut Seen)) {
        if let Some(seen) = self.seen.as_mut().filter(|_| cfg!(debug_assertions)) {
            see(seen);
        }
    }

    #[inline]
    fn take(&mut self, len: usize) -> Result<&'b [u8], Fault> {
        let (taken, rest) = self.bytes.split_at_checked(len).ok_or_else(ends)?;
        self.bytes = rest;
        Ok(taken)
    }

    #[inline]
    fn array<const LEN: usize>(&mut self) -> Result<[u8; LEN], Fault> {
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

    fn wide_number(&mut self) -> Result<u128, Fault> {
        let mut number = 0;
        self.parts(128, |part, at| number |= u128::from(part) << at)?;
        Ok(number)
    }

    /// The parts of a number of so many bits: seven in each byte, the lowest first, and a mark in all but the last one.
    #[inline]
    fn parts(&mut self, bits: u32, mut part: impl FnMut(u8, u32)) -> Result<(), Fault> {
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
    fn len(&mut self) -> Result<usize, Fault> {
        Ok(self.number(usize::BITS)? as usize)
    }

    #[inline]
    fn bytes(&mut self) -> Result<&'b [u8], Fault> {
        let len = self.len()?;
        self.take(len)
    }

    #[inline]
    fn text(&mut self) -> Result<&'b str, Fault> {
        core::str::from_utf8(self.bytes()?).map_err(Fault::custom)
    }

    pub(super) fn items(&mut self, left: usize) -> Items<'_, 'b> {
        Items { reader: self, left, all: left, name: "" }
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

macro_rules! numbers {
    (unsigned $($method:ident $visit:ident $number:ident,)*) => {
        $(
            #[inline]
            fn $method<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
                visitor.$visit(self.number($number::BITS)? as $number)
            }
        )*
    };
    // They lie as 0, -1, 1, -2 and so on.
    (signed $($method:ident $visit:ident $number:ident,)*) => {
        $(
            #[inline]
            fn $method<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
                let number = self.number($number::BITS)?;
                visitor.$visit(((number >> 1) as i64 ^ -((number & 1) as i64)) as $number)
            }
        )*
    };
}

impl Deserializer<'static> for &mut Reader<'_> {
    type Error = Fault;

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Fault> {
        Err(Fault(
            "its `Deserialize` asks what comes next, and the bytes do not tell: a type with `#[serde(untagged)]`, \
             `#[serde(tag)]` or `#[serde(flatten)]` cannot cross ranks, nor one that holds any value, as of JSON"
                .into(),
        ))
    }

    fn deserialize_identifier<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    numbers! { unsigned
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
    }

    numbers! { signed
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
    }

    fn deserialize_u128<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_u128(self.wide_number()?)
    }

    fn deserialize_i128<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        let number = self.wide_number()?;
        visitor.visit_i128((number >> 1) as i128 ^ -((number & 1) as i128))
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.array()? {
            [0] => visitor.visit_bool(false),
            [1] => visitor.visit_bool(true),
            [other] => Err(Fault(format!("{other} is no `bool`"))),
        }
    }

    #[inline]
    fn deserialize_u8<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_u8(u8::from_le_bytes(self.array()?))
    }

    #[inline]
    fn deserialize_i8<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_i8(i8::from_le_bytes(self.array()?))
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f32(f32::from_le_bytes(self.array()?))
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(f64::from_le_bytes(self.array()?))
    }

    fn deserialize_char<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        let text = self.text()?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) => visitor.visit_char(char),
            _ => Err(Fault(format!("{text:?} is no `char`"))),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.text()?)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_bytes(self.bytes()?)
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.array()? {
            [0] => visitor.visit_none(),
            [1] => visitor.visit_some(self),
            [other] => Err(Fault(format!("{other} is no `Option`"))),
        }
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        let len = self.len()?;
        visitor.visit_seq(self.items(len))
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'static>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(self.items(len))
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_seq(self.items(len))
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.see(|seen| seen.structure(name, fields));
        visitor.visit_seq(Items { name, ..self.items(fields.len()) })
    }

    #[inline]
    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        let len = self.len()?;
        visitor.visit_map(self.items(len))
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'static>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.see(|seen| seen.choice(name, variants));
        visitor.visit_enum(self)
    }
}

#[cfg(test)]
mod tests;
