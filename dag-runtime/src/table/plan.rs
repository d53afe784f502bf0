//! What the constants of an expansion are evaluated for.
//!
//! A walk through a graph's nodes evaluates the facts of each task in a phase of its own, for the
//! sake of the sites in them: [`Check`] is the phase of one node in the `K`-th walk. The walk [`BUILD`]
//! builds the table; the others report a problem each.

use core::marker::PhantomData;

use crate::table::problems::{Problems, Text};
use crate::table::site::{Fault, In, Phase};

/// The walk that builds a table.
pub const BUILD: usize = usize::MAX;

/// A graph that was looked through for problems: implemented by `dag!`.
pub trait Checked {
    /// What was found.
    const PROBLEMS: Problems;
}

/// The phase of one node in the `K`-th walk through the graph `G`: that of the task or instance `T`.
///
/// It is named by its type and not by its number: a number would be a constant of its own inside
/// the walk's body, and the compiler takes quadratic time over many of these in one body.
#[derive(Debug)]
pub struct Check<G, const K: usize, T>(PhantomData<(G, T)>);

impl<G: Checked, const K: usize, T: In<G>> Phase for Check<G, K, T> {
    // The problems are named in a function that is called only where they are reported: to name
    // them here would be to evaluate them, and so the table, while it is built.
    const FAULT: Fault = if K == BUILD { Fault::NONE } else { fault::<G, K>(T::INDEX) };
}

/// What the `K`-th problem is, where it is one of the node `node`.
const fn fault<G: Checked, const K: usize>(node: u32) -> Fault {
    let problem = G::PROBLEMS.problem(K);
    if problem.node == node {
        Fault { site: problem.site, message: Message::<G, K>::TEXT.as_str() }
    } else {
        Fault::NONE
    }
}

/// What to say of the `K`-th problem.
struct Message<G, const K: usize>(PhantomData<G>);

impl<G: Checked, const K: usize> Message<G, K> {
    const TEXT: &'static Text = &G::PROBLEMS.message(K);
}
