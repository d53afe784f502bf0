//! How outputs of a type are stored in slots: facts that only `slot` can provide, and that tables keep.

use crate::table::line::{MemberLayout, Release};

/// What a table needs to know about the type of an output.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// The size of its slot in bytes.
    pub(crate) size: usize,
    pub(crate) align: usize,
    /// How it is dropped; `None` if it needs no drop.
    pub(crate) release: Option<Release>,
    /// Whether it is `Copy`: taking it by value leaves it in the slot.
    pub(crate) copy: bool,
    /// For a family whose number of members is known only at run time, the layout of one output.
    pub(crate) member: Option<MemberLayout>,
}

/// How the list of outputs of a task with `each` is dropped.
#[derive(Clone, Copy, Debug)]
pub struct ListRelease {
    pub(crate) task: Option<Release>,
    pub(crate) member: Option<Release>,
}

impl ListRelease {
    /// For a task, or for a member of a family.
    pub(super) const fn release(self, is_member: bool) -> Option<Release> {
        if is_member { self.member } else { self.task }
    }
}
