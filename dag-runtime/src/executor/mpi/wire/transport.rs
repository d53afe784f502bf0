//! MPI as a transport. It is a part of `wire`, and keeps its rules.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::mem;
use core::time::Duration;
use std::thread;

use super::gathering::MpiGathering;
use super::inbox::Inbox;
use super::{Content, Transfer, Wire, tag};
use crate::executor::mpi::library::ffi;
use crate::executor::mpi::protocol::transport::{Arrival, Completed, Gathering, Message, Stream, Transport};

impl Transport for Wire {
    #[inline]
    fn receive(&mut self) -> Option<Message> {
        self.inbox.as_mut()?.receive()
    }

    #[inline]
    fn recycle(&mut self, message: Message) {
        if let Some(inbox) = &mut self.inbox {
            inbox.recycle(message);
        }
    }

    fn buffer(&mut self) -> Vec<u8> {
        self.messages.buffer()
    }

    fn send_message(&mut self, to: u32, message: Vec<u8>) {
        self.messages.send(self.comm, to, message);
    }

    fn send_bytes(&mut self, to: u32, stream: Stream, bytes: Rc<Vec<u8>>) {
        let memory: *const [u8] = bytes.as_slice();
        // SAFETY: the transfer keeps the bytes. Nobody changes them, as they are shared.
        unsafe { self.send(to, stream, memory, Content::Bytes(bytes)) }
    }

    unsafe fn send_in_place(&mut self, to: u32, output: u32, memory: *const [u8]) {
        // SAFETY: the caller's promise.
        unsafe { self.send(to, Stream::Outputs, memory, Content::Output(output)) }
    }

    fn receive_bytes(&mut self, stream: Stream, len: usize, mut arrival: Box<Arrival>) {
        let (source, tag) = (arrival.source as i32, tag(stream));
        let first = arrival.memory.start(len);
        let transfer = self.open(len, Content::Arrival(arrival));
        self.pieces(transfer, len, |comm, start, len, request| {
            // SAFETY: `first` points to memory for all the bytes, and the transfer keeps this memory.
            unsafe {
                let first = first.add(start).cast();
                ffi::MPI_Irecv(first, len, ffi::RSMPI_UINT8_T, source, tag, comm, request);
            }
        });
    }

    fn is_idle(&mut self) -> bool {
        self.requests.is_empty() && self.messages.complete()
    }

    #[inline]
    fn bytes_under_way(&self) -> usize {
        self.bytes
    }

    fn progress(&mut self, completed: &mut Vec<Completed>) -> bool {
        if self.requests.is_empty() {
            return false;
        }
        // With the receive of the next message: at each look at requests of which none is complete, MPI goes through all that has
        // come, and may let others run. Twice would take twice as long.
        let with_inbox = self.inbox.as_ref().and_then(Inbox::request);
        self.requests.extend(with_inbox);
        let mut count = 0;
        // SAFETY: the requests are active and belong to this wire. There is room for as many indices and statuses.
        unsafe {
            ffi::MPI_Testsome(
                self.requests.len() as i32,
                self.requests.as_mut_ptr(),
                &mut count,
                self.completed.as_mut_ptr(),
                self.statuses.as_mut_ptr().cast(),
            );
        }
        let mut count = count.max(0) as usize;
        if with_inbox.is_some() {
            self.requests.pop();
            let inbox = self.requests.len() as i32;
            let found = self.completed[..count].iter().position(|&index| index == inbox);
            if let Some(inbox) = &mut self.inbox {
                let status = found.map(|place| &self.statuses[place]);
                // SAFETY: MPI has written a status for each index.
                unsafe { inbox.was_looked_at(status) };
            }
            if let Some(place) = found {
                count -= 1;
                self.completed.swap(place, count);
            }
        }
        if count == 0 {
            return false;
        }
        self.completed[..count].sort_unstable();
        for k in (0..count).rev() {
            let index = self.completed[k] as usize;
            self.requests.swap_remove(index);
            let owner = self.owners.swap_remove(index);
            let transfer = self.transfers[owner].as_mut().expect("a request has its transfer");
            transfer.pieces_left -= 1;
            if transfer.pieces_left == 0 {
                self.free.push(owner);
                let Transfer { bytes, content, .. } = self.transfers[owner].take().expect("it was there");
                self.bytes -= bytes;
                match content {
                    Content::Bytes(bytes) => completed.push(Completed::SentBytes(bytes)),
                    Content::Output(output) => completed.push(Completed::Sent(output)),
                    Content::Arrival(arrival) => completed.push(Completed::Received(arrival)),
                }
            }
        }
        true
    }

    fn gather(&mut self, numbers: &[u64]) -> Box<dyn Gathering> {
        Box::new(MpiGathering::new(self.comm, numbers, (self.rank, self.ranks)))
    }

    fn limit_pieces(&mut self, bytes: usize) {
        self.most_in_piece = bytes;
    }

    fn leave(&mut self) {
        mem::forget(self.inbox.take());
        mem::forget(mem::take(&mut self.messages));
    }

    /// Some launchers lose what was printed at last.
    fn abort(&self) -> ! {
        thread::sleep(Duration::from_millis(100));
        self.abort_now()
    }
}
