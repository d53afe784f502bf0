//! What has become of a task in a run.

use core::fmt;

/// The colour of a critical path.
pub(crate) const CRITICAL: &str = "#c0392b";

/// What has become of a task in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum TaskState {
    /// It has finished.
    Finished,
    /// It was not run, or not to its end.
    Skipped,
    /// It has started, and the run goes on.
    Running,
    /// It has failed.
    Failed,
}

impl TaskState {
    /// A colour to fill a box with, which black text can be read on.
    pub(crate) fn colour(self) -> &'static str {
        match self {
            TaskState::Finished => "#d4efdf",
            TaskState::Skipped => "#e5e7e9",
            TaskState::Running => "#fcf3cf",
            TaskState::Failed => "#f1948a",
        }
    }
}

/// In one word, such as `finished`.
impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            TaskState::Finished => "finished",
            TaskState::Skipped => "skipped",
            TaskState::Running => "running",
            TaskState::Failed => "failed",
        })
    }
}
