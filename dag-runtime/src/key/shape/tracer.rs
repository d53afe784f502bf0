//! A deserializer without bytes.

use alloc::borrow::ToOwned;
use alloc::{format, vec};

use serde::de::{Deserializer, Visitor};

use super::access::{Choice, Items, parts};
use super::place::{Refused, Tracer};

/// Numbers that types accept which check them.
const NUMBERS: [u8; 6] = [1, 0, 2, 3, 10, 100];

/// Texts that types accept which check them.
const TEXTS: [&str; 14] = [
    "",
    "a",
    "1",
    "1970-01-01T00:00:00Z",
    "1970-01-01",
    "00:00:00",
    "1970-01-01T00:00:00",
    "UTC",
    "127.0.0.1",
    "127.0.0.1:80",
    "https://example.org/",
    "00000000-0000-0000-0000-000000000000",
    "1.0.0",
    "a@example.org",
];

/// How many bytes, or elements, types accept which check that.
const LENGTHS: [usize; 7] = [1, 0, 16, 4, 2, 32, 8];

/// A list with as many elements as the type accepts.
fn list<T>(
    tracer: Tracer<'_>,
    what: &str,
    give: impl FnOnce(Items<'_>) -> Result<T, Refused>,
) -> Result<T, Refused> {
    tracer.with_parts(
        || (what.to_owned(), 1),
        |node, run| {
            let count = if run.is_ending() { 0 } else { LENGTHS[node.own_refusals % LENGTHS.len()] };
            give(Items::alike(&mut node.children, count, run))
        },
    )
}

macro_rules! numbers {
    ($($method:ident $visit:ident $number:ident)*) => {$(
        fn $method<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
            self.leaf(stringify!($number), NUMBERS.len(), |n| visitor.$visit(NUMBERS[n].into()))
        }
    )*};
}

impl Deserializer<'static> for Tracer<'_> {
    type Error = Refused;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Refused> {
        self.leaf("any", 1, |_| Err(Refused))
    }

    numbers! {
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
        deserialize_u128 visit_u128 u128
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_i128 visit_i128 i128
        deserialize_f32 visit_f32 f32
        deserialize_f64 visit_f64 f64
    }

    fn deserialize_i8<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.leaf("i8", NUMBERS.len(), |n| visitor.visit_i8(NUMBERS[n] as i8))
    }

    fn deserialize_bool<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.leaf("bool", 2, |n| visitor.visit_bool(n == 0))
    }

    fn deserialize_char<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.leaf("char", 2, |n| visitor.visit_char(['a', '1'][n]))
    }

    // A text that is owned is no other one: `String` and `Box<str>` ask for one or the other.
    fn deserialize_str<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.leaf("str", TEXTS.len(), |n| visitor.visit_str(TEXTS[n]))
    }

    fn deserialize_string<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.leaf("bytes", LENGTHS.len(), |n| visitor.visit_byte_buf(vec![1; LENGTHS[n]]))
    }

    fn deserialize_byte_buf<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.with_parts(
            || ("option".to_owned(), 1),
            |node, run| match run.is_ending() {
                true => visitor.visit_none(),
                false => visitor.visit_some(Tracer { node: &mut node.children[0], run }),
            },
        )
    }

    fn deserialize_unit<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.leaf("unit", 1, |_| visitor.visit_unit())
    }

    fn deserialize_unit_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.leaf(&format!("unit struct {name:?}"), 1, |_| visitor.visit_unit())
    }

    fn deserialize_newtype_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.named(
            || (format!("newtype {name:?}"), 1),
            |node, run| visitor.visit_newtype_struct(Tracer { node: &mut node.children[0], run }),
        )
    }

    fn deserialize_seq<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        list(self, "list", |items| visitor.visit_seq(items))
    }

    fn deserialize_tuple<V: Visitor<'static>>(self, length: usize, visitor: V) -> Result<V::Value, Refused> {
        self.with_parts(
            || (format!("tuple {length}"), length),
            |node, run| parts(node, run, |items| visitor.visit_seq(items)),
        )
    }

    fn deserialize_tuple_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.named(
            || (format!("tuple struct {name:?} {length}"), length),
            |node, run| parts(node, run, |items| visitor.visit_seq(items)),
        )
    }

    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.with_parts(
            || ("map".to_owned(), 2),
            |node, run| {
                let count = if run.is_ending() { 0 } else { 2 };
                visitor.visit_map(Items::pairs(&mut node.children, count, run))
            },
        )
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.named(
            || (format!("struct {name:?} {fields:?}"), fields.len()),
            |node, run| parts(node, run, |items| visitor.visit_seq(items)),
        )
    }

    fn deserialize_enum<V: Visitor<'static>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.named(
            || (format!("enum {name:?} {variants:?}"), variants.len()),
            |node, run| {
                if variants.is_empty() {
                    return Err(Refused);
                }
                node.is_choice = true;
                let is_ending = run.is_ending();
                let index = match is_ending {
                    true => run.ending_variant(name, variants.len()),
                    false => node.choice(run),
                };
                let value = visitor.visit_enum(Choice { node: &mut node.children[index], index, run });
                let variant = &mut node.children[index];
                variant.is_accepted |= value.is_ok();
                variant.refusals += usize::from(value.is_err());
                if is_ending && value.is_ok() {
                    run.has_ended(name, index);
                }
                value
            },
        )
    }

    fn deserialize_identifier<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Refused> {
        Err(Refused)
    }

    fn deserialize_ignored_any<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Refused> {
        Err(Refused)
    }
}
