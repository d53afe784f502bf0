//! Which outputs can cross ranks, as traits and constants of a graph's slots.

use core::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::{Codec, Plain};
use crate::slot::Task;

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

/// The slots of a graph, with the codecs of its lines.
pub trait Codecs {
    /// The codec of each line, if its outputs can cross ranks.
    const CODECS: CodecList;
}

/// The codec of each line of a graph, if its outputs can cross ranks.
pub type CodecList = &'static [Option<Codec>];

/// Slots whose outputs can all cross ranks. The trait is generic, so that another graph is an error only if it is run
/// on MPI.
pub trait Crossing<M>: Codecs {}

/// Whether outputs can cross ranks: this is `CAN`.
#[derive(Debug)]
pub struct Crosses<const CAN: bool>(());

/// A task whose output can cross ranks, if `C` is `Crosses<true>`.
#[diagnostic::on_unimplemented(
    message = "the output of task `{Self}` cannot cross ranks",
    label = "runs tasks on several ranks",
    note = "on this executor every output must be made of plain numbers, or be `Serialize + DeserializeOwned`: \
            derive both of serde for its type, or run the graph on `Serial` or `Rayon`"
)]
pub trait Portable<C, M> {}

#[diagnostic::do_not_recommend]
impl<T: Task + ?Sized, M> Portable<Crosses<true>, M> for T {}

/// Implements [`Codecs`] and [`Crossing`] for the slots of a graph. For each line it takes the type that represents the
/// task, and the type of one output.
#[macro_export]
#[doc(hidden)]
macro_rules! __dag_crossing {
    ($slots:ty; $($task:ty => $output:ty),* $(,)?) => {
        impl $crate::__private::v0_1::Codecs for $slots {
            const CODECS: $crate::__private::v0_1::CodecList = {
                #[allow(unused_imports)]
                use $crate::__private::v0_1::{NotPlain as _, NotSerde as _};
                &[$(
                    $crate::__private::v0_1::codec(
                        $crate::__private::v0_1::PlainOf::<$output>::CODEC,
                        $crate::__private::v0_1::SerdeOf::<$output>::CODEC,
                    )
                ),*]
            };
        }
        impl<__M> $crate::__private::v0_1::Crossing<__M> for $slots
        where
            $($task: $crate::__private::v0_1::Portable<$crate::__private::v0_1::Crosses<{
                #[allow(unused_imports)]
                use $crate::__private::v0_1::{NotPlain as _, NotSerde as _};
                $crate::__private::v0_1::codec(
                    $crate::__private::v0_1::PlainOf::<$output>::CODEC,
                    $crate::__private::v0_1::SerdeOf::<$output>::CODEC,
                ).is_some()
            }>, __M>,)*
        {}
    };
}
