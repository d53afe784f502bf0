//! Messages: what ranks tell each other in a run, many in one where they are small.

use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::wire::Message;
use crate::executor::mpi::wire::{MOST_EAGER, Wire};

/// How many bytes there are before the first record of a message.
const PROLOGUE: usize = 8;
/// How many bytes a record has before its payload.
const HEAD: usize = 16;
/// The largest payload of a record. What is larger is announced by one, and sent apart.
pub(crate) const MOST_IN_RECORD: usize = MOST_EAGER - PROLOGUE - HEAD;

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The task has finished; nobody here reads its output.
    Finished,
    /// The output of the task.
    Output,
    /// The task has failed or will not run.
    Missing,
    /// Nothing new is to start.
    Stop,
    /// The sender has nothing to do.
    Hungry,
    /// It has.
    Sated,
    /// The receiver is to run the task, with as many inputs as the record says to follow.
    Grant,
    /// An output that a granted task reads.
    Input,
    /// The output of a task that was granted to the sender.
    Return,
    /// A task that was granted to the sender has failed or did not run.
    ReturnMissing,
    /// The receiver is to run elements of the task, with as many inputs as the record says to follow.
    Lend,
    /// These elements, where they are taken by value: of the output of the task.
    Elements,
    /// The outputs of elements that were lent to the sender.
    Outputs,
    /// Elements that were lent to the sender have failed or did not run.
    Default,
    /// No more elements of the task will be lent.
    Over,
}

/// The length of the payload of [`Kind::Lend`]: the first element, the end, and how they are lent.
pub(crate) const LOAN: usize = 17;

const KINDS: [Kind; 15] = [
    Kind::Finished,
    Kind::Output,
    Kind::Missing,
    Kind::Stop,
    Kind::Hungry,
    Kind::Sated,
    Kind::Grant,
    Kind::Input,
    Kind::Return,
    Kind::ReturnMissing,
    Kind::Lend,
    Kind::Elements,
    Kind::Outputs,
    Kind::Default,
    Kind::Over,
];

/// Marks in the byte of a kind that the payload follows apart.
const APART: u8 = 0x80;

/// A record, but for its payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) kind: Kind,
    /// Whether the payload follows apart.
    pub(crate) apart: bool,
    pub(crate) node: u32,
    /// The task, granted or lent from, that an input is for; where elements are lent, the number of inputs.
    pub(crate) task: u32,
    /// The length of the payload; in a grant the number of inputs.
    pub(crate) len: u64,
}

impl Head {
    pub(crate) const fn of(kind: Kind, node: u32) -> Self {
        Head { kind, apart: false, node, task: 0, len: 0 }
    }

    fn bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..4].copy_from_slice(&self.node.to_ne_bytes());
        bytes[4..8].copy_from_slice(&self.task.to_ne_bytes());
        let kind = self.kind as u8 | if self.apart { APART } else { 0 };
        bytes[8..].copy_from_slice(&(self.len << 8 | u64::from(kind)).to_ne_bytes());
        bytes
    }

    fn read(bytes: &[u8; HEAD]) -> Self {
        let word = |k: usize| u32::from_ne_bytes([bytes[k], bytes[k + 1], bytes[k + 2], bytes[k + 3]]);
        let low = u64::from_ne_bytes(bytes[8..].try_into().expect("eight bytes"));
        let kind = low as u8;
        Head {
            kind: KINDS[usize::from(kind & !APART)],
            apart: kind & APART != 0,
            node: word(0),
            task: word(4),
            len: low >> 8,
        }
    }

    /// How long the payload is that follows at once.
    fn inline_len(&self) -> usize {
        match self.kind {
            Kind::Output | Kind::Input | Kind::Return | Kind::Lend | Kind::Elements | Kind::Outputs
                if !self.apart =>
            {
                self.len as usize
            }
            _ => 0,
        }
    }
}

/// The records of a message of this run; none where it is of an earlier one.
pub(crate) fn records(message: &[u8], epoch: u32) -> impl Iterator<Item = (Head, &[u8])> {
    let (prologue, mut rest) = message.split_at(PROLOGUE);
    if prologue != u64::from(epoch).to_ne_bytes() {
        rest = &[];
    }
    core::iter::from_fn(move || {
        let (head, after) = rest.split_first_chunk::<HEAD>()?;
        let head = Head::read(head);
        let (payload, after) = after.split_at(head.inline_len());
        rest = after;
        Some((head, payload))
    })
}

