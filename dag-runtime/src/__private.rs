//! All that an expansion may name. Nothing here is covered by semantic versioning.
//!
//! Its content is in a module named after the version, so that code that names it breaks with the next release rather than
//! relies on it by accident.
//!
//! **Do not name this module.** Expansions contain no `unsafe`, since users may forbid it; so what they call here is safe to
//! name, although it is sound only as they call it. Code that is not written by the macros can break memory safety through
//! it, without a word of `unsafe`:
//!
//! - `Graph`: `Slots` has to be a `repr(C)` struct of nothing but `Slot`s and `Members`, in the order of the rows of `TABLE`, and
//!   `call` and `in_order` have to read what the rows say and nothing else. Slots begin as zeros, or as any bytes.
//! - `In`, `PartOf`: an `INDEX` or edges that are not those of the line lead a `Bound` to the slot of another type.
//! - `RowWriter`, `Stored`, `Rows`, `Data`, `Table::new`: offsets and how outputs are dropped.
//! - `Slot`, `Members`, `Bound`, `Sink`: reads and writes of slots, with a `Cx` that the code is given for one task, and the
//!   flag that says that an output is `Copy`.
//! - `Input`: taken in one place of one task.
//!
//! What cannot be had from here: a `Cx` and the right to take a graph's outputs, which `run` and executors make alone; and an
//! `Executor` of one's own, which might leave slots empty, since what its method is given has no name outside of this crate.

/// For the macros of this version.
pub mod v0_1 {
    pub use alloc::vec::Vec;
    pub use core::clone::Clone;
    pub use core::marker::Sized;
    pub use core::mem::drop;
    pub use core::ops::{Deref, Range};
    pub use core::option::Option::{self, None, Some};
    pub use core::primitive::{bool, isize, u32, usize};
    pub use core::result::Result::{self, Ok};

    pub use dag_macros::expand_dag;

    pub use crate::error::{Error, Outcome, TaskError};
    pub use crate::graph::{
        Dropped, Executor, Graph, INCOMPLETE, Returns, SerialHooks, bound, drop_each, end, incomplete,
        modulo, no_such_task, place, run,
    };
    pub use crate::lints;
    pub use crate::probe::*;
    pub use crate::slot::{
        Bound, Cx, Fallible, Input, IntoTaskError, List, Members, Moved, Once, Shareable, Sink, Slot,
        StoredAs, Task, Written,
    };
    pub use crate::table::*;
    pub use crate::task::*;

    #[cfg(feature = "mpi")]
    pub use crate::slot::{
        Codec, CodecList, Codecs, Crosses, Crossing, NotPlain, NotSerde, PlainOf, Portable, SerdeOf, codec,
    };
}
