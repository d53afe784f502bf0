//! What the constants of an expansion are evaluated for.
//!
//! A walk through a graph's nodes evaluates the facts of each task in a phase of its own, for the
//! sake of the sites in them: [`At`] is the phase of one node, and [`Plan`] what all of them follow.

use core::marker::PhantomData;

use crate::table::problems::{Problems, Text};
use crate::task::{Fault, In, Phase};

/// What a walk is made for.
pub trait Plan {
    /// The graph walked through.
    type Graph;
    /// The node at fault.
    const NODE: u32;
    /// What of it is at fault.
    const FAULT: Fault;
}

/// The phase of one node in a walk: that of the task or instance `T`.
///
/// It is named by its type and not by its number: a number would be a constant of its own inside
/// the walk's body, and the compiler takes quadratic time over many of these in one body.
#[derive(Debug)]
pub struct At<P, T>(PhantomData<(P, T)>);

impl<P: Plan, T: In<P::Graph>> Phase for At<P, T> {
    const FAULT: Fault = if P::NODE == T::INDEX { P::FAULT } else { Fault::NONE };
}

/// The walk that builds a table.
#[derive(Debug)]
pub struct Build<G>(PhantomData<G>);

impl<G> Plan for Build<G> {
    type Graph = G;
    const NODE: u32 = 0;
    const FAULT: Fault = Fault::NONE;
}

/// A graph that was looked through for problems: implemented by `dag!`.
pub trait Checked {
    /// What was found.
    const PROBLEMS: Problems;
}

/// The walk that reports the `K`-th problem of a graph.
#[derive(Debug)]
pub struct Report<G, const K: usize>(PhantomData<G>);

impl<G: Checked, const K: usize> Report<G, K> {
    const TEXT: &'static Text = &G::PROBLEMS.message(K);
}

impl<G: Checked, const K: usize> Plan for Report<G, K> {
    type Graph = G;
    const NODE: u32 = G::PROBLEMS.problem(K).node;
    const FAULT: Fault = Fault { site: G::PROBLEMS.problem(K).site, message: Self::TEXT.as_str() };
}
