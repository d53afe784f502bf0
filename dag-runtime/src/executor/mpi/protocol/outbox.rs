//! The messages that are being written, one for each rank.

use alloc::vec;
use alloc::vec::Vec;

use crate::executor::mpi::protocol::message::{HEAD, PROLOGUE, Record, prologue};
use crate::executor::mpi::protocol::transport::{MOST_EAGER, Transport};

/// The largest payload of a record. What is larger is announced by one, and sent apart.
pub(crate) const MOST_IN_RECORD: usize = MOST_EAGER - PROLOGUE - HEAD;

/// Gathers the records for each rank in one message.
pub(crate) struct Outbox {
    /// The number of the run that the messages belong to.
    run: u32,
    messages: Vec<Vec<u8>>,
    /// The ranks whose message is not empty.
    pending: Vec<u32>,
}

impl Outbox {
    pub(crate) fn new(ranks: usize) -> Self {
        Outbox { run: 0, messages: vec![Vec::new(); ranks], pending: Vec::new() }
    }

    pub(crate) fn run(&self) -> u32 {
        self.run
    }

    /// What is written from here on belongs to the next run.
    pub(crate) fn next_run(&mut self) {
        debug_assert!(self.pending.is_empty(), "a run has sent all that it wrote");
        self.run = self.run.wrapping_add(1);
    }

    /// Writes a record for a rank.
    pub(crate) fn write(&mut self, transport: &mut dyn Transport, to: u32, record: Record, payload: &[u8]) {
        debug_assert_eq!(record.inline_len(), payload.len(), "a record says what follows");
        if self.messages[to as usize].len() + HEAD + payload.len() > MOST_EAGER {
            self.pending.retain(|&rank| rank != to);
            self.send(transport, to);
        }
        let message = &mut self.messages[to as usize];
        if message.is_empty() {
            *message = transport.buffer();
            message.extend_from_slice(&prologue(self.run));
            self.pending.push(to);
        }
        message.extend_from_slice(&record.bytes());
        message.extend_from_slice(payload);
    }

    fn send(&mut self, transport: &mut dyn Transport, to: u32) {
        let message = core::mem::take(&mut self.messages[to as usize]);
        if !message.is_empty() {
            transport.send_message(to, message);
        }
    }

    /// Sends all that is written.
    #[inline]
    pub(crate) fn flush(&mut self, transport: &mut dyn Transport) {
        while let Some(to) = self.pending.pop() {
            self.send(transport, to);
        }
    }

    /// Whether something is written and not sent.
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }
}
