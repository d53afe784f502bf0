//! The interface of executors to a graph's `run`.

use super::{Frame, Graph};
use crate::error::Error;

/// An executor for a graph `G`: the argument of a graph's `run`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not run graph `{G}`",
    note = "run it on `&Serial`, `&Rayon::new()` or `&Auto::new()?`"
)]
pub trait Executor<G: Graph> {
    /// Runs all tasks.
    #[doc(hidden)]
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error>;
}
