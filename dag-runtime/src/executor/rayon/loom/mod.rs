//! Models of the protocols: loom tries every interleaving of a few threads, and every value that
//! the memory model lets a relaxed load see.
//!
//! Run by `RUSTFLAGS="--cfg loom" cargo test -p dag-runtime --lib --release loom`.
//!
//! Outputs and their uses are modelled by relaxed atomics. If one access should happen before another and does not, loom
//! finds an execution in which the second access sees an old value.

mod dynamic_run;
mod gate;
mod model;
mod refused;
mod static_run;
