//! The dependencies of an attribute, once a graph is known.

use crate::table::site::{Fault, In, MOVE_SITE, site};

/// How a task uses a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Only orders the tasks.
    Order,
    /// Borrows the output.
    Borrow,
    /// Takes the output by value, which moves it.
    Value,
}

impl Use {
    /// The use of an output by value, which is `Copy` if `copy`.
    #[must_use]
    pub const fn value(copy: bool) -> Use {
        Use::Value.of(copy)
    }

    /// This use of an output that is `Copy` or not. A copy leaves the output in its slot, as a borrow does.
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
    /// The position of the dependency in the graph.
    pub to: u32,
    /// How the task uses it.
    pub how: Use,
    /// Whether it is an indirect dependency: a read of a task that must be upstream by other edges.
    pub indirect: bool,
    /// Whether the task takes the output as an `Option`, as that of a task with `when`.
    pub optional: bool,
}

/// What attributes write. Methods have short names, and what is not written is not compiled in each program. Types name
/// what is generic here, since the compiler takes longer over values.
impl Fault {
    /// A dependency of an attribute on task `T` of graph `G`, with site `at`.
    #[track_caller]
    #[must_use]
    pub const fn edge<G, T: In<G>>(self, at: u32, how: Use) -> Edge {
        site(self, at);
        Edge { to: T::INDEX, how, indirect: false, optional: false }
    }

    /// An [`edge`](Self::edge) that only orders.
    #[track_caller]
    #[must_use]
    pub const fn order<G, T: In<G>>(self, at: u32) -> Edge {
        if self.site == at {
            panic!("{}", self.message)
        }
        Edge { to: T::INDEX, how: Use::Order, indirect: false, optional: false }
    }

    /// An [`edge`](Self::edge) that borrows the output of `T`.
    #[track_caller]
    #[must_use]
    pub const fn borrow<G, T: In<G>>(self, at: u32) -> Edge {
        if self.site == at {
            panic!("{}", self.message)
        }
        Edge { to: T::INDEX, how: Use::Borrow, indirect: false, optional: false }
    }

    /// An [`edge`](Self::edge) that takes the output of `T` by value. The line of `T` says whether that moves it.
    #[track_caller]
    #[must_use]
    pub const fn value<G, T: In<G>>(self, at: u32) -> Edge {
        if self.site == at {
            panic!("{}", self.message)
        }
        Edge { to: T::INDEX, how: Use::Value, indirect: false, optional: false }
    }

    /// An [`edge`](Self::edge) of an indirect dependency.
    #[track_caller]
    #[must_use]
    pub const fn indirect<G, T: In<G>>(self, at: u32, how: Use) -> Edge {
        Edge { indirect: true, ..self.edge::<G, T>(at, how) }
    }

    /// The parameter that takes the output of the dependency at site `at`.
    #[track_caller]
    pub const fn taken(self, at: u32) {
        if self.site == MOVE_SITE + at {
            panic!("{}", self.message)
        }
    }
}

/// The same edge of a parameter that takes the output as an `Option`, as that of a task with `when`, if `optional`.
#[must_use]
pub const fn as_option(edge: Edge, optional: bool) -> Edge {
    Edge { optional, ..edge }
}
