//! How outputs of one type lie in the slots of a graph: facts that only slots can tell, and that tables keep.

use crate::table::line::Release;

/// What a table needs to know of the type of an output.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// Of its slot, in bytes.
    pub(crate) size: usize,
    pub(crate) align: usize,
    /// How it is dropped; none where that does nothing.
    pub(crate) release: Option<Release>,
    /// Whether it is `Copy`, so that who takes it by value leaves it there.
    pub(crate) copy: bool,
}

/// How the list of outputs of a task that runs once for each element is dropped.
#[derive(Clone, Copy, Debug)]
pub struct ListRelease {
    pub(crate) task: Option<Release>,
    pub(crate) member: Option<Release>,
}

impl ListRelease {
    /// That of a task, or of the member of a family.
    pub(super) const fn release(self, is_member: bool) -> Option<Release> {
        if is_member { self.member } else { self.task }
    }
}
