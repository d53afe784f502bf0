//! The error of tasks that do not start because the run is stopped.

use core::error::Error;
use core::fmt;

/// A task does not start because the run is stopped.
#[derive(Debug)]
pub(crate) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the run is stopped")
    }
}

impl Error for Stopped {}
