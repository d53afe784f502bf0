//! What the examples share.
//!
//! The examples themselves are the other files of this crate: see its README.

mod backend;
mod random;
mod timeline;

use std::error::Error;
use std::process::ExitCode;

pub use backend::Backend;
pub use random::Random;
pub use timeline::{Timeline, order};

/// How a program ends: what went wrong is said on stderr, on MPI by one rank.
pub fn exit(backend: &Backend, outcome: Result<(), Box<dyn Error>>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if backend.speaks() {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The code in the workspace's README is tested here.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