/// What ranks tell each other between two runs: see `roll`. In place of the number of a run, such a message bears that of
/// the start that its sender waits for, with a mark above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Who is there?
    Ask,
    /// The sender is.
    Here,
}

impl Call {
    fn prologue(self, start: u32) -> [u8; PROLOGUE] {
        (u64::from(start) | (self as u64 + 1) << 32).to_ne_bytes()
    }

    fn read(message: &[u8]) -> Option<(Self, u32)> {
        let word = u64::from_ne_bytes(message.first_chunk().copied()?);
        let call = match word >> 32 {
            1 => Call::Ask,
            2 => Call::Here,
            _ => return None,
        };
        Some((call, word as u32))
    }
}

/// The messages that are being written, one for each rank.
pub(crate) struct Post {
    pub(crate) wire: Wire,
    epoch: u32,
    /// A message of the next run, from a rank that has begun it.
    early: Option<Message>,
    /// How many runs this rank has come to, or to the end of all.
    pub(crate) starts: u32,
    /// How long it waits for others there before it says so.
    pub(crate) patience: Duration,
    boxes: Vec<Vec<u8>>,
    /// The ranks whose message is not empty.
    waiting: Vec<u32>,
}

impl Post {
    pub(crate) fn new(wire: Wire, ranks: usize) -> Self {
        Post {
            wire,
            epoch: 0,
            early: None,
            starts: 0,
            patience: crate::executor::mpi::agreement::PATIENCE,
            boxes: vec![Vec::new(); ranks],
            waiting: Vec::new(),
        }
    }

    /// The next message of a run, if there is one. It is to be given back by [`Wire::recycle`].
    #[inline]
    pub(crate) fn receive(&mut self) -> Option<Message> {
        if self.early.is_some() {
            return self.early.take();
        }
        self.wire.receive()
    }

    /// Receives what comes while no run goes on here, and gives calls with their senders and the start that they are of.
    ///
    /// All else is late, and of use to nobody, but its sender may wait for its receipt; only a message of the next run is
    /// kept. Then all have come to that, and nobody waits for a receipt any more.
    pub(crate) fn receive_late(&mut self) -> Option<(u32, Call, u32)> {
        while self.early.is_none() {
            let message = self.wire.receive()?;
            let next = u64::from(self.epoch.wrapping_add(1)).to_ne_bytes();
            if message.bytes().starts_with(&next) {
                self.early = Some(message);
                break;
            }
            let call = Call::read(message.bytes()).map(|(call, start)| (message.source, call, start));
            self.wire.recycle(message);
            if call.is_some() {
                return call;
            }
        }
        None
    }

    /// Calls to a rank.
    pub(crate) fn call(&mut self, to: u32, call: Call) {
        let mut message = self.wire.buffer();
        message.extend_from_slice(&call.prologue(self.starts));
        self.wire.send_message(to, message);
    }

    /// Waits until all that was sent is received or under way without this rank. Others have to receive meanwhile.
    pub(crate) fn settle(&mut self) {
        let mut idle = Idle::new(true, true);
        let mut done = Vec::new();
        while !self.wire.is_idle() {
            while self.receive_late().is_some() {}
            if !self.wire.progress(&mut done) {
                idle.wait(false);
            }
            done.clear();
        }
    }

    /// Begins a run.
    pub(crate) fn next_epoch(&mut self) -> u32 {
        debug_assert!(!self.is_waiting(), "a run has sent all that it wrote");
        self.epoch = self.epoch.wrapping_add(1);
        self.epoch
    }

    /// Writes a record for a rank.
    pub(crate) fn write(&mut self, to: u32, head: Head, payload: &[u8]) {
        debug_assert_eq!(head.inline_len(), payload.len(), "a head says what follows");
        if self.boxes[to as usize].len() + HEAD + payload.len() > MOST_EAGER {
            self.waiting.retain(|&rank| rank != to);
            self.send(to);
        }
        let message = &mut self.boxes[to as usize];
        if message.is_empty() {
            *message = self.wire.buffer();
            message.extend_from_slice(&u64::from(self.epoch).to_ne_bytes());
            self.waiting.push(to);
        }
        message.extend_from_slice(&head.bytes());
        message.extend_from_slice(payload);
    }

    fn send(&mut self, to: u32) {
        let message = core::mem::take(&mut self.boxes[to as usize]);
        if !message.is_empty() {
            self.wire.send_message(to, message);
        }
    }

    /// Sends all that is written.
    #[inline]
    pub(crate) fn flush(&mut self) {
        while let Some(to) = self.waiting.pop() {
            self.send(to);
        }
    }

    /// Whether something is written and not sent.
    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }
}
