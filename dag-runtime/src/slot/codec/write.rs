//! Encodes outputs in the format of postcard, which contains no types and names: the program knows them.
//!
//! So a type whose `Serialize` leaves out what its `Deserialize` expects would be decoded as something else. If serde
//! reports this to the writer, it is an error at once. The other cases are found by [`check`](super::check), in debug
//! builds.

mod items;

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use serde::ser::{Serialize, Serializer};

use super::fingerprint::Fingerprint;
use super::writer::{Fault, Writer, unknown_length};
use items::Items;

/// Appends the bytes of a value.
#[inline]
pub(super) fn write<O: Serialize>(output: &O, bytes: &mut Vec<u8>) -> Result<(), Fault> {
    output.serialize(&mut Writer { bytes, fingerprint: None })
}

/// As [`write`], and returns the fingerprint of the value.
pub(super) fn write_with_fingerprint<O: Serialize>(
    output: &O,
    bytes: &mut Vec<u8>,
) -> Result<Fingerprint, Fault> {
    let mut fingerprint = Fingerprint::default();
    output.serialize(&mut Writer { bytes, fingerprint: Some(&mut fingerprint) })?;
    Ok(fingerprint)
}

macro_rules! numbers {
    ($($method:ident $number:ident: |$value:ident| $bits:expr,)*) => {
        $(
            #[inline]
            fn $method(self, $value: $number) -> Result<(), Fault> {
                let bits = $bits;
                self.note(|fingerprint| fingerprint.word(u64::from(bits)));
                self.number(bits.into());
                Ok(())
            }
        )*
    };
    (bytes $($method:ident $number:ident,)*) => {
        $(
            #[inline]
            fn $method(self, value: $number) -> Result<(), Fault> {
                let bytes = value.to_le_bytes();
                self.note(|fingerprint| fingerprint.bytes(&bytes));
                self.bytes.extend_from_slice(&bytes);
                Ok(())
            }
        )*
    };
}

impl<'w, 'a> Serializer for &'w mut Writer<'a> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Items<'w, 'a>;
    type SerializeTuple = Items<'w, 'a>;
    type SerializeTupleStruct = Items<'w, 'a>;
    type SerializeTupleVariant = Items<'w, 'a>;
    type SerializeMap = Items<'w, 'a>;
    type SerializeStruct = Items<'w, 'a>;
    type SerializeStructVariant = Items<'w, 'a>;

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }

    // Signed numbers are encoded in the order 0, -1, 1, -2 and so on.
    numbers! {
        serialize_u16 u16: |value| value,
        serialize_u32 u32: |value| value,
        serialize_u64 u64: |value| value,
        serialize_i16 i16: |value| (value << 1 ^ value >> 15) as u16,
        serialize_i32 i32: |value| (value << 1 ^ value >> 31) as u32,
        serialize_i64 i64: |value| (value << 1 ^ value >> 63) as u64,
    }

    numbers! { bytes
        serialize_u8 u8,
        serialize_i8 i8,
        serialize_f32 f32,
        serialize_f64 f64,
    }

    fn serialize_u128(self, value: u128) -> Result<(), Fault> {
        self.note(|fingerprint| fingerprint.bytes(&value.to_le_bytes()));
        self.wide_number(value);
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Fault> {
        self.serialize_u128((value << 1 ^ value >> 127) as u128)
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), Fault> {
        self.serialize_u8(value.into())
    }

    fn serialize_char(self, value: char) -> Result<(), Fault> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), Fault> {
        self.serialize_bytes(value.as_bytes())
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Result<(), Fault> {
        self.note(|fingerprint| fingerprint.bytes(value));
        self.number(value.len() as u64);
        self.bytes.extend_from_slice(value);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<(), Fault> {
        self.serialize_u8(0)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        self.note(|fingerprint| fingerprint.word(1));
        self.bytes.push(1);
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result<(), Fault> {
        Ok(())
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Fault> {
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<(), Fault> {
        self.variant(name, index, variant);
        Ok(())
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        self.variant(name, index, variant);
        value.serialize(self)
    }

    #[inline]
    fn serialize_seq(self, len: Option<usize>) -> Result<Items<'w, 'a>, Fault> {
        let len = len.ok_or_else(|| {
            unknown_length(
                "a sequence",
                "which its `Serialize` or `serialize_with` must do to cross ranks or to be kept",
            )
        })?;
        self.number(len as u64);
        self.note(Fingerprint::open);
        Ok(Items { writer: self, name: "" })
    }

    #[inline]
    fn serialize_tuple(self, len: usize) -> Result<Items<'w, 'a>, Fault> {
        self.note(|fingerprint| fingerprint.word(len as u64));
        Ok(Items { writer: self, name: "" })
    }

    #[inline]
    fn serialize_tuple_struct(self, name: &'static str, len: usize) -> Result<Items<'w, 'a>, Fault> {
        self.note(|fingerprint| fingerprint.word(len as u64));
        Ok(Items { writer: self, name })
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Items<'w, 'a>, Fault> {
        self.variant(name, index, variant);
        self.serialize_tuple_struct(variant, len)
    }

    #[inline]
    fn serialize_map(self, len: Option<usize>) -> Result<Items<'w, 'a>, Fault> {
        let len = len.ok_or_else(|| {
            unknown_length("a map", "as with `#[serde(flatten)]`: such types cannot cross ranks or be kept")
        })?;
        self.number(len as u64);
        self.note(Fingerprint::open);
        Ok(Items { writer: self, name: "" })
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Items<'w, 'a>, Fault> {
        self.note(|fingerprint| fingerprint.structure(name, len));
        Ok(Items { writer: self, name })
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Items<'w, 'a>, Fault> {
        self.variant(name, index, variant);
        self.note(|fingerprint| fingerprint.word(len as u64));
        Ok(Items { writer: self, name: variant })
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Fault> {
        self.serialize_str(&value.to_string())
    }
}
