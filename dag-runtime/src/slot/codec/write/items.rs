//! The elements, entries and fields of a value that is being written.

use alloc::format;

use serde::ser::{self, Serialize};

use super::super::fingerprint::Fingerprint;
use super::super::writer::{Fault, Writer};

/// The items of one value.
pub(in super::super) struct Items<'w, 'a> {
    pub(super) writer: &'w mut Writer<'a>,
    /// The name of the struct or variant.
    pub(super) name: &'static str,
}

impl Items<'_, '_> {
    #[cold]
    fn left_out(&self, field: &str) -> Fault {
        Fault(format!(
            "field `{field}` of `{}` is left out by `#[serde(skip_serializing_if)]`: the other fields would then \
             be decoded as something else, so such a type cannot cross ranks or be kept",
            self.name
        ))
    }
}

macro_rules! items {
    ($($kind:ident $method:ident,)*) => {
        $(
            impl ser::$kind for Items<'_, '_> {
                type Ok = ();
                type Error = Fault;

                #[inline]
                fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                    value.serialize(&mut *self.writer)
                }

                #[inline]
                fn end(self) -> Result<(), Fault> {
                    Ok(())
                }
            }
        )*
    };
    (named $($kind:ident,)*) => {
        $(
            impl ser::$kind for Items<'_, '_> {
                type Ok = ();
                type Error = Fault;

                #[inline]
                fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Fault> {
                    self.writer.note(|fingerprint| fingerprint.field(self.name, key));
                    value.serialize(&mut *self.writer)
                }

                #[inline]
                fn skip_field(&mut self, key: &'static str) -> Result<(), Fault> {
                    Err(self.left_out(key))
                }

                #[inline]
                fn end(self) -> Result<(), Fault> {
                    Ok(())
                }
            }
        )*
    };
}

items! {
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}

items! { named
    SerializeStruct,
    SerializeStructVariant,
}

impl ser::SerializeSeq for Items<'_, '_> {
    type Ok = ();
    type Error = Fault;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        value.serialize(&mut *self.writer)?;
        self.writer.note(Fingerprint::item);
        Ok(())
    }

    #[inline]
    fn end(self) -> Result<(), Fault> {
        self.writer.note(Fingerprint::close);
        Ok(())
    }
}

impl ser::SerializeMap for Items<'_, '_> {
    type Ok = ();
    type Error = Fault;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        key.serialize(&mut *self.writer)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        value.serialize(&mut *self.writer)?;
        self.writer.note(Fingerprint::item);
        Ok(())
    }

    #[inline]
    fn end(self) -> Result<(), Fault> {
        self.writer.note(Fingerprint::close);
        Ok(())
    }
}
