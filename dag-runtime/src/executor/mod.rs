//! The executors: they know a table and the numbers of its tasks, and no type of any output.

pub(crate) mod auto;
mod each;
#[cfg(feature = "std")]
mod given;
#[cfg(feature = "mpi")]
pub(crate) mod mpi;
mod outcome;
#[cfg(feature = "rayon")]
pub(crate) mod rayon;
pub(crate) mod serial;
#[cfg(all(test, feature = "std", not(loom)))]
mod tests;

use crate::error::Error;
use crate::graph::{Frame, Graph};
use crate::unwind;

pub use auto::Backend;
#[cfg(feature = "rayon")]
pub(crate) use rayon::Lists;

/// What runs a graph `G`: the argument of a graph's `run`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not run graph `{G}`",
    note = "run it on `&Serial`, `&Rayon::new()` or `&Auto::new()?`"
)]
pub trait Executor<G: Graph> {
    /// Runs all tasks.
    #[doc(hidden)]
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error>;
}
