//! The names that an argument binds or declares.

/// The names that are bound or declared inside an argument, where the walk is: the innermost last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden(Vec<(String, Kind)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Bound by a pattern.
    Local,
    /// Declared by an item, or brought by a `use`.
    Item,
    /// What a `use` with a `*` brings may have any name.
    Any,
}

impl Hidden {
    /// How many there are, to be given to [`leave`](Self::leave).
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Leaves a scope at whose start there were this many.
    pub(super) fn leave(&mut self, outer: usize) {
        self.0.truncate(outer);
    }

    pub(super) fn push(&mut self, name: String, kind: Kind) {
        self.0.push((name, kind));
    }

    fn innermost(&self, name: &str) -> Option<Kind> {
        let named = |(hidden, kind): &&(String, Kind)| *kind != Kind::Any && hidden == name;
        self.0.iter().rev().find(named).map(|&(_, kind)| kind)
    }

    /// Whether an input or a task of this name is hidden.
    pub(crate) fn hides(&self, name: &str) -> bool {
        self.innermost(name).is_some()
    }

    /// Whether the name is that of a local variable of the argument.
    pub(crate) fn binds(&self, name: &str) -> bool {
        self.innermost(name) == Some(Kind::Local)
    }

    /// Whether the name is that of an item in the argument.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.innermost(name) == Some(Kind::Item)
    }

    /// Whether the name may be that of something in the argument.
    pub(crate) fn may_hide(&self, name: &str) -> bool {
        self.hides(name) || self.0.iter().any(|(_, kind)| *kind == Kind::Any)
    }
}
