//! Graphs with `keep`, in runs with a store.

mod calls;
mod explain;
mod failures;
mod hits;
mod language;
mod on;
