//! Graphs with `keep`, in runs with a store.

mod calls;
mod hits;
mod on;
