//! A run that is stopped.

use core::error::Error;
use core::fmt;

/// Why a task does not start.
#[derive(Debug)]
pub(crate) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the run is stopped")
    }
}

impl Error for Stopped {}
