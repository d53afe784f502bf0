//! Graphs with sizes: the same graph over constants and with sizes has the same table and the same outputs, and what
//! sizes alone can do.

#![allow(non_snake_case, reason = "sizes have the names of the constants that they stand beside")]

#[macro_use]
mod twins;

mod algorithms;
mod drops;
mod empty_ranges;
mod errors;
mod failures;
mod language;
mod partial;
mod random;
mod runs;
mod task_bench;
