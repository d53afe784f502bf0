//! Decodes outputs from the format of postcard, without references into the bytes.
//!
//! An output outlives the message in which it came, so it must own all its data. In serde, the bound for this is
//! `DeserializeOwned`: the type can be read from bytes of any lifetime. But it is not possible to ask whether `&'static
//! str`, or a type that contains it, has that trait: there is an impl, and rustc finds only afterwards that the
//! lifetime does not fit, which is an error. So the bound here is weaker: the type can be read from bytes that live for
//! ever. The bytes do not, and this reader, unlike the reader of postcard, lends none of them: a `&str` in an output is
//! an error when it is read.

use alloc::format;
use core::any::type_name;

use serde::de::{Deserialize, Deserializer, Visitor};

use super::access::Items;
use super::fingerprint::ReadNames;
use super::reader::{Fault, Reader, UNLIKE};

/// Decodes a value.
#[inline]
pub(super) fn read<O: Deserialize<'static>>(bytes: &[u8]) -> Result<O, Fault> {
    read_all(Reader { bytes, names: None })
}

/// As [`read`], and records the names that are looked for.
pub(super) fn read_with_names<O: Deserialize<'static>>(
    bytes: &[u8],
    names: &mut ReadNames,
) -> Result<O, Fault> {
    read_all(Reader { bytes, names: Some(names) })
}

fn read_all<O: Deserialize<'static>>(mut reader: Reader<'_>) -> Result<O, Fault> {
    let output = O::deserialize(&mut reader)?;
    match reader.bytes.len() {
        0 => Ok(output),
        left => Err(Fault(format!("{left} bytes are left over{UNLIKE}"))),
    }
}

/// Whether a type is known to hold references, so that no value of it can be read.
pub(super) fn borrows<O>() -> bool {
    type_name::<O>().contains('&')
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
    // They are encoded in the order 0, -1, 1, -2 and so on.
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
             `#[serde(tag)]` or `#[serde(flatten)]` cannot cross ranks or be kept, nor one that holds any value, as of JSON"
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
            [other] => Err(Fault(format!("{other} is not a `bool`"))),
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
            _ => Err(Fault(format!("{text:?} is not a `char`"))),
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
            [other] => Err(Fault(format!("{other} is not a `Option`"))),
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
        visitor.visit_seq(Items::of(self, len))
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'static>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(Items::of(self, len))
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_seq(Items::of(self, len))
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.note(|names| names.structure(name, fields));
        visitor.visit_seq(Items { name, ..Items::of(self, fields.len()) })
    }

    #[inline]
    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Fault> {
        let len = self.len()?;
        visitor.visit_map(Items::of(self, len))
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'static>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.note(|names| names.choice(name, variants));
        visitor.visit_enum(self)
    }
}

#[cfg(test)]
mod tests;
