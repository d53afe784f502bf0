//! The executors: they know a table and the numbers of its tasks, and no type of any output.

pub(crate) mod auto;
mod call_events;
#[cfg(feature = "rayon")]
mod checkpoints;
#[cfg(feature = "std")]
mod cost_overrides;
mod each;
#[cfg(feature = "mpi")]
pub(crate) mod mpi;
mod options;
mod outcome;
#[cfg(feature = "rayon")]
pub(crate) mod rayon;
mod retry;
pub(crate) mod serial;
#[cfg(all(test, feature = "std", not(loom)))]
mod tests;
