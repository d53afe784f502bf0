//! The sizes of a graph, as a value.

use crate::error::Error;
use crate::table::SharedTable;

/// The sizes of a graph: `Heat::SIZES` of a graph `Heat[steps, cells]`, for code that asks for them by name.
///
/// ```
/// use dag_runtime::{dag, task};
///
/// #[task]
/// fn square(x: usize) -> usize { x * x }
///
/// dag! { graph Squares[n] -> x { x[i in 0..n] = square(i) } }
///
/// assert_eq!(Squares::SIZES.names(), ["n"]);
/// assert_eq!(Squares::SIZES.table([5])?.len(), 5);
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sizes<const N: usize> {
    graph: &'static str,
    description: &'static str,
    names: [&'static str; N],
    table: fn([usize; N]) -> Result<SharedTable, Error>,
    defaults: Option<[usize; N]>,
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "read by the command line"))]
    keeps: bool,
}

impl<const N: usize> Sizes<N> {
    /// The sizes with these names.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        graph: &'static str,
        description: &'static str,
        names: [&'static str; N],
        table: fn([usize; N]) -> Result<SharedTable, Error>,
    ) -> Self {
        Sizes { graph, description, names, table, defaults: None, keeps: false }
    }

    /// Those of a graph with `keep`.
    #[doc(hidden)]
    #[must_use]
    pub const fn keep(self) -> Self {
        Sizes { keeps: true, ..self }
    }

    /// Whether a line of the graph has `keep`.
    #[cfg(feature = "cli")]
    pub(crate) const fn keeps(&self) -> bool {
        self.keeps
    }

    /// The name of the graph.
    #[must_use]
    pub const fn graph(&self) -> &'static str {
        self.graph
    }

    /// The doc comment of the graph. Empty if there is none.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// Their names, in the order of the graph's head.
    #[must_use]
    pub const fn names(&self) -> [&'static str; N] {
        self.names
    }

    /// The dependency table for these sizes.
    ///
    /// # Errors
    ///
    /// Fails if the graph is wrong for these sizes, or has too many tasks.
    pub fn table(&self, sizes: [usize; N]) -> Result<SharedTable, Error> {
        (self.table)(sizes)
    }

    /// The same sizes, with values that a command line uses where none is given.
    #[must_use]
    pub const fn with_defaults(self, defaults: [usize; N]) -> Self {
        Sizes { defaults: Some(defaults), ..self }
    }

    /// See [`with_defaults`](Self::with_defaults).
    #[must_use]
    pub const fn defaults(&self) -> Option<[usize; N]> {
        self.defaults
    }
}
