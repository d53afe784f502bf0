//! Elements, entries, fields and the content of variants in the bytes of an output.

use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::reader::{Fault, Reader};

/// The elements of a sequence, or the entries of a map.
pub(super) struct Items<'a, 'b> {
    pub(super) reader: &'a mut Reader<'b>,
    pub(super) left: usize,
    /// The number of items, and the name of the struct.
    pub(super) all: usize,
    pub(super) name: &'static str,
}

impl<'a, 'b> Items<'a, 'b> {
    /// The next items in these bytes.
    pub(super) fn of(reader: &'a mut Reader<'b>, left: usize) -> Self {
        Items { reader, left, all: left, name: "" }
    }

    #[inline]
    fn next<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let (name, count) = (self.name, self.all - self.left);
        self.reader.note(|names| names.fields(name, count));
        seed.deserialize(&mut *self.reader).map(Some)
    }

    /// Wrong bytes may announce more items than there are.
    #[inline]
    fn hint(&self) -> Option<usize> {
        (self.left <= self.reader.bytes.len()).then_some(self.left)
    }
}

impl SeqAccess<'static> for Items<'_, '_> {
    type Error = Fault;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.next(seed)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl MapAccess<'static> for Items<'_, '_> {
    type Error = Fault;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.next(seed)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(&mut *self.reader)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl EnumAccess<'static> for &mut Reader<'_> {
    type Error = Fault;
    type Variant = Self;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'static>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let number = self.number(u32::BITS)? as u32;
        Ok((seed.deserialize(IntoDeserializer::<Fault>::into_deserializer(number))?, self))
    }
}

impl VariantAccess<'static> for &mut Reader<'_> {
    type Error = Fault;

    #[inline]
    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'static>>(self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(self)
    }

    #[inline]
    fn tuple_variant<V: Visitor<'static>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(Items::of(self, len))
    }

    #[inline]
    fn struct_variant<V: Visitor<'static>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_seq(Items::of(self, fields.len()))
    }
}
