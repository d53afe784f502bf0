//! A failure of a task as a line of text.

use alloc::string::String;
use core::error::Error;
use core::fmt;

use super::cause::Cause;
use super::message::Message;

/// A failure of a task, as one line.
#[derive(Clone, Copy)]
pub(crate) struct FailureLine<'error> {
    graph: &'static str,
    task: &'error str,
    cause: &'error Cause,
}

impl<'error> FailureLine<'error> {
    pub(super) fn new(graph: &'static str, task: &'error str, cause: &'error Cause) -> Self {
        FailureLine { graph, task, cause }
    }

    /// What stands before the error of the task.
    fn header(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let FailureLine { graph, task, cause } = self;
        let verb = if cause.failure.is_panic() { "panicked" } else { "failed" };
        write!(out, "task `{task}` of graph `{graph}` {verb}")?;
        if let Some(rank) = cause.rank {
            write!(out, " on rank {rank}")?;
        }
        out.write_str(": ")
    }

    /// The failure with the sources of its error.
    pub(crate) fn message(&self) -> Message {
        let mut message = Message::default();
        self.add_to(&mut message);
        message.add_chain(self.cause.failure.source().and_then(Error::source));
        message
    }

    /// Adds the failure without sources.
    pub(crate) fn add_to(&self, message: &mut Message) {
        let mut header = String::new();
        let _ = self.header(&mut header);
        message.add_of(&header, &self.cause.failure.full_text());
    }
}

impl fmt::Display for FailureLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.header(f)?;
        self.cause.failure.fmt(f)
    }
}

impl fmt::Debug for FailureLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FailureLine { task, cause: Cause { failure, rank, .. }, .. } = self;
        f.debug_struct("Failure").field("task", task).field("rank", rank).field("error", failure).finish()
    }
}
