//! How the indices of a used member differ from those of its user.

use crate::table::symbolic::UseForm;

/// How an index of a used member differs from the index at the same position of the member that uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delta {
    /// By a constant, the same for all members.
    By(isize),
    /// It is smaller.
    Down,
    /// It is smaller, or the same.
    DownOrSame,
    /// It is larger.
    Up,
    /// It is larger, or the same.
    SameOrUp,
    /// The difference is unknown, or one side has no such index.
    Unknown,
}

impl Delta {
    /// For an index that is smaller for some members, the same for some, and larger for some.
    #[must_use]
    pub const fn of(smaller: bool, same: bool, larger: bool) -> Self {
        match (smaller, same, larger) {
            (true, false, false) => Delta::Down,
            (true, true, false) => Delta::DownOrSame,
            (false, false, true) => Delta::Up,
            (false, true, true) => Delta::SameOrUp,
            (false, _, false) => Delta::By(0),
            (true, _, true) => Delta::Unknown,
        }
    }
}

/// What is known of the indices of the members that a row uses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// How they differ from the indices of the user. Those beyond the last one are unknown.
    Deltas(&'static [Delta]),
    /// Expressions over sizes, in a sized graph.
    Sized(&'static UseForm),
}
