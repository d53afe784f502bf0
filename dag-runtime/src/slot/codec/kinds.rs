//! The codecs that there are for a type.

use core::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::{Codec, Plain};

/// The codec of a plain output: `PlainOf::<O>::CODEC`, with [`NotPlain`] in scope, for a concrete `O`. The inherent
/// constant shadows the constant of the trait if its bound holds.
#[derive(Debug)]
pub struct PlainOf<O>(PhantomData<O>);

impl<O: Plain> PlainOf<O> {
    /// As it is in memory.
    pub const CODEC: Option<Codec> = if O::WHOLE { Some(Codec::plain::<O>()) } else { None };
}

/// See [`PlainOf`].
pub trait NotPlain {
    /// No such codec.
    const CODEC: Option<Codec> = None;
}

impl<O> NotPlain for PlainOf<O> {}

/// The codec by serde: see [`PlainOf`]. It requires less than `DeserializeOwned`: see `read`.
#[derive(Debug)]
pub struct SerdeOf<O>(PhantomData<O>);

impl<O: Serialize + Deserialize<'static> + 'static> SerdeOf<O> {
    /// In the format of postcard.
    pub const CODEC: Option<Codec> = Some(Codec::serde::<O>());
}

/// See [`SerdeOf`].
pub trait NotSerde {
    /// No such codec.
    const CODEC: Option<Codec> = None;
}

impl<O> NotSerde for SerdeOf<O> {}

/// The better of the two codecs.
pub const fn codec(plain: Option<Codec>, serde: Option<Codec>) -> Option<Codec> {
    if plain.is_some() { plain } else { serde }
}
