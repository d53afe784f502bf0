//! Random graphs as programs: see the build script. Each module has a graph, `run`, which gives the
//! numbers of its outputs, and `EXPECTED`, what they have to be.

#![allow(missing_docs, clippy::let_and_return, clippy::too_many_arguments, reason = "a program writes it")]

mod mix;

/// An output that is not `Copy`.
type Owned = Vec<u64>;

include!(concat!(env!("OUT_DIR"), "/graphs.rs"));
