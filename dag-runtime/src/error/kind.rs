//! The kinds of errors.

use alloc::string::String;

use super::Stopping;

/// What failed.
#[derive(Debug)]
pub(crate) enum ErrorKind {
    /// One task or several.
    Tasks,
    /// An observer, when the run started.
    Start,
    /// An observer, when the run ended.
    End,
    /// The drop of an input, after all tasks had finished.
    Inputs,
    /// Nothing: the run was stopped.
    Stopped(Stopping),
    /// Nothing: the graph is wrong for its sizes, or its limits for its inputs, as this text tells.
    Sizes(String),
    /// The construction of an executor, for this reason.
    Setup(String),
    /// Nothing: the results are on this rank.
    #[cfg(feature = "mpi")]
    Elsewhere(usize),
}
