//! What ranks tell each other after a run: how it has ended, and what observers are told of it.

mod first_failures;
mod lost;
mod stopping;
mod trace;
mod verdict;

pub(crate) use self::first_failures::FirstFailures;
pub(crate) use self::lost::lost_anywhere;
pub(crate) use self::trace::Trace;
pub(crate) use self::verdict::{Ending, Verdict};
