//! The messages that are being sent. It is a part of `wire`, and keeps its rules.
//!
//! No rank waits for the end of such a send, which only gives the buffer back. It is looked for when there are some of them, or
//! when nothing may be under way. MPI libraries may end it late, although the message has arrived: Open MPI does so from
//! 257 bytes on.

use alloc::vec::Vec;

use super::{MESSAGE, null};
use crate::executor::mpi::library::ffi::{self, MPI_Comm, MPI_Request};
use crate::executor::mpi::protocol::transport::MOST_EAGER;

/// From this many unfinished sends on, each send looks which of them have ended. The last one is still on its way then, and those
/// before it have mostly ended: then MPI does not look for arrivals, which would take longer.
const MOST_UNTESTED: usize = 4;

/// Messages that are being sent, and buffers for those that will be.
#[derive(Default)]
pub(super) struct Messages {
    requests: Vec<MPI_Request>,
    /// For each request the message.
    sent: Vec<Vec<u8>>,
    spare: Vec<Vec<u8>>,
    completed: Vec<i32>,
}

impl Messages {
    /// An empty buffer for a message.
    pub(super) fn buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_else(|| Vec::with_capacity(MOST_EAGER))
    }

    pub(super) fn send(&mut self, comm: MPI_Comm, to: u32, message: Vec<u8>) {
        debug_assert!(message.len() <= MOST_EAGER, "a message is short");
        let mut request = null();
        let len = message.len() as i32;
        // SAFETY: `sent` keeps the message, unchanged, until the request is complete.
        unsafe {
            let first = message.as_ptr().cast();
            ffi::MPI_Isend(first, len, ffi::RSMPI_UINT8_T, to as i32, MESSAGE, comm, &mut request);
        }
        self.requests.push(request);
        self.sent.push(message);
        if self.requests.len() >= MOST_UNTESTED {
            self.complete();
        }
    }

    /// Takes back the buffers of messages that were sent, and says whether all were.
    pub(super) fn complete(&mut self) -> bool {
        if self.requests.is_empty() {
            return true;
        }
        self.completed.resize(self.requests.len(), 0);
        let mut count = 0;
        // SAFETY: the requests are active and belong to these messages. There is room for as many indices.
        unsafe {
            ffi::MPI_Testsome(
                self.requests.len() as i32,
                self.requests.as_mut_ptr(),
                &mut count,
                self.completed.as_mut_ptr(),
                ffi::RSMPI_STATUSES_IGNORE,
            );
        }
        let completed = &mut self.completed[..count.max(0) as usize];
        completed.sort_unstable();
        for &index in completed.iter().rev() {
            self.requests.swap_remove(index as usize);
            let mut buffer = self.sent.swap_remove(index as usize);
            buffer.clear();
            self.spare.push(buffer);
        }
        self.requests.is_empty()
    }
}
