//! What is on its way between ranks beside short messages.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::post::Kind;
use crate::slot::Landing;

/// What is on its way.
pub(super) enum Cargo {
    /// Bytes that go to some ranks, and nobody waits for that.
    Bytes(#[allow(dead_code, reason = "kept for MPI")] Rc<Vec<u8>>),
    /// A message, the buffer of which is used again.
    Message(Vec<u8>),
    /// The output of this task, in its slot.
    Output(u32),
    /// What comes from another rank, with the caller's mark.
    Arrival(Box<Arrival>),
}

/// What comes from another rank.
pub(super) struct Arrival {
    /// What the caller knows it by.
    pub(super) mark: Mark,
    pub(super) memory: Memory,
}

/// Which arrival it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) source: u32,
    pub(super) node: u32,
    pub(super) task: u32,
    pub(super) kind: Kind,
}

/// Where the bytes of an arrival go.
pub(super) enum Memory {
    Bytes(Vec<u8>),
    Landing(Box<dyn Landing>),
}
