//! What a rank sends in a run.

use super::RankRun;
use super::outputs::Payload;
use crate::error::Failure;
use crate::executor::mpi::placement::Destination;
use crate::executor::mpi::protocol::message::{Kind, Record};
use crate::executor::mpi::protocol::outbox::MOST_IN_RECORD;
use crate::executor::mpi::protocol::transport::Stream;

impl RankRun<'_> {
    /// Tells other ranks that a task has finished, and its output to those that need it.
    #[inline]
    pub(super) fn tell(&mut self, task: u32) -> Result<(), Failure> {
        match self.context.plan().destinations.of(task) {
            [] => Ok(()),
            destinations => self.tell_to(destinations, task),
        }
    }

    fn tell_to(&mut self, destinations: &[Destination], task: u32) -> Result<(), Failure> {
        let payload = match self.may_run(task) && destinations.iter().any(|to| to.needs_output) {
            true => Some(self.outputs.payload(task)?),
            false => None,
        };
        for &Destination { rank, needs_output } in destinations {
            self.tell_news(rank, task);
            match &payload {
                Some(payload) if needs_output => self.send(rank, Record::of(Kind::Output, task), payload),
                _ => self.connection.write(rank, Record::of(Kind::Finished, task), &[]),
            }
        }
        if let Some(payload) = payload {
            self.outputs.recycle(payload);
        }
        Ok(())
    }

    /// Writes a record for all other ranks.
    pub(super) fn write_to_all(&mut self, record: Record) {
        for to in self.context.other_ranks() {
            self.connection.write(to, record, &[]);
        }
    }

    /// Sends an output, or elements, which are still there where they are sent as they lie.
    pub(super) fn send(&mut self, to: u32, record: Record, payload: &Payload) {
        let bytes = payload.bytes();
        let record = Record { len: bytes.len() as u64, apart: bytes.len() > MOST_IN_RECORD, ..record };
        if let Some(trace) = self.workers.execution().trace() {
            trace.sent(record.task, to, record.len);
        }
        if !record.apart {
            #[allow(unsafe_code)]
            // SAFETY: the bytes are in `payload`, or are those of an output that is in its slot and does not change.
            let bytes = unsafe { &*bytes };
            return self.connection.write(to, record, bytes);
        }
        self.connection.write(to, record, &[]);
        match payload {
            Payload::Large(bytes) => self.connection.transport.send_bytes(to, Stream::Outputs, bytes.clone()),
            Payload::Plain(_) => {
                self.outputs.begin_sending(record.task);
                #[allow(unsafe_code)]
                // SAFETY: an output that is held is not released, and `poll` lets go of it only after it was sent. A task
                // that may take it by value starts after that, too (`RankRun::waiting`). The slots outlive the run, which ends
                // only after everything was sent.
                unsafe {
                    self.connection.transport.send_in_place(to, record.task, bytes);
                }
            }
            Payload::Bytes(_) => unreachable!("they fit into a record"),
        }
    }
}
