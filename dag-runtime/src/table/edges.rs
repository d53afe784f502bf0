//! The dependencies of an attribute, once a graph is known.

use crate::table::site::{Fault, In, MOVE_SITE, site};

/// How a task uses a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It comes after it.
    Order,
    /// It borrows its output.
    Borrow,
    /// It takes its output by value, and moves it.
    Value,
}

impl Use {
    /// The use of an output by value. Whether that is `Copy`, `copy` says.
    #[must_use]
    pub const fn value(copy: bool) -> Use {
        Use::Value.of(copy)
    }

    /// This use of an output that is `Copy` or not: to copy an output leaves it as a borrow does.
    pub(super) const fn of(self, copy: bool) -> Use {
        match self {
            Use::Value if copy => Use::Borrow,
            how => how,
        }
    }
}

/// One dependency of an attribute.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The task that is depended on, by its position in the graph.
    pub to: u32,
    /// What for.
    pub how: Use,
    /// Whether it is an indirect dependency: a read of a task that has to be upstream anyway.
    pub indirect: bool,
}

/// A dependency of an attribute on task `T` of graph `G`, whose name there has site `at`. What is generic in it is
/// named by types: the compiler takes longer over values.
#[track_caller]
pub const fn edge<G, T: In<G>>(fault: Fault, at: u32, how: Use) -> Edge {
    site(fault, at);
    Edge { to: T::INDEX, how, indirect: false }
}

/// An [`edge`] that only orders.
#[track_caller]
pub const fn order<G, T: In<G>>(fault: Fault, at: u32) -> Edge {
    edge::<G, T>(fault, at, Use::Order)
}

/// An [`edge`] that borrows the output of `T`.
#[track_caller]
pub const fn borrow<G, T: In<G>>(fault: Fault, at: u32) -> Edge {
    edge::<G, T>(fault, at, Use::Borrow)
}

/// An [`edge`] that takes the output of `T` by value: whether that moves it, the row of `T` tells.
#[track_caller]
pub const fn value<G, T: In<G>>(fault: Fault, at: u32) -> Edge {
    edge::<G, T>(fault, at, Use::Value)
}

/// An [`edge`] of an indirect dependency.
#[track_caller]
pub const fn indirect<G, T: In<G>>(fault: Fault, at: u32, how: Use) -> Edge {
    Edge { indirect: true, ..edge::<G, T>(fault, at, how) }
}

/// The parameter that takes the output of the dependency at site `at` by value.
#[track_caller]
pub const fn moved(fault: Fault, at: u32) {
    site(fault, MOVE_SITE + at);
}
