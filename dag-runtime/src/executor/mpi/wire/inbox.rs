//! The receives of messages: two of them, so that one is posted while the message of the other is read.
//!
//! It is a part of `wire`, and keeps its rules. The requests are persistent ones, made once: to start one again takes
//! less time than to make one.

use alloc::vec;
use alloc::vec::Vec;
use core::mem::{self, MaybeUninit};

use super::{MESSAGE, null};
use crate::executor::mpi::library::ffi::{self, MPI_Comm, MPI_Request, MPI_Status};
use crate::executor::mpi::protocol::transport::{MOST_EAGER, Message};

/// A receive, and the memory that it writes to.
struct Receive {
    request: MPI_Request,
    /// Empty while the message is read.
    buffer: Vec<u8>,
}

/// The receives of all messages.
pub(super) struct Inbox {
    receives: [Receive; 2],
    /// The one whose message comes next.
    next: usize,
}

impl Inbox {
    pub(super) fn new(comm: MPI_Comm) -> Self {
        let receives = [0, 1].map(|_| {
            let mut receive = Receive { request: null(), buffer: vec![0; MOST_EAGER] };
            // SAFETY: the buffer has that many bytes, and is not touched while the request is active. It is the same
            // buffer whenever the request is started. It is on the heap, so it stays where it is.
            unsafe {
                ffi::MPI_Recv_init(
                    receive.buffer.as_mut_ptr().cast(),
                    MOST_EAGER as i32,
                    ffi::RSMPI_UINT8_T,
                    ffi::RSMPI_ANY_SOURCE,
                    MESSAGE,
                    comm,
                    &mut receive.request,
                );
                ffi::MPI_Start(&mut receive.request);
            }
            receive
        });
        Inbox { receives, next: 0 }
    }

    /// The next message, if there is one. It is to be given back by [`Inbox::recycle`] before the one after it.
    #[inline]
    pub(super) fn receive(&mut self) -> Option<Message> {
        let place = self.next;
        let receive = &mut self.receives[place];
        let mut status = MaybeUninit::<MPI_Status>::uninit();
        let (mut flag, mut count) = (0, 0);
        // SAFETY: the request is active. If the flag is set, MPI has written the source, the tag and the count of the
        // receive, but not the error of the status. So only the source is read here, and MPI reads the count.
        let source = unsafe {
            ffi::MPI_Test(&mut receive.request, &mut flag, status.as_mut_ptr());
            if flag == 0 {
                return None;
            }
            ffi::MPI_Get_count(status.as_ptr(), ffi::RSMPI_UINT8_T, &mut count);
            (&raw const (*status.as_ptr()).MPI_SOURCE).read()
        };
        let buffer = mem::take(&mut receive.buffer);
        assert!(!buffer.is_empty(), "a message is given back before the one after the next");
        self.next = 1 - place;
        Some(Message { source: source as u32, buffer, len: count as usize, place })
    }

    /// Takes a message back, and receives another one in its place.
    #[inline]
    pub(super) fn recycle(&mut self, message: Message) {
        let receive = &mut self.receives[message.place];
        receive.buffer = message.buffer;
        // SAFETY: the request is not active, as its message has arrived. The buffer is the one with which it was made.
        unsafe { ffi::MPI_Start(&mut receive.request) };
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        for Receive { request, buffer } in &mut self.receives {
            // SAFETY: `new` made the request. It is active unless its message is being read, and is not active after
            // the wait.
            unsafe {
                if !buffer.is_empty() {
                    ffi::MPI_Cancel(request);
                    ffi::MPI_Wait(request, ffi::RSMPI_STATUS_IGNORE);
                }
                ffi::MPI_Request_free(request);
            }
        }
    }
}
