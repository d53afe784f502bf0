//! What a rank receives in a run.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::RankRun;
use crate::error::Failure;
use crate::executor::mpi::protocol::message::{Kind, Record, records};
use crate::executor::mpi::protocol::transport::{Arrival, Completed, Memory, Message, Stream};

impl RankRun<'_> {
    /// Looks what has arrived, and what was sent.
    pub(super) fn poll(&mut self) -> bool {
        let looks = self.polling.looks();
        let mut active = false;
        for _ in 0..looks {
            active |= self.look(looks > 1);
        }
        self.last_ran = None;
        active
    }

    /// Looks once; at all messages that are there, or at few where there is something to run.
    fn look(&mut self, at_all: bool) -> bool {
        let mut active = self.complete();
        // To find that there is no further message takes about as long as to run a brief task.
        while let Some(message) = self.connection.receive() {
            active = true;
            if self.read(&message) {
                // The next look would find no message, and no further one be needed: where data is there that was announced, MPI
                // libraries take it when they are asked for it.
                self.complete();
            }
            self.connection.transport.recycle(message);
            if !at_all && !self.ready.is_empty() {
                break;
            }
        }
        active
    }

    /// Looks which transfers are complete, and says whether any is.
    fn complete(&mut self) -> bool {
        let mut completed = Vec::new();
        self.connection.transport.progress(&mut completed);
        let active = !completed.is_empty();
        for completed in completed {
            match completed {
                Completed::Sent(output) => self.was_sent(output),
                Completed::SentBytes(bytes) => {
                    if let Ok(bytes) = Rc::try_unwrap(bytes) {
                        self.outputs.recycle_buffer(bytes);
                    }
                }
                Completed::Received(arrival) => self.transferred(*arrival),
            }
        }
        active
    }

    /// Does what a message says, and says whether it has announced something.
    fn read(&mut self, message: &Message) -> bool {
        let mut announced = false;
        for (record, payload) in records(message.bytes(), self.connection.run()) {
            if record.apart {
                announced = true;
                self.expect(message.source, record);
            } else {
                self.handle(message.source, record, payload);
            }
        }
        announced
    }

    /// The payload of a record will follow apart.
    fn expect(&mut self, source: u32, record: Record) {
        // It often goes where something lies that has just been sent.
        self.complete();
        let len = record.len as usize;
        let codec = if self.is_of_elements(record) { None } else { self.context.codec(record.task) };
        let memory = self.outputs.memory(codec, len);
        let arrival = Box::new(Arrival { source, record: Some(record), memory });
        self.connection.transport.receive_bytes(Stream::Outputs, len, arrival);
    }

    /// It has come.
    fn transferred(&mut self, Arrival { source, record, memory }: Arrival) {
        let Some(record) = record else { return };
        match memory {
            Memory::Bytes(bytes) => {
                self.handle(source, record, &bytes);
                self.outputs.recycle_buffer(bytes);
            }
            Memory::Landing(landing) => {
                self.outputs.land(record.task, landing);
                self.stored(record, Ok(()));
            }
        }
    }

    /// Whether the payload of a record is not the output of a whole task.
    fn is_of_elements(&self, record: Record) -> bool {
        match record.kind {
            Kind::Elements => true,
            Kind::Returned => self.elements.contains(record.task),
            _ => false,
        }
    }

    /// A record has come, with its payload.
    fn handle(&mut self, source: u32, record: Record, payload: &[u8]) {
        let Record { kind, task, detail, .. } = record;
        match kind {
            Kind::Finished => self.heard(task),
            Kind::Missing => self.heard_missing(task),
            Kind::Stop => self.stop_here(),
            Kind::Idle | Kind::Busy => self.steal.set_idle(source, kind == Kind::Idle),
            Kind::Loan => self.accept_loan(task, detail, payload),
            Kind::Elements => self.borrowed_elements(source, task, detail, payload),
            Kind::Returned if self.is_of_elements(record) => self.elements_returned(source, task, payload),
            Kind::Output | Kind::Input | Kind::Returned => {
                let outcome = self.outputs.decode(source, task, payload);
                self.stored(record, outcome);
            }
            Kind::Unfinished => self.loan_unfinished(source, task, detail != 0),
            Kind::LoanOver => self.end_borrowed(task),
            Kind::News => self.hear_news(task, payload),
        }
    }

    /// The output of a task was stored, or could not be decoded.
    fn stored(&mut self, Record { kind, task, detail, .. }: Record, outcome: Result<(), Failure>) {
        let is_there = outcome.is_ok();
        if let Err(failure) = outcome {
            self.output_failed(task, failure);
        }
        match kind {
            Kind::Input => self.borrowed_input(detail, is_there),
            Kind::Returned if is_there => self.finish(task),
            Kind::Returned => self.close(task),
            _ if is_there => {
                self.heard(task);
                self.release_unread(task);
            }
            _ => self.heard_missing(task),
        }
    }

    /// A task of another rank has finished.
    fn heard(&mut self, task: u32) {
        if let Err(failure) = self.take_kept(task).and_then(|()| self.tell(task)) {
            self.output_failed(task, failure);
            return self.heard_missing(task);
        }
        self.dependencies.was_heard_of();
        self.unlock(task);
    }

    /// A task of another rank has not finished and will not.
    fn heard_missing(&mut self, task: u32) {
        self.dependencies.was_heard_of();
        if !self.context.options.keep_going {
            self.stop_here();
        }
        self.block(task);
    }
}
