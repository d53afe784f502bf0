//! The sites at which an expansion reports problems, and the traits by which it finds the tasks of a graph.

/// No site: for a phase that reports nothing.
pub const NO_SITE: u32 = u32::MAX;

/// Sites are numbered: the `k`-th dependency of an attribute has site `k`, the parameter that takes its output by value
/// `MOVE_SITE + k`, and the `k`-th use in the line `LINE_SITE + k`.
pub const MOVE_SITE: u32 = 1 << 16;
/// See `MOVE_SITE`.
pub const LINE_SITE: u32 = 1 << 17;

/// The purpose for which a constant of an expansion is evaluated: to build a table, or to report a problem at one of
/// its sites.
pub trait Phase {
    /// What to report, if anything.
    const FAULT: Fault;
}

/// A problem: its site and message.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The site, or [`NO_SITE`].
    pub site: u32,
    /// The message.
    pub message: &'static str,
}

impl Fault {
    /// No problem.
    pub(crate) const NONE: Fault = Fault { site: NO_SITE, message: "" };
}

/// Fails the evaluation if this is the site to report.
#[track_caller]
pub const fn site(fault: Fault, site: u32) {
    if fault.site == site {
        panic!("{}", fault.message)
    }
}

/// A task in a graph `G`, which lists it: see [`ListedBy`].
#[diagnostic::on_unimplemented(
    message = "graph `{G}` has no task `{Self}`",
    label = "this task depends on `{Self}`",
    note = "list `{Self}` among the tasks of `{G}`"
)]
pub trait In<G> {
    /// Its position among the graph's tasks.
    const INDEX: u32;
}

#[diagnostic::do_not_recommend]
impl<G: Marked, T: ListedBy<G::Marker>> In<G> for T {
    const INDEX: u32 = T::INDEX;
}

/// A graph with its own marker type.
pub trait Marked {
    /// Represents the graph in [`ListedBy`].
    type Marker;
}

/// A task that the graph with the marker `M` lists: implemented by `dag!`.
///
/// The impl names no graph: that would count as a use of it, and rustc would not report it as dead code.
pub trait ListedBy<M> {
    /// Its position among the graph's tasks.
    const INDEX: u32;
}
