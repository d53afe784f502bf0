//! The phases in which the constants of an expansion are evaluated.
//!
//! `write_rows` evaluates the facts of each task in a phase of its own, because of the sites in them: [`Check`] is the
//! phase of one line in the `K`-th evaluation. The evaluation [`BUILD`] builds the table; each of the others reports
//! one problem.

use core::marker::PhantomData;

use crate::table::Table;
use crate::table::problems::{Problems, Text};
use crate::table::site::{Fault, In, Phase};

/// The evaluation that builds a table.
pub const BUILD: usize = usize::MAX;

/// A graph that was searched for problems: implemented by `dag!`.
pub trait Checked {
    /// The problems found.
    const PROBLEMS: Problems<'static>;
}

/// A graph with a table that is evaluated when it is needed: in a build, or to search for problems. Implemented by `dag!`.
///
/// The compiler evaluates statics, and constants that an expansion names, in each check of a program. So expansions ask
/// for these by [`rows_of`], [`data_of`] and [`table_of`].
pub trait Tabled {
    /// The type of the rows.
    type Rows: 'static;
    /// The type of the columns.
    type Data: 'static;
    /// The lines, and the edges between them.
    const ROWS: &'static Self::Rows;
    /// The columns.
    const DATA: &'static Self::Data;
    /// The table.
    const TABLE: &'static Table;
}

/// See [`Tabled`].
#[must_use]
pub const fn rows_of<G: Tabled>() -> &'static G::Rows {
    G::ROWS
}

/// See [`Tabled`].
#[must_use]
pub const fn data_of<G: Tabled>() -> &'static G::Data {
    G::DATA
}

/// See [`Tabled`].
#[inline]
#[must_use]
pub const fn table_of<G: Tabled>() -> &'static Table {
    G::TABLE
}

/// The number of problems of a graph.
#[must_use]
pub const fn problems_of<G: Checked>() -> usize {
    G::PROBLEMS.len()
}

/// The items that report problems of a graph, each one of them, where there may be some. Named constants are evaluated as `_`
/// is, but are no use of the graph, which may be dead code.
#[doc(hidden)]
#[macro_export]
macro_rules! __dag_reports {
    (@ $searched:tt $($name:ident $number:tt)*) => {
        $(const $name: () = if $searched { __report::<$number>() };)*
    };
    ($searched:expr) => {
        $crate::__dag_reports! {
            @ { $searched } __R0 0 __R1 1 __R2 2 __R3 3 __R4 4 __R5 5 __R6 6 __R7 7
            __R8 8 __R9 9 __R10 10 __R11 11 __R12 12 __R13 13 __R14 14 __R15 15
        }
    };
}

/// The phase of one line, the task or instance `T`, in the `K`-th evaluation for the graph `G`.
///
/// `T` is a type and not a number: a number would be one more constant in the body of `write_rows`, and the compiler
/// takes quadratic time over many of these in one body.
#[derive(Debug)]
pub struct Check<G, const K: usize, T>(PhantomData<(G, T)>);

impl<G: Checked, const K: usize, T: In<G>> Phase for Check<G, K, T> {
    // The function is called only if problems are reported. To name them here would evaluate them, and so the table,
    // while it is being built.
    const FAULT: Fault = if K == BUILD { Fault::NONE } else { fault::<G, K>(T::INDEX) };
}

/// The `K`-th problem, if it is one of this line.
const fn fault<G: Checked, const K: usize>(node: u32) -> Fault {
    let problem = G::PROBLEMS.problem(K);
    if problem.node == node {
        Fault { site: problem.site, message: Message::<G, K>::TEXT.as_str() }
    } else {
        Fault::NONE
    }
}

/// The message of the `K`-th problem.
struct Message<G, const K: usize>(PhantomData<G>);

impl<G: Checked, const K: usize> Message<G, K> {
    const TEXT: &'static Text = &G::PROBLEMS.message(K);
}
