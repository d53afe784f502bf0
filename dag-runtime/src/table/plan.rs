//! The phases in which the constants of an expansion are evaluated.
//!
//! `write_rows` evaluates the facts of each task in a phase of its own, because of the sites in them: [`Check`] is the
//! phase of one line in the `K`-th evaluation. The evaluation [`BUILD`] builds the table; each of the others reports
//! one problem.

use core::marker::PhantomData;

use crate::table::problems::{Problems, Text};
use crate::table::site::{Fault, In, Phase};

/// The evaluation that builds a table.
pub const BUILD: usize = usize::MAX;

/// A graph that was searched for problems: implemented by `dag!`.
pub trait Checked {
    /// The problems found.
    const PROBLEMS: Problems<'static>;
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
