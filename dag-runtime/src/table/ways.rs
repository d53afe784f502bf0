//! Which ways an index goes from a member to one that it uses.

/// What an index may do from the members that use others to those that they use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ways {
    /// It is smaller for some.
    pub(crate) down: bool,
    /// It is the same for some.
    pub(crate) same: bool,
    /// It is larger for some.
    pub(crate) up: bool,
}

impl Ways {
    /// Nothing is known.
    pub(crate) const ALL: Ways = Ways::of(true, true, true);
    /// No member uses another.
    pub(crate) const NONE: Ways = Ways::of(false, false, false);

    pub(crate) const fn of(down: bool, same: bool, up: bool) -> Ways {
        Ways { down, same, up }
    }
}
