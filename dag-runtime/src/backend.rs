//! The kinds of executors.

use core::fmt;

/// The kind of executor that runs the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// The calling thread: [`Serial`](struct@crate::Serial). Called `serial`.
    Serial,
    /// A rayon pool: `Rayon`, with the feature `rayon`. Called `rayon`.
    Rayon,
    /// The ranks of an MPI job: `Mpi`, with the feature `mpi`. Called `mpi`.
    Mpi,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Backend::Serial => "serial",
            Backend::Rayon => "rayon",
            Backend::Mpi => "mpi",
        })
    }
}
