//! How an executor runs a graph.

use super::{Frame, PartialFrame, RawGraph};
use crate::error::Error;

/// The part of [`Executor`](super::Executor) that only this crate can name. An executor that leaves tasks out would break memory safety.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made an executor",
    note = "only `dag-runtime` has executors: use `Serial`, `Rayon`, `Mpi` or `Auto`, with an `Observer` of your own"
)]
pub trait Execute<G: RawGraph> {
    /// Runs all tasks.
    ///
    /// # Errors
    ///
    /// Fails if a task fails or the run is stopped.
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error>;

    /// Runs all tasks. If that fails, the outputs of the graph that are there stay in their slots.
    ///
    /// # Errors
    ///
    /// As [`execute`](Execute::execute).
    fn execute_partial(&self, frame: &PartialFrame<'_, G>) -> Result<(), Error>;

    /// Takes part in a run that cannot start here, for this reason. Returns the error of the run, which is another one if
    /// other processes take part too.
    fn refuse(&self, error: Error) -> Error {
        error
    }
}
