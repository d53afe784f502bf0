//! What a rank needs of the network between the ranks of a job, whatever that is.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::executor::mpi::protocol::message::Record;
use crate::slot::Landing;

/// The most bytes of a message. What is larger is announced by a record, and sent apart.
pub(crate) const MOST_EAGER: usize = 4000;

/// Sends and receives for one rank. No call waits, but for [`abort`](Transport::abort).
///
/// Messages from one rank to another arrive in the order in which they were sent. So do transfers of one [`Stream`], and a
/// receiver asks for these in the same order.
pub(crate) trait Transport {
    /// The next message, if there is one. It is to be given back by [`recycle`](Transport::recycle) before the one after
    /// it is received.
    fn receive(&mut self) -> Option<Message>;

    /// Takes a message back that was received.
    fn recycle(&mut self, message: Message);

    /// An empty buffer for a message.
    fn buffer(&mut self) -> Vec<u8>;

    /// Sends a message of at most [`MOST_EAGER`] bytes.
    fn send_message(&mut self, to: u32, message: Vec<u8>);

    /// Sends bytes that the receiver asks for by [`receive_bytes`](Transport::receive_bytes).
    fn send_bytes(&mut self, to: u32, stream: Stream, bytes: Rc<Vec<u8>>);

    /// Sends the output of a task from where it lies, to a receiver that asks for it on [`Stream::Outputs`].
    ///
    /// # Safety
    ///
    /// The output stays where it is, unchanged, until [`progress`](Transport::progress) tells that it was sent.
    #[allow(unsafe_code)]
    unsafe fn send_in_place(&mut self, to: u32, output: u32, memory: *const [u8]);

    /// Receives bytes that the sender has announced: `len` of them, for which there is room in the memory of `arrival`.
    fn receive_bytes(&mut self, stream: Stream, len: usize, arrival: Box<Arrival>);

    /// Adds the transfers that were completed, and says whether anything was.
    fn progress(&mut self, completed: &mut Vec<Completed>) -> bool;

    /// Whether nothing is under way but messages that others may send.
    fn is_idle(&mut self) -> bool;

    /// How many bytes the transfers are of that are under way.
    fn bytes_under_way(&self) -> usize;

    /// Tells all ranks these numbers, as many as each of them does. All have to call this.
    fn gather(&mut self, numbers: &[u64]) -> Box<dyn Gathering>;

    /// Sends what is larger in pieces of this many bytes.
    fn limit_pieces(&mut self, bytes: usize);

    /// The network has ended: no further call reaches it, and this is dropped.
    fn leave(&mut self);

    /// Ends the job, when what was just printed is out.
    fn abort(&self) -> !;
}

/// Numbers that all ranks tell all.
pub(crate) trait Gathering {
    /// What all ranks have told, by rank, once it is there.
    fn test(&mut self) -> Option<Vec<u64>>;
}

/// What a transfer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Outputs of tasks and elements, in a run.
    Outputs,
    /// What ranks tell each other before and after a run.
    Reports,
}

/// A message that has arrived.
pub(crate) struct Message {
    pub(crate) source: u32,
    pub(crate) buffer: Vec<u8>,
    pub(crate) len: usize,
    /// The transport's own mark: where the buffer belongs.
    pub(crate) place: usize,
}

impl Message {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }
}

/// A transfer that was completed.
pub(crate) enum Completed {
    /// The output of this task was sent from its slot.
    Sent(u32),
    SentBytes(Rc<Vec<u8>>),
    Received(Box<Arrival>),
}

/// What comes from another rank as a transfer.
pub(crate) struct Arrival {
    pub(crate) source: u32,
    /// The record that has announced it; none on [`Stream::Reports`].
    pub(crate) record: Option<Record>,
    pub(crate) memory: Memory,
}

/// Where the bytes of an arrival go.
pub(crate) enum Memory {
    Bytes(Vec<u8>),
    /// The memory that an output will live in.
    Landing(Box<dyn Landing>),
}

impl Memory {
    /// The first of this many bytes.
    pub(crate) fn start(&mut self, len: usize) -> *mut u8 {
        match self {
            Memory::Bytes(bytes) => {
                debug_assert!(bytes.len() == len, "there is room");
                bytes.as_mut_ptr()
            }
            Memory::Landing(landing) => landing.memory(),
        }
    }
}
