//! What is on its way between ranks beside short messages.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::executor::mpi::protocol::connection::Kind;
use crate::slot::Landing;

/// What is on its way.
pub(crate) enum Cargo {
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
pub(crate) struct Arrival {
    /// What the caller knows it by.
    pub(crate) mark: Mark,
    pub(crate) memory: Memory,
}

/// Which arrival it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) source: u32,
    pub(crate) node: u32,
    pub(crate) task: u32,
    pub(crate) kind: Kind,
}

/// Where the bytes of an arrival go.
pub(crate) enum Memory {
    Bytes(Vec<u8>),
    Landing(Box<dyn Landing>),
}
