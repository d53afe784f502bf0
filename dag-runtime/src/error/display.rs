//! The texts of errors.

use alloc::string::ToString as _;
use core::fmt::{self, Write as _};

use super::cause::FailureLine;
use super::failure::OneLine;
use super::{Error, ErrorKind, Failure, Inner};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { graph, kind, causes, skipped, .. } = self.inner();
        match kind {
            ErrorKind::Tasks => {
                return causes.iter().take(1).try_for_each(|cause| FailureLine { graph, cause }.fmt(f));
            }
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

/// The message with the chain of its sources, and a line for each further failure, as it is printed if `main` returns
/// the error. `{:#?}` shows the fields.
///
/// One rank prints an error of all ranks of an MPI job. The others refer to that rank, unless they panic with the
/// error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { graph, kind, causes, skipped, rank, told_by } = self.inner();
        if f.alternate() {
            return f
                .debug_struct("Error")
                .field("graph", graph)
                .field("kind", kind)
                .field("causes", causes)
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
        let mut text = self.to_string();
        let mut error = core::error::Error::source(self);
        while let Some(cause) = error {
            let said = cause.to_string();
            if !text.contains(&said) {
                write!(text, ": {said}")?;
            }
            error = cause.source();
        }
        f.write_str(&text)?;
        self.task_causes()
            .iter()
            .skip(1)
            .try_for_each(|cause| write!(f, "\n{}", FailureLine { graph, cause }))
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.first_failure().and_then(Failure::source)
    }
}
