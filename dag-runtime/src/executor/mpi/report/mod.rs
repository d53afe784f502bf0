//! What ranks tell each other after a run: how it has ended, and what observers are told of it.

pub(crate) mod trace;
pub(crate) mod verdict;
