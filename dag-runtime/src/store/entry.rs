//! Entries: what a store keeps.

use alloc::string::String;
use alloc::vec::Vec;

use super::parts::{Digest, Parts};

/// A kept output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) content: Content,
    /// The graph and the task: `Fit::fit[3]`.
    pub(crate) label: String,
    pub(crate) parts: Parts,
    /// The executable that has written it.
    pub(crate) build: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// The task was not wanted.
    NotWanted,
    /// The encoded output.
    Output(Vec<u8>),
}

impl Content {
    /// The encoded output; empty if there is none.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Content::NotWanted => &[],
            Content::Output(bytes) => bytes,
        }
    }
}

/// What the index knows of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The executable that has written it.
    pub(crate) build: Digest,
    /// The size of its content, in bytes.
    pub(crate) bytes: u64,
}
