//! The lines of a graph as a table keeps them: tasks and families.

use crate::table::edges::Edge;
use crate::table::shape::Shape;
use crate::table::site::{LINE_SITE, NO_SITE};

/// What a table holds of a line of its graph beside the edges: of a task, or of a family.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// What it is called in the graph.
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) cost: u64,
    /// Whether its output is one of the graph's.
    pub(crate) output: bool,
    /// Where its slot lies in the graph's slots, in bytes.
    pub(crate) offset: usize,
    /// How one output is dropped; none where that does nothing.
    pub(crate) release: Option<Release>,
    /// Whether its output is `Copy`.
    pub(crate) copy: bool,
    /// The dependencies of its attribute, by which the expansion of its function reads.
    pub(crate) edges: &'static [Edge],
    /// The number of its first task.
    pub(crate) first: u32,
    /// The indices of its members, where it is a family.
    pub(crate) shape: Option<&'static Shape>,
    /// Whether it runs once for each element of an output, so that its own is a `Vec`.
    pub(crate) each: bool,
    /// Where its line names that output, if not its attribute does.
    pub(crate) each_site: u32,
}

impl Line {
    /// Whether a run never drops its outputs: they are the graph's, or there is nothing to drop.
    #[inline]
    pub(crate) const fn is_kept(&self) -> bool {
        self.output || self.release.is_none()
    }

    pub(crate) const EMPTY: Line = Line {
        name: "",
        description: "",
        cost: 0,
        output: false,
        offset: 0,
        release: None,
        copy: false,
        edges: &[],
        first: 0,
        shape: None,
        each: false,
        each_site: NO_SITE,
    };

    /// Whether the use of an output at this site is made once for each element of another output.
    pub(super) const fn repeats(&self, site: u32) -> bool {
        // Of what an attribute binds beside the elements, the compiler has seen that it can be copied.
        self.each && if self.each_site == NO_SITE { site >= LINE_SITE } else { site != self.each_site }
    }

    /// How many tasks it stands for: one, or the members of a family.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        match self.shape {
            Some(shape) => shape.len(),
            None => 1,
        }
    }
}

/// Where a task stands in its graph's list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) line: &'static Line,
    /// Its position in its family, from 0.
    pub(crate) position: u32,
}

/// Drops the output in the slot at `slot`.
///
/// # Safety
///
/// `slot` points to the store of the line that this was made for, the place is in that line, and the rules of slots allow to
/// empty it now.
pub(crate) type Release = unsafe fn(slot: *const u8, place: Place);
