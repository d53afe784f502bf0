//! Why a run was stopped, and what was running then.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::one_line::OneLine;
use crate::duration_text::DurationText;

/// Why a run was stopped: see [`Error::stop_reason`](super::Error::stop_reason).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason<'a> {
    /// A [`Stop`](crate::Stop) was stopped, for this [reason](crate::Stop::stop_because) if one was given.
    Stop(Option<&'a str>),
    /// The run reached the deadline of its executor, this long after its start.
    Deadline(Duration),
}

impl StopReason<'_> {
    #[cold]
    pub(crate) fn to_owned(self) -> Reason {
        match self {
            StopReason::Stop(reason) => Reason::Stop(reason.map(String::from)),
            StopReason::Deadline(deadline) => Reason::Deadline(deadline),
        }
    }
}

/// A [`StopReason`] that owns its text.
#[derive(Clone, Debug)]
pub(crate) enum Reason {
    Stop(Option<String>),
    Deadline(Duration),
}

impl Reason {
    fn as_ref(&self) -> StopReason<'_> {
        match self {
            Reason::Stop(reason) => StopReason::Stop(reason.as_deref()),
            Reason::Deadline(deadline) => StopReason::Deadline(*deadline),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Stop(None) => Ok(()),
            Reason::Stop(Some(reason)) => {
                f.write_str(" (")?;
                fmt::Write::write_str(&mut OneLine::new(f), reason)?;
                f.write_str(")")
            }
            Reason::Deadline(deadline) => write!(f, " at its deadline of {}", DurationText(*deadline)),
        }
    }
}

/// A task that was running when a run was stopped: see [`Error::running`](super::Error::running).
///
/// It can be compared with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningTask {
    name: String,
    rank: Option<usize>,
}

impl RunningTask {
    pub(crate) fn new(name: String, rank: Option<usize>) -> Self {
        RunningTask { name, rank }
    }

    /// The name of the task. If it runs once for each element of an output, the elements are included where they are
    /// known: `parse[17]`, or `parse[16..32]` for elements that ran one after the other.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The MPI rank on which it was running; `None` if the run was not on several ranks.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        self.rank
    }
}

/// The name, and the rank: `` `solve` on rank 1``.
impl fmt::Display for RunningTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)?;
        self.rank.map_or(Ok(()), |rank| write!(f, " on rank {rank}"))
    }
}

impl PartialEq<str> for RunningTask {
    fn eq(&self, name: &str) -> bool {
        self.name == name
    }
}

impl PartialEq<&str> for RunningTask {
    fn eq(&self, name: &&str) -> bool {
        self.name == *name
    }
}

/// How a run was stopped.
#[derive(Debug)]
pub(crate) struct Stopping {
    pub(crate) reason: Reason,
    pub(crate) running: Vec<RunningTask>,
}

/// The most running tasks that are named in the text of an error.
const MOST_NAMED: usize = 3;

impl Stopping {
    pub(super) fn reason(&self) -> StopReason<'_> {
        self.reason.as_ref()
    }

    /// What was running, as the end of a text; empty if nothing was.
    pub(crate) fn running(&self) -> impl fmt::Display {
        Running(&self.running)
    }
}

struct Running<'a>(&'a [RunningTask]);

impl fmt::Display for Running<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (named, more) = self.0.split_at(self.0.len().min(MOST_NAMED));
        for (k, task) in named.iter().enumerate() {
            let before = match k {
                0 => "; ",
                _ if k + 1 == named.len() && more.is_empty() => " and ",
                _ => ", ",
            };
            write!(f, "{before}{task}")?;
        }
        match (self.0.len(), more.len()) {
            (0, _) => Ok(()),
            (1, _) => f.write_str(" was running"),
            (_, 0) => f.write_str(" were running"),
            (_, more) => write!(f, " and {more} more were running"),
        }
    }
}
