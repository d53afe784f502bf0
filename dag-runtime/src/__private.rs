//! All that an expansion may name. Nothing here is covered by semantic versioning.
//!
//! The content is in a module named after the version, so that code that names it breaks with the next release and
//! cannot rely on it by accident.
//!
//! **Do not name this module.** Expansions contain no `unsafe`, since users may forbid it. So the functions that they
//! call are safe, although they are sound only as expansions call them. Other code can break memory safety through this
//! module without `unsafe`:
//!
//! - `RawGraph`: `Slots` must be a `repr(C)` struct with only `Slot`s and `Members`, in the order of the rows of `RAW_TABLE`.
//!   `call` and `in_order` must read exactly what the rows say. Slots begin as zeros, or as any bytes.
//! - `In`, `PartOf`: an `INDEX` or edges of another line make a `Bound` read the slot of another type.
//! - `RowWriter`, `Stored`, `Rows`, `Data`, `Table::new`: they define offsets, and how outputs are dropped.
//! - `Slot`, `Members`, `Bound`, `Sink`: they read and write slots, with a `Cx` for one task, and with the flag that
//!   says that an output is `Copy`.
//! - `Input`: one place of one task takes it.
//! - `InPlace`: each call asks for it at most once, as the uses that `InPlaceUses` and `Users` tell say.
//!
//! This module does not provide a `Cx` or the right to take a graph's outputs, which only `run` and executors make. Nor
//! does it allow other implementations of `Executor`, which might leave slots empty: it is sealed.

/// For the macros of this version.
pub mod v0_1 {
    pub use alloc::vec::Vec;
    pub use core::clone::Clone;
    pub use core::marker::{Copy, Sized};
    pub use core::ops::{Deref, Range};
    pub use core::option::Option::{self, None, Some};
    pub use core::primitive::{bool, i128, isize, str, u8, u32, u64, u128, usize};
    pub use core::result::Result::{self, Ok};

    pub use dag_macros::expand_dag;

    pub use crate::__dag_integer as integer;
    pub use crate::__dag_reports as reports;
    pub use crate::__dag_steps as steps;

    pub use crate::error::{Error, Outcome, TaskError};
    pub use crate::graph::{
        Dropped, Executor, Graph, INCOMPLETE, Partial, RawGraph, SerialHooks, bound, dim, drop_each,
        drop_input, end, firsts, incomplete, modulo, no_constant_table, no_such_task, place, run,
        run_partial, run_partial_sized, run_sized, shape, sized_table, spans,
    };
    pub use crate::lints;
    pub use crate::probe::*;
    pub use crate::slot::{
        Bound, BoundOf, CallOutcome, Cx, Fallible, InPlace, Input, IntoTaskError, List, ListIn, Members,
        Moved, NoList, Once, Shareable, Sink, SizedMembers, SizedPart, Slot, StoredAs, TakesAgain, Task,
        Written, put,
    };
    pub use crate::table::*;
    pub use crate::task::*;

    #[cfg(feature = "store")]
    pub use crate::key::{
        Argument, CodeWriter, Constant, Key, KeyWriter, NotCountedConstant, NotSkipped, Skips, TaskKey,
        begin_key,
    };
    #[cfg(any(feature = "mpi", feature = "store"))]
    pub use crate::slot::{Codec, NotPlain, NotSerde, PlainOf, SerdeOf, codec};
    #[cfg(feature = "mpi")]
    pub use crate::slot::{CodecList, Codecs, Crosses, Crossing, Portable};
    #[cfg(feature = "store")]
    pub use crate::slot::{
        ElementKeys, ElementsOf, IsPath, KeptLine, NotKeys, NotPath, key_of, refuse_path, used,
    };
}
