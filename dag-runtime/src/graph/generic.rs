//! Graphs and executors, as generic code names them.

use super::{Execute, Partial, RawGraph};
use crate::error::Error;
use crate::table::{SharedTable, Table};

/// A graph that [`dag!`](crate::dag) makes, for code that works with any graph. The trait is sealed.
///
/// Code that knows the graph does not need it: `run` and `TABLE` are methods and constants of the type as well.
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use dag_runtime::{Auto, Error, Executor, Graph, Serial, dag, task};
///
/// /// Runs a graph, and returns how long that took.
/// fn timed<G: Graph, E: Executor<G> + ?Sized>(graph: G, executor: &E) -> Result<(G::Outputs, Duration), Error> {
///     let start = Instant::now();
///     let outputs = graph.run(executor)?;
///     println!("{} with {} tasks: {:?}", G::TABLE.graph(), G::TABLE.len(), start.elapsed());
///     Ok((outputs, start.elapsed()))
/// }
///
/// #[task]
/// fn words(text: &str) -> Vec<String> { text.split(' ').map(str::to_owned).collect() }
///
/// #[task(depends = [words])]
/// fn count(words: &[String]) -> usize { words.len() }
///
/// dag! { graph Words<'a>(text: &'a str) -> (words, count) { words(text), count } }
///
/// let ((words, count), _) = timed(Words { text: "to be" }, &Serial)?;
/// assert_eq!((words.len(), count), (2, 2));
/// let ((_, count), _) = timed(Words { text: "or not to be" }, &Auto::new()?)?;
/// assert_eq!(count, 4);
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a graph",
    label = "it is not a type that `dag!` makes",
    note = "a graph is made by `dag! {{ graph Name {{ … }} }}`, and run by value"
)]
pub trait Graph: RawGraph {
    /// What [`run`](Graph::run) returns: the output of one task, a tuple of several, or `()`. Of a family it is a `Vec`.
    type Outputs;

    /// The outputs that [`run_partial`](Graph::run_partial) returns: as [`Outputs`](Graph::Outputs), each as an `Option`,
    /// and of a family each member's.
    type PartialOutputs;

    /// The dependency table. A graph with sizes has none that is constant, so that code that uses this one does not compile
    /// for it: see [`shared_table`](Graph::shared_table).
    const TABLE: &'static Table = Self::RAW_TABLE;

    /// The dependency table of a run of this value.
    ///
    /// # Errors
    ///
    /// Fails if the graph has sizes for which it is wrong. Other graphs have been checked when they were compiled.
    fn shared_table(&self) -> Result<SharedTable, Error> {
        Ok(SharedTable::constant(Self::RAW_TABLE))
    }

    /// Runs the graph and returns its outputs.
    ///
    /// # Errors
    ///
    /// A task that fails or panics is an error that names it; so is an executor that cannot run.
    fn run<E: Executor<Self> + ?Sized>(self, executor: &E) -> Result<Self::Outputs, Error>;

    /// Runs the graph and returns the outputs that are there, whether it fails or not, and its error. See [`Partial`].
    fn run_partial<E: Executor<Self> + ?Sized>(self, executor: &E) -> Partial<Self::PartialOutputs>;
}

/// What runs a graph `G`: the argument of a graph's `run`.
///
/// [`Serial`](struct@crate::Serial), `Rayon`, `Mpi` and [`Auto`](crate::Auto) are executors, with any options and observers.
/// Which graphs they run depends on the types of the outputs: all outputs are `Send + Sync` for an executor with threads, and
/// can be sent by serde for one with ranks. The trait is sealed.
///
/// As a trait object it is a choice of the program:
///
/// ```
/// use dag_runtime::{Auto, Executor, Serial, dag, task};
///
/// #[task]
/// fn answer() -> u32 { 42 }
///
/// dag! { graph Ask -> answer { answer } }
///
/// fn executor(serial: bool) -> Result<Box<dyn Executor<Ask>>, dag_runtime::Error> {
///     Ok(if serial { Box::new(Serial) } else { Box::new(Auto::new()?) })
/// }
///
/// for serial in [true, false] {
///     assert_eq!(Ask.run(&*executor(serial)?)?, 42);
/// }
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not run graph `{G}`",
    note = "run it on `&Serial`, `&Rayon::new()` or `&Auto::new()?`"
)]
pub trait Executor<G: Graph>: Execute<G> {}
