//! States of tasks in a run.

use core::fmt;

/// The colour of a critical path.
pub(crate) const CRITICAL: &str = "#c0392b";

/// The colour of the border and the text of tasks that are not wanted.
pub(crate) const UNWANTED: &str = "#616a6b";

/// The state of a task in a run. Of two states, the greater one is what matters more of several tasks: a family with one
/// task that has failed is shown as failed, and one without tasks that were wanted as not wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum TaskState {
    /// It was not needed: what depends on it was found in a store.
    #[cfg_attr(feature = "json", serde(rename = "not needed"))]
    NotNeeded,
    /// It was not wanted: the condition behind its `when` was false.
    #[cfg_attr(feature = "json", serde(rename = "not wanted"))]
    NotWanted,
    /// Its output was found in a store.
    Hit,
    /// It has finished.
    Finished,
    /// It did not run, or did not run to its end.
    Skipped,
    /// It has started and has not ended.
    Running,
    /// It has failed.
    Failed,
}

impl TaskState {
    /// A fill colour on which black text is legible.
    pub(crate) fn colour(self) -> &'static str {
        match self {
            TaskState::Finished => "#d4efdf",
            TaskState::Skipped => "#e5e7e9",
            TaskState::Running => "#fcf3cf",
            TaskState::NotWanted | TaskState::NotNeeded => "#f2f3f4",
            TaskState::Hit => "#d6eaf8",
            TaskState::Failed => "#f1948a",
        }
    }

    /// Whether its function was not called: it was not wanted or not needed, or its output was found.
    #[cfg(feature = "std")]
    pub(crate) fn is_without_call(self) -> bool {
        self <= TaskState::Hit
    }

    /// Whether it has no output: it was not wanted or not needed.
    pub(crate) fn is_left_out(self) -> bool {
        self <= TaskState::NotWanted
    }

    /// The attribute of a border in SVG, with a space before it.
    #[cfg(feature = "std")]
    pub(crate) fn dashes(self) -> &'static str {
        if self.is_left_out() { " stroke-dasharray=\"4 2\"" } else { "" }
    }
}

/// A word or two, such as `finished`.
impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            TaskState::Finished => "finished",
            TaskState::Skipped => "skipped",
            TaskState::Running => "running",
            TaskState::NotWanted => "not wanted",
            TaskState::NotNeeded => "not needed",
            TaskState::Hit => "hit",
            TaskState::Failed => "failed",
        })
    }
}
