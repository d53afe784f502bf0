//! The lines of a graph in its table: tasks and families.

use crate::table::edges::Edge;
use crate::table::shape::Shape;
use crate::table::site::{LINE_SITE, NO_SITE};

/// A line of a graph, a task or a family, without its edges.
#[derive(Clone, Copy, Debug)]
pub struct Line<'t> {
    /// Its name in the graph.
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) cost: u64,
    /// Whether its output is an output of the graph.
    pub(crate) output: bool,
    /// The offset of its slot in the graph's slots, in bytes.
    pub(crate) offset: usize,
    /// How one output is dropped; `None` if it needs no drop.
    pub(crate) release: Option<Release>,
    /// Whether its output is `Copy`.
    pub(crate) copy: bool,
    /// For a family whose number of members is known only at run time, the layout of one output.
    pub(crate) member: Option<MemberLayout>,
    /// The dependencies of its attribute, from which the expansion of its function reads.
    pub(crate) edges: &'static [Edge],
    /// The number of its first task.
    pub(crate) first: u32,
    /// The indices of its members, if it is a family.
    pub(crate) shape: Option<&'t Shape<'t>>,
    /// Whether it runs once for each element of an output; its own output is then a `Vec`.
    pub(crate) each: bool,
    /// The site at which its line names that output; [`NO_SITE`] if its attribute does.
    pub(crate) each_site: u32,
    /// How often one of its tasks is called again after an `Err`.
    pub(crate) retries: u32,
    /// Whether an `Err` is the output of its tasks.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "read by the command line"))]
    pub(crate) catches: bool,
    /// Whether it has `when`, so that its outputs are `Option`s.
    pub(crate) optional: bool,
    /// Whether it has `keep`, so that its outputs are left in the store of an executor.
    #[cfg_attr(
        not(all(feature = "cli", feature = "store")),
        allow(dead_code, reason = "read by the command line")
    )]
    pub(crate) keeps: bool,
}

impl Line<'_> {
    /// Whether a run never drops its outputs: they are outputs of the graph, or need no drop.
    #[inline]
    pub(crate) const fn is_kept(&self) -> bool {
        self.output || self.release.is_none()
    }

    pub(crate) const EMPTY: Line<'static> = Line {
        name: "",
        description: "",
        cost: 0,
        output: false,
        offset: 0,
        release: None,
        copy: false,
        member: None,
        edges: &[],
        first: 0,
        shape: None,
        each: false,
        each_site: NO_SITE,
        retries: 0,
        catches: false,
        optional: false,
        keeps: false,
    };

    /// Whether the use of an output at this site is made once for each element of another output.
    pub(super) const fn repeats(&self, site: u32) -> bool {
        // rustc has checked that the other outputs that an attribute binds are `Copy`.
        self.each && if self.each_site == NO_SITE { site >= LINE_SITE } else { site != self.each_site }
    }

    /// Whether it is a family.
    pub(crate) const fn is_family(&self) -> bool {
        self.shape.is_some() || self.member.is_some()
    }

    /// The number of its tasks: one, or the members of a family.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        match self.shape {
            Some(shape) => shape.len(),
            None => 1,
        }
    }
}

/// The layout of one output of a family, in the allocation for all of them.
#[derive(Clone, Copy, Debug)]
pub struct MemberLayout {
    pub(crate) size: usize,
    pub(crate) align: usize,
    /// Whether there is a flag for each output.
    pub(crate) flagged: bool,
}

/// The position of a task in the list of its graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'table> {
    pub(crate) line: &'table Line<'table>,
    /// Its position in its family, from 0.
    pub(crate) position: u32,
}

/// Drops the output in the slot at `slot`.
///
/// # Safety
///
/// `slot` points to the store of the line for which this was made, `place` is in that line, and the rules of slots
/// allow to empty it now.
pub(crate) type Release = unsafe fn(slot: *const u8, place: Place<'_>);
