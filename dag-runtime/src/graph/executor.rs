//! What runs graphs, as a graph's `run` sees it.

use super::{Frame, Graph, RawGraph};
use crate::error::Error;

/// What runs a graph `G`: the argument of a graph's `run`.
///
/// [`Serial`](struct@crate::Serial), `Rayon`, `Mpi` and [`Auto`](crate::Auto) are executors, with any options and observers.
/// Which graphs they run depends on the types of the outputs: all outputs are `Send + Sync` for an executor with threads, and
/// can be sent by serde for one with ranks. The trait is sealed.
///
/// As a trait object it is a choice of the program:
///
/// ```
/// use dag_runtime::{Executor, Rayon, Serial, dag, task};
///
/// #[task]
/// fn answer() -> u32 { 42 }
///
/// dag! { graph Ask -> answer { answer } }
///
/// fn executor(threads: usize) -> Result<Box<dyn Executor<Ask>>, dag_runtime::Error> {
///     Ok(if threads == 1 { Box::new(Serial) } else { Box::new(Rayon::with_threads(threads)?) })
/// }
///
/// for threads in 1..3 {
///     assert_eq!(Ask.run(&*executor(threads)?)?, 42);
/// }
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not run graph `{G}`",
    note = "run it on `&Serial`, `&Rayon::new()` or `&Auto::new()?`"
)]
pub trait Executor<G: Graph>: Execute<G> {}

/// The part of [`Executor`] that only this crate can name. An executor that leaves tasks out would break memory safety.
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
}
