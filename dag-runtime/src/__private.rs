//! All that an expansion may name. Nothing here is covered by semantic versioning.

pub use alloc::vec::Vec;
pub use core::clone::Clone;
pub use core::marker::Sized;
pub use core::ops::{Deref, Range};
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{bool, isize, u32, usize};
pub use core::result::Result::{self, Ok};

pub use dag_macros::expand_dag;

pub use crate::elements::{OverValues, each, each_once, each_value, taken_once};
pub use crate::error::Error;
pub use crate::executor::Executor;
pub use crate::graph::{
    Drops, Graph, INCOMPLETE, Returns, bound, incomplete, modulo, no_such_task, place, run,
};
pub use crate::lints;
pub use crate::slot::{Bound, Cx, Input, Members, Sink, Slot};
pub use crate::steps::Steps;
pub use crate::table::*;
pub use crate::task::*;

#[cfg(feature = "mpi")]
pub use crate::slot::{
    Codec, CodecList, Codecs, Crosses, Crossing, NotPlain, NotSerde, PlainOf, Portable, SerdeOf, codec,
};
