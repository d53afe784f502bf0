//! Bytes between ranks: requests that own, or are promised, the memory that they use.
//!
//! The requests of rsmpi borrow their buffers for a lifetime, which a queue of messages that come and
//! go cannot name. So this file calls MPI itself, as `inbox` and `gathering` do. What makes it sound:
//!
//! 1. A buffer that MPI reads or writes lives in a [`Transfer`] or in the [`Inbox`] until its
//!    requests are complete, on the heap, so that it stays where it is when its owner moves. The
//!    exception are outputs that are sent from their slots, for which the caller of
//!    [`Wire::send_in_place`] answers.
//! 2. A `Wire` is neither `Send` nor `Sync`: one thread makes all calls.
//! 3. MPI is not finalized while there is a `Wire`: the world that owns both drops it first. Where the program has
//!    ended MPI itself, [`Wire::leave`] is called before the `Wire` is dropped.
//! 4. A `Wire` that is dropped with transfers under way aborts the job.
//! 5. An error of MPI ends the job, whatever the program wants for its own communicators. So a call that
//!    returns has done what it says.

#[allow(unsafe_code, reason = "requests of MPI, see above")]
mod gathering;
#[allow(unsafe_code, reason = "requests of MPI, see above")]
mod inbox;

pub(crate) use self::inbox::Message;

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::time::Duration;
use std::thread;

use ::mpi::ffi::{self, MPI_Comm, MPI_Request};
use ::mpi::traits::AsRaw;
use ::mpi::{Threading, topology::SimpleCommunicator, traits::Communicator};

use crate::executor::mpi::protocol::transport::{Arrival, Cargo, Memory};
use crate::executor::mpi::wire::inbox::Inbox;

/// The most bytes of a message that is not announced by another one: below what MPI libraries send
/// without waiting for the receiver.
pub(crate) const MOST_EAGER: usize = 4000;

/// The tag of messages of up to [`MOST_EAGER`] bytes.
pub(crate) const MESSAGE: i32 = 0;
/// The tag of data that a message has announced.
pub(crate) const DATA: i32 = 1;
/// The tag of what ranks tell at the end of a run that fails.
pub(crate) const REPORT: i32 = 2;

/// The communicator, and what is under way on it.
pub(crate) struct Wire {
    pub(crate) comm: MPI_Comm,
    /// No piece of a transfer has more bytes.
    pub(crate) most_in_piece: usize,
    /// Where messages come, if there is another rank.
    inbox: Option<Inbox>,
    /// Buffers for messages that go.
    spare: Vec<Vec<u8>>,
    requests: Vec<MPI_Request>,
    /// For each request the number of its transfer.
    owners: Vec<usize>,
    transfers: Vec<Option<Transfer>>,
    free: Vec<usize>,
    completed: Vec<i32>,
    one_thread: PhantomData<*const ()>,
}

/// Something on its way, in as many pieces as it takes.
struct Transfer {
    pieces_left: usize,
    cargo: Cargo,
}

impl Wire {
    /// On a communicator that nobody else uses.
    pub(crate) fn new(communicator: &SimpleCommunicator) -> Self {
        let comm = communicator.as_raw();
        // SAFETY: a call on a communicator that is our own.
        unsafe { ffi::MPI_Comm_set_errhandler(comm, ffi::RSMPI_ERRORS_ARE_FATAL) };
        Wire {
            comm,
            most_in_piece: 1 << 30,
            inbox: (communicator.size() > 1).then(|| Inbox::new(comm)),
            spare: Vec::new(),
            requests: Vec::new(),
            owners: Vec::new(),
            transfers: Vec::new(),
            free: Vec::new(),
            completed: Vec::new(),
            one_thread: PhantomData,
        }
    }

    /// The next message, if there is one. It is to be given back by [`Wire::recycle`].
    #[inline]
    pub(crate) fn receive(&mut self) -> Option<Message> {
        self.inbox.as_mut()?.receive()
    }

    /// Takes a message back.
    #[inline]
    pub(crate) fn recycle(&mut self, message: Message) {
        if let Some(inbox) = &mut self.inbox {
            inbox.recycle(message);
        }
    }

