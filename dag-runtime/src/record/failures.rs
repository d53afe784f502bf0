//! The failures in a recording: those that ended a task, those that were caught, and those that another attempt followed.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use crate::ordered::{Map, of_task};
use crate::record::Recording;
use crate::table::{Table, TaskRef};

/// How many attempts are kept. All are counted.
pub(super) const MOST_ATTEMPTS: usize = 10_000;

/// Failures of a task that were caught: returned by [`Recording::caught`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caught<'recording> {
    /// How many. For a task with `each`, the number of elements that have failed.
    pub count: usize,
    /// The first of these elements.
    pub element: Option<usize>,
    /// The message of the failure, or of the failure of this element.
    pub text: &'recording str,
}

/// A call of a task with `retry` that failed, and that another call followed: returned by [`Recording::attempts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt<'recording> {
    /// The task.
    pub task: TaskRef<'recording>,
    /// The element, for a task with `each`.
    pub element: Option<usize>,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The MPI rank; 0 elsewhere.
    pub rank: usize,
    /// The worker.
    pub worker: usize,
    /// When the attempt started, since the start of the run. For the first attempt of an element this is not known: it is
    /// `end`.
    pub start: Duration,
    /// When it failed.
    pub end: Duration,
    /// The message of the failure.
    pub text: &'recording str,
}

impl Attempt<'_> {
    /// How long it took.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.end.saturating_sub(self.start)
    }
}

/// An [`Attempt`] without its table.
#[derive(Clone, Debug)]
pub(super) struct StoredAttempt {
    pub(super) task: usize,
    pub(super) element: Option<usize>,
    pub(super) attempt: u32,
    pub(super) rank: usize,
    pub(super) worker: usize,
    pub(super) start: Duration,
    pub(super) end: Duration,
    pub(super) text: String,
}

impl StoredAttempt {
    pub(super) fn of_table<'a>(&'a self, table: &'a Table) -> Option<Attempt<'a>> {
        let StoredAttempt { task, element, attempt, rank, worker, start, end, ref text } = *self;
        Some(Attempt { task: table.task(task)?, element, attempt, rank, worker, start, end, text })
    }
}

/// All failures of a recording.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures {
    pub(super) failed: FailuresByTask,
    pub(super) caught: FailuresByTask,
    attempts: Vec<StoredAttempt>,
}

impl Failures {
    /// Adds an attempt that has failed. The start of an attempt of an element is the end of the attempt before.
    pub(super) fn add_attempt(&mut self, mut attempt: StoredAttempt) {
        if attempt.element.is_some() {
            let of = |other: &&StoredAttempt| other.task == attempt.task && other.element == attempt.element;
            let before = if attempt.attempt > 1 { self.attempts.iter().rfind(of) } else { None };
            attempt.start = before.map_or(attempt.end, |before| before.end.min(attempt.end));
        }
        if self.attempts.len() < MOST_ATTEMPTS {
            self.attempts.push(attempt);
        }
    }

    pub(super) fn attempts(&self) -> &[StoredAttempt] {
        &self.attempts
    }
}

/// For each task, how many failures it has, and the first of them.
#[derive(Clone, Debug, Default)]
pub(super) struct FailuresByTask(Map<TaskFailures>);

#[derive(Clone, Debug)]
struct TaskFailures {
    count: usize,
    element: Option<usize>,
    text: String,
}

impl TaskFailures {
    fn told(&self) -> Caught<'_> {
        Caught { count: self.count, element: self.element, text: &self.text }
    }
}

impl FailuresByTask {
    /// Counts a failure. Returns whether it is the first one in the order of elements, so that its text is needed.
    pub(super) fn count(&mut self, task: usize, element: Option<usize>) -> bool {
        let entry = self.0.entry(of_task(task), || TaskFailures { count: 0, element, text: String::new() });
        entry.count += 1;
        let is_first = entry.count == 1 || element < entry.element;
        if is_first {
            entry.element = element;
        }
        is_first
    }

    /// Sets the text of the first failure, unless an earlier one has come in between.
    pub(super) fn set_text(&mut self, task: usize, element: Option<usize>, text: String) {
        if let Some(entry) = self.0.get_mut(of_task(task)).filter(|entry| entry.element == element) {
            entry.text = text;
        }
    }

    pub(super) fn of(&self, task: usize) -> Option<Caught<'_>> {
        self.0.get(of_task(task)).map(TaskFailures::told)
    }

    /// The failures of each task, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Caught<'_>)> {
        self.0.iter().map(|((task, _), failures)| (task as usize, failures.told()))
    }

    /// How many failures a task has.
    pub(super) fn number_of(&self, task: usize) -> usize {
        self.0.get(of_task(task)).map_or(0, |failures| failures.count)
    }
}

impl Recording {
    /// The message of the failure of a task: of its first element that has failed, for a task with `each`.
    #[must_use]
    pub fn failure(&self, task: TaskRef<'_>) -> Option<&str> {
        self.failures.failed.of(task.index()).map(|first| first.text)
    }

    /// The failures of a task with `catch`, which are its output. The task has [finished](crate::TaskState::Finished).
    #[must_use]
    pub fn caught(&self, task: TaskRef<'_>) -> Option<Caught<'_>> {
        self.failures.caught.of(task.index())
    }

    /// The calls of tasks with `retry` that failed and were followed by another call, in the order in which they ended. Of
    /// very many, the first 10,000.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt<'_>> {
        self.failures.attempts.iter().filter_map(|attempt| attempt.of_table(&self.table)).collect()
    }
}
