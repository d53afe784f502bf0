//! Which outputs can cross ranks, as traits and constants of a graph's slots.

use super::Codec;
use crate::slot::Task;

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
/// task, and the task of one output.
#[macro_export]
#[doc(hidden)]
macro_rules! __dag_crossing {
    ($slots:ty; $($task:ty => $stored:ty),* $(,)?) => {
        impl $crate::__private::v0_1::Codecs for $slots {
            const CODECS: $crate::__private::v0_1::CodecList = {
                #[allow(unused_imports)]
                use $crate::__private::v0_1::{NotPlain as _, NotSerde as _};
                &[$(
                    $crate::__private::v0_1::codec(
                        $crate::__private::v0_1::PlainOf::<<$stored as $crate::__private::v0_1::Task>::Output>::CODEC,
                        $crate::__private::v0_1::SerdeOf::<<$stored as $crate::__private::v0_1::Task>::Output>::CODEC,
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
                    $crate::__private::v0_1::PlainOf::<<$stored as $crate::__private::v0_1::Task>::Output>::CODEC,
                    $crate::__private::v0_1::SerdeOf::<<$stored as $crate::__private::v0_1::Task>::Output>::CODEC,
                ).is_some()
            }>, __M>,)*
        {}
    };
}
