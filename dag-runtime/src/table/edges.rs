//! The dependencies of an attribute, once a graph is known.

use crate::task::{Fault, site};

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

/// A dependency of an attribute, on the task `to`, whose name there has site `at`.
#[track_caller]
pub const fn edge(fault: Fault, at: u32, to: u32, how: Use, indirect: bool) -> Edge {
    site(fault, at);
    Edge { to, how, indirect }
}
