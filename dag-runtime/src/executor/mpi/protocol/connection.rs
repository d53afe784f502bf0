//! A rank's connection to the others: what it writes, and which messages are of the run that goes on.

use alloc::vec::Vec;

use alloc::boxed::Box;

use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::protocol::arena::Arena;
use crate::executor::mpi::protocol::message::{Call, Record, prologue};
use crate::executor::mpi::protocol::outbox::Outbox;
use crate::executor::mpi::protocol::transport::{Message, Transport};

/// A transport, with the messages that are being written, one that came early, and memory for what comes.
pub(crate) struct Connection {
    pub(crate) transport: Box<dyn Transport>,
    outbox: Outbox,
    /// A message of the next run, from a rank that has begun it.
    early: Option<Message>,
    /// Of a run, while one goes on.
    pub(crate) arena: Arena,
}

impl Connection {
    pub(crate) fn new(transport: Box<dyn Transport>, ranks: usize) -> Self {
        Connection { transport, outbox: Outbox::new(ranks), early: None, arena: Arena::default() }
    }

    /// Begins a run.
    pub(crate) fn next_run(&mut self) {
        self.outbox.next_run();
    }

    /// The number of the run.
    pub(crate) fn run(&self) -> u32 {
        self.outbox.run()
    }

    /// Writes a record for a rank, which [`flush`](Connection::flush) sends.
    #[inline]
    pub(crate) fn write(&mut self, to: u32, record: Record, payload: &[u8]) {
        self.outbox.write(&mut *self.transport, to, record, payload);
    }

    /// Sends all that is written.
    #[inline]
    pub(crate) fn flush(&mut self) {
        self.outbox.flush(&mut *self.transport);
    }

    /// Whether something is written and not sent.
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        self.outbox.is_pending()
    }

    /// The next message of a run, if there is one. It is to be given back by [`Transport::recycle`].
    #[inline]
    pub(crate) fn receive(&mut self) -> Option<Message> {
        if self.early.is_some() {
            return self.early.take();
        }
        self.transport.receive()
    }

    /// Receives what comes while no run goes on here, and gives calls with their senders and the start that they are of.
    ///
    /// All else is late, and of use to nobody, but its sender may wait for its receipt; only a message of the next run is
    /// kept. Then all have come to that, and nobody waits for a receipt any more.
    pub(crate) fn receive_call(&mut self) -> Option<(u32, Call, u32)> {
        while self.early.is_none() {
            let message = self.transport.receive()?;
            let next = prologue(self.outbox.run().wrapping_add(1));
            if message.bytes().starts_with(&next) {
                self.early = Some(message);
                break;
            }
            let call = Call::read(message.bytes()).map(|(call, start)| (message.source, call, start));
            self.transport.recycle(message);
            if call.is_some() {
                return call;
            }
        }
        None
    }

    /// Receives what comes while no run goes on here, all of which is late.
    pub(crate) fn receive_late(&mut self) {
        while self.receive_call().is_some() {}
    }

    /// Calls to a rank, about the start of this number.
    pub(crate) fn call(&mut self, to: u32, call: Call, start: u32) {
        let mut message = self.transport.buffer();
        message.extend_from_slice(&call.prologue(start));
        self.transport.send_message(to, message);
    }

    /// Waits until all that was sent is received or under way without this rank. Others have to receive meanwhile.
    pub(crate) fn settle(&mut self) {
        let mut idle = Idle::new(true, true);
        let mut completed = Vec::new();
        while !self.transport.is_idle() {
            self.receive_late();
            if !self.transport.progress(&mut completed) {
                idle.wait(false);
            }
            completed.clear();
        }
    }
}
