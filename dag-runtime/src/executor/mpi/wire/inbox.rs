//! The receives of messages: two of them, so that one is posted while the message of the other is read, and what follows
//! from it is done: the other is posted again at the next look.
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
    /// The one whose message comes next. It is active.
    next: usize,
    /// The one that was given back, and is not active.
    resting: Option<usize>,
    look: Look,
}

/// What the last look that [`Inbox::request`] was part of has found.
enum Look {
    /// It is over.
    Over,
    Nothing,
    /// The source of a message and its length. The request of `next` is not active.
    Message(u32, usize),
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
        Inbox { receives, next: 0, resting: None, look: Look::Over }
    }

    /// The next message, if there is one. It is to be given back by [`Inbox::recycle`] before the one after it.
    #[inline]
    pub(super) fn receive(&mut self) -> Option<Message> {
        self.post_again();
        let (source, len) = match mem::replace(&mut self.look, Look::Over) {
            Look::Message(source, len) => (source, len),
            Look::Nothing => return None,
            Look::Over => self.test()?,
        };
        let place = self.next;
        let buffer = mem::take(&mut self.receives[place].buffer);
        assert!(!buffer.is_empty(), "a message is given back before the one after the next");
        self.next = 1 - place;
        Some(Message { source, buffer, len, place })
    }

    /// The source and the length of the next message, if there is one.
    #[inline]
    fn test(&mut self) -> Option<(u32, usize)> {
        let mut status = MaybeUninit::<MPI_Status>::uninit();
        let mut flag = 0;
        // SAFETY: the request is active.
        unsafe { ffi::MPI_Test(&mut self.receives[self.next].request, &mut flag, status.as_mut_ptr()) };
        // SAFETY: if the flag is set, MPI has written the status of the receive.
        (flag != 0).then(|| unsafe { read(&status) })
    }

    /// The request to be looked at with others, unless its message has arrived.
    #[inline]
    pub(super) fn request(&self) -> Option<MPI_Request> {
        (!matches!(self.look, Look::Message(..))).then(|| self.receives[self.next].request)
    }

    /// It was looked at, and has this status if its message has arrived.
    ///
    /// # Safety
    ///
    /// MPI has written the status, that of [`Inbox::request`].
    #[inline]
    pub(super) unsafe fn was_looked_at(&mut self, status: Option<&MaybeUninit<MPI_Status>>) {
        self.look = status.map_or(Look::Nothing, |status| {
            // SAFETY: the caller's promise.
            let (source, len) = unsafe { read(status) };
            Look::Message(source, len)
        });
    }

    /// Takes a message back.
    #[inline]
    pub(super) fn recycle(&mut self, message: Message) {
        self.post_again();
        self.receives[message.place].buffer = message.buffer;
        self.resting = Some(message.place);
    }

    /// Receives another message in place of the one that was given back.
    #[inline]
    fn post_again(&mut self) {
        if let Some(place) = self.resting.take() {
            // SAFETY: the request is not active, as its message has arrived. The buffer is the one with which it was made.
            unsafe { ffi::MPI_Start(&mut self.receives[place].request) };
        }
    }
}

/// The source and the length of a message that was received.
///
/// # Safety
///
/// MPI has written the source, the tag and the count of the status.
#[inline]
unsafe fn read(status: &MaybeUninit<MPI_Status>) -> (u32, usize) {
    let mut count = 0;
    // SAFETY: the caller's promise. MPI need not write the error of a status, so only the source is read here, and MPI reads the
    // count.
    unsafe {
        ffi::MPI_Get_count(status.as_ptr(), ffi::RSMPI_UINT8_T, &mut count);
        ((&raw const (*status.as_ptr()).MPI_SOURCE).read() as u32, count as usize)
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.post_again();
        let arrived = matches!(self.look, Look::Message(..)).then_some(self.next);
        for (place, Receive { request, buffer }) in self.receives.iter_mut().enumerate() {
            // SAFETY: `new` made the request. It is active unless its message has arrived, and is not active after
            // the wait.
            unsafe {
                if !buffer.is_empty() && arrived != Some(place) {
                    ffi::MPI_Cancel(request);
                    ffi::MPI_Wait(request, ffi::RSMPI_STATUS_IGNORE);
                }
                ffi::MPI_Request_free(request);
            }
        }
    }
}
