//! Graphs with `keep`, in runs with a store.

mod arguments;
mod beside;
mod calls;
mod each;
mod explain;
mod failures;
mod files;
mod hits;
mod language;
mod large;
mod on;
mod wanted;
