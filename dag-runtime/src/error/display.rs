//! The texts of errors.

use alloc::string::ToString as _;
use core::fmt::{self, Write as _};

use super::failure_line::FailureLine;
use super::message::Message;
use super::one_line::OneLine;
use super::{Error, ErrorKind, Failure, Inner};

/// The most failures of a run that are printed.
const MOST_PRINTED: usize = 10;

impl Error {
    /// The failures of tasks to print, and how many more there are.
    pub(crate) fn printed_failures(&self) -> (impl Iterator<Item = FailureLine<'_>>, usize) {
        let graph = self.inner().graph;
        let causes = self.task_causes();
        let more = causes.len().saturating_sub(MOST_PRINTED) + self.more_failures();
        let printed =
            causes.take(MOST_PRINTED).map(move |(task, cause)| FailureLine::new(graph, task, cause));
        (printed, more)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { graph, kind, skipped, .. } = self.inner();
        match kind {
            ErrorKind::Tasks => return self.printed_failures().0.take(1).try_for_each(|line| line.fmt(f)),
            ErrorKind::Start => write!(f, "an observer panicked at the start of graph `{graph}`")?,
            ErrorKind::End => write!(f, "an observer panicked at the end of graph `{graph}`")?,
            ErrorKind::Inputs => write!(f, "an input of graph `{graph}` panicked when it was dropped")?,
            ErrorKind::Stopped(stopping) => {
                let (reason, running) = (&stopping.reason, stopping.running());
                let skipped = skipped.len();
                write!(
                    f,
                    "graph `{graph}` was stopped{reason}: {skipped} of its tasks did not run{running}"
                )?;
            }
            ErrorKind::Sizes(text) => write!(f, "graph `{graph}` {text}")?,
            ErrorKind::Setup(reason) => OneLine::new(f).write_str(reason)?,
            #[cfg(feature = "mpi")]
            ErrorKind::Elsewhere(rank) => write!(f, "the results of graph `{graph}` are on rank {rank}")?,
        }
        match self.first_failure() {
            Some(failure) => write!(f, ": {failure}"),
            None => Ok(()),
        }
    }
}

/// The message with the chain of its sources, as it is printed if `main` returns the error. If several tasks have failed, each
/// has a line, up to ten of them. `{:#?}` shows the fields.
///
/// One rank prints an error of all ranks of an MPI job. The others refer to that rank, unless they panic with the
/// error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { graph, kind, skipped, rank, told_by, .. } = self.inner();
        let (mut printed, more) = self.printed_failures();
        if f.alternate() {
            return f
                .debug_struct("Error")
                .field("graph", graph)
                .field("kind", kind)
                .field("failures", &alloc::vec::Vec::from_iter(printed))
                .field("more_failures", &more)
                .field("skipped", skipped)
                .field("rank", rank)
                .finish();
        }
        #[cfg(feature = "std")]
        let told_by = told_by.filter(|_| !std::thread::panicking());
        if let Some(teller) = told_by {
            // One write, since all ranks share one stderr.
            return f.write_str(&alloc::format!("see the error of rank {teller}"));
        }
        let Some(first) = printed.next() else {
            let mut message = Message::default();
            message.add(&self.to_string());
            message.add_chain(core::error::Error::source(self));
            return f.write_str(message.one_line());
        };
        f.write_str(first.message().one_line())?;
        printed.try_for_each(|line| write!(f, "\n{}", line.message().one_line()))?;
        if more > 0 { write!(f, "\n{}", MoreFailures(more)) } else { Ok(()) }
    }
}

/// How many failures are not printed.
pub(crate) struct MoreFailures(pub(crate) usize);

impl fmt::Display for MoreFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "and {} more failure{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.first_failure().and_then(Failure::source)
    }
}