    /// An empty buffer for a message.
    pub(crate) fn buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_else(|| Vec::with_capacity(MOST_EAGER))
    }

    fn reuse(&mut self, mut buffer: Vec<u8>) {
        buffer.clear();
        self.spare.push(buffer);
    }

    /// Sends a message of at most [`MOST_EAGER`] bytes.
    pub(crate) fn send_message(&mut self, to: u32, message: Vec<u8>) {
        debug_assert!(message.len() <= MOST_EAGER, "a message is short");
        let mut request = null();
        let mut flag = 0;
        // SAFETY: `message` is kept, unchanged, until the request is complete.
        unsafe {
            ffi::MPI_Isend(
                message.as_ptr().cast(),
                message.len() as i32,
                ffi::RSMPI_UINT8_T,
                to as i32,
                MESSAGE,
                self.comm,
                &mut request,
            );
            ffi::MPI_Test(&mut request, &mut flag, ffi::RSMPI_STATUS_IGNORE);
        }
        if flag != 0 {
            self.reuse(message);
        } else {
            let transfer = self.open(1, Cargo::Message(message));
            self.add(request, transfer);
        }
    }

    /// Sends bytes that the receiver expects.
    pub(crate) fn send_bytes(&mut self, to: u32, tag: i32, bytes: Rc<Vec<u8>>) {
        let memory: *const [u8] = bytes.as_slice();
        // SAFETY: the transfer keeps the bytes, which nobody changes, as they are shared.
        unsafe { self.send(to, tag, memory, Cargo::Bytes(bytes)) }
    }

    /// Sends the output of a task that lies at `memory`, in its slot, and that the receiver expects.
    ///
    /// # Safety
    ///
    /// The output stays where it is until [`Wire::progress`] tells that it was sent.
    pub(crate) unsafe fn send_in_place(&mut self, to: u32, node: u32, memory: *const [u8]) {
        // SAFETY: the caller's promise.
        unsafe { self.send(to, DATA, memory, Cargo::Output(node)) }
    }

    /// # Safety
    ///
    /// The bytes stay where they are until the cargo is handed out again.
    unsafe fn send(&mut self, to: u32, tag: i32, memory: *const [u8], cargo: Cargo) {
        let (first, len) = (memory.cast::<u8>(), memory.len());
        let transfer = self.open(len.div_ceil(self.most_in_piece).max(1), cargo);
        self.pieces(transfer, len, |comm, start, len, request| {
            // SAFETY: these bytes are a part of `memory`: the caller's promise.
            unsafe {
                let first = first.add(start).cast();
                ffi::MPI_Isend(first, len, ffi::RSMPI_UINT8_T, to as i32, tag, comm, request);
            }
        });
    }

    /// Receives `len` bytes that the sender has announced.
    pub(crate) fn receive_bytes(&mut self, tag: i32, len: usize, arrival: Arrival) {
        let mut arrival = Box::new(arrival);
        let source = arrival.mark.source as i32;
        let first = match &mut arrival.memory {
            Memory::Bytes(bytes) => {
                debug_assert!(bytes.len() == len, "there is room");
                bytes.as_mut_ptr()
            }
            Memory::Landing(landing) => landing.memory(),
        };
        let transfer = self.open(len.div_ceil(self.most_in_piece).max(1), Cargo::Arrival(arrival));
        self.pieces(transfer, len, |comm, start, len, request| {
            // SAFETY: `first` is memory for all the bytes, which the transfer keeps.
            unsafe {
                let first = first.add(start).cast();
                ffi::MPI_Irecv(first, len, ffi::RSMPI_UINT8_T, source, tag, comm, request);
            }
        });
    }

    /// Starts a request for each piece of `len` bytes.
    fn pieces(
        &mut self,
        transfer: usize,
        len: usize,
        start_one: impl Fn(MPI_Comm, usize, i32, *mut MPI_Request),
    ) {
        let mut start = 0;
        loop {
            let piece = (len - start).min(self.most_in_piece);
            let mut request = null();
            start_one(self.comm, start, piece as i32, &mut request);
            self.add(request, transfer);
            start += piece;
            if start == len {
                break;
            }
        }
    }

    fn open(&mut self, pieces_left: usize, cargo: Cargo) -> usize {
        let transfer = Some(Transfer { pieces_left, cargo });
        match self.free.pop() {
            Some(place) => {
                self.transfers[place] = transfer;
                place
            }
            None => {
                self.transfers.push(transfer);
                self.transfers.len() - 1
            }
        }
    }

    fn add(&mut self, request: MPI_Request, transfer: usize) {
        self.requests.push(request);
        self.owners.push(transfer);
        self.completed.push(0);
    }

    /// Whether nothing is under way but the receive of a next message.
    pub(crate) fn is_idle(&self) -> bool {
        self.requests.is_empty()
    }

    /// Hands out the outputs that were sent and what has arrived, and says whether anything is complete.
    pub(crate) fn progress(&mut self, done: &mut Vec<Cargo>) -> bool {
        if self.requests.is_empty() {
            return false;
        }
        let mut count = 0;
        // SAFETY: the requests are active ones of this wire; there is room for as many indices.
        unsafe {
            ffi::MPI_Testsome(
                self.requests.len() as i32,
                self.requests.as_mut_ptr(),
                &mut count,
                self.completed.as_mut_ptr(),
                ffi::RSMPI_STATUSES_IGNORE,
            );
        }
        if count <= 0 {
            return false;
        }
        self.completed[..count as usize].sort_unstable();
        for k in (0..count as usize).rev() {
            let index = self.completed[k] as usize;
            self.requests.swap_remove(index);
            let owner = self.owners.swap_remove(index);
            let transfer = self.transfers[owner].as_mut().expect("a request has its transfer");
            transfer.pieces_left -= 1;
            if transfer.pieces_left == 0 {
                self.free.push(owner);
                match self.transfers[owner].take().expect("it was there").cargo {
                    Cargo::Message(message) => self.reuse(message),
                    Cargo::Bytes(_) => {}
                    cargo => done.push(cargo),
                }
            }
        }
        self.completed.truncate(self.requests.len());
        true
    }

    /// Makes no further call of MPI, which has ended.
    pub(crate) fn leave(&mut self) {
        core::mem::forget(self.inbox.take());
    }

    /// Ends the job, when what was just printed is out: some launchers lose it else.
    pub(crate) fn abort_soon(&self) -> ! {
        thread::sleep(Duration::from_millis(100));
        self.abort()
    }

    /// Ends the job.
    fn abort(&self) -> ! {
        // SAFETY: a call on the communicator, which does not return.
        unsafe { ffi::MPI_Abort(self.comm, 1) };
        std::process::abort()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if !self.requests.is_empty() {
            self.abort();
        }
    }
}

/// Whether this thread may call an MPI of this kind.
pub(crate) fn may_call(threading: Threading) -> bool {
    let mut is_main = 0;
    threading >= Threading::Serialized || {
        // SAFETY: any thread may call this, at any time.
        unsafe { ffi::MPI_Is_thread_main(&mut is_main) };
        is_main != 0
    }
}

pub(crate) fn null() -> MPI_Request {
    // SAFETY: a constant of the library.
    unsafe { ffi::RSMPI_REQUEST_NULL }
}

pub(crate) fn is_null(request: MPI_Request) -> bool {
    request == null()
}
