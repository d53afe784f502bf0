//! Bytes between ranks: requests that own, or are promised, the memory that they use.
//!
//! The requests of rsmpi borrow their buffers for a lifetime, which a queue of messages that come and
//! go cannot name. So this file calls MPI itself, as its children do. What makes it sound:
//!
//! 1. A buffer that MPI reads or writes lives in a [`Transfer`], in [`Messages`] or in the [`Inbox`] until its
//!    requests are complete, on the heap, so that it stays where it is when its owner moves. The
//!    exception are outputs that are sent from their slots, for which the caller of
//!    [`Transport::send_in_place`] answers.
//! 2. A `Wire` is neither `Send` nor `Sync`: one thread makes all calls.
//! 3. MPI is not finalized while there is a `Wire`: the world that owns both drops it first. Where the program has
//!    ended MPI itself, [`Transport::leave`] is called before the `Wire` is dropped.
//! 4. A `Wire` that is dropped with transfers under way aborts the job.
//! 5. An error of MPI ends the job, whatever the program wants for its own communicators. So a call that
//!    returns has done what it says.

#[allow(unsafe_code, reason = "requests of MPI, see above")]
mod gathering;
#[allow(unsafe_code, reason = "requests of MPI, see above")]
mod inbox;
#[allow(unsafe_code, reason = "requests of MPI, see above")]
mod messages;
#[allow(unsafe_code, reason = "requests of MPI, see above")]
mod transport;

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem::MaybeUninit;

use self::inbox::Inbox;
use self::messages::Messages;
use super::library::Threading;
use super::library::ffi::{self, MPI_Comm, MPI_Request, MPI_Status};
use super::library::topology::SimpleCommunicator;
use super::library::traits::{AsRaw, Communicator};
use crate::executor::mpi::protocol::transport::{Arrival, Stream};

/// The tag of messages of up to [`MOST_EAGER`] bytes.
const MESSAGE: i32 = 0;

/// That of transfers.
const fn tag(stream: Stream) -> i32 {
    match stream {
        Stream::Outputs => 1,
        Stream::Reports => 2,
    }
}

/// The communicator, and what is under way on it.
pub(crate) struct Wire {
    comm: MPI_Comm,
    rank: usize,
    ranks: usize,
    /// No piece of a transfer has more bytes.
    most_in_piece: usize,
    /// Where messages come, if there is another rank.
    inbox: Option<Inbox>,
    /// Messages that go.
    messages: Messages,
    requests: Vec<MPI_Request>,
    /// For each request the number of its transfer.
    owners: Vec<usize>,
    transfers: Vec<Option<Transfer>>,
    /// How many bytes they are of.
    bytes: usize,
    free: Vec<usize>,
    completed: Vec<i32>,
    statuses: Vec<MaybeUninit<MPI_Status>>,
    one_thread: PhantomData<*const ()>,
}

/// Something on its way, in as many pieces as it takes.
struct Transfer {
    bytes: usize,
    pieces_left: usize,
    content: Content,
}

/// What a transfer is of.
enum Content {
    /// Bytes, which are kept until they were sent.
    Bytes(Rc<Vec<u8>>),
    /// The output of this task, in its slot.
    Output(u32),
    Arrival(Box<Arrival>),
}

impl Wire {
    /// On a communicator that nobody else uses.
    pub(crate) fn new(communicator: &SimpleCommunicator) -> Self {
        let comm = communicator.as_raw();
        // SAFETY: the communicator is valid, and only this wire uses it.
        unsafe { ffi::MPI_Comm_set_errhandler(comm, ffi::RSMPI_ERRORS_ARE_FATAL) };
        Wire {
            comm,
            rank: communicator.rank() as usize,
            ranks: communicator.size() as usize,
            most_in_piece: 1 << 30,
            inbox: (communicator.size() > 1).then(|| Inbox::new(comm)),
            messages: Messages::default(),
            requests: Vec::new(),
            owners: Vec::new(),
            transfers: Vec::new(),
            bytes: 0,
            free: Vec::new(),
            completed: vec![0],
            statuses: vec![MaybeUninit::uninit()],
            one_thread: PhantomData,
        }
    }

    /// # Safety
    ///
    /// The bytes stay where they are until the transfer is complete.
    unsafe fn send(&mut self, to: u32, stream: Stream, memory: *const [u8], content: Content) {
        let (first, len) = (memory.cast::<u8>(), memory.len());
        let transfer = self.open(len, content);
        let tag = tag(stream);
        self.pieces(transfer, len, |comm, start, len, request| {
            // SAFETY: these bytes are a part of `memory`, which stays where it is: the caller's promise.
            unsafe {
                let first = first.add(start).cast();
                ffi::MPI_Isend(first, len, ffi::RSMPI_UINT8_T, to as i32, tag, comm, request);
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

    fn open(&mut self, bytes: usize, content: Content) -> usize {
        let pieces_left = bytes.div_ceil(self.most_in_piece).max(1);
        let transfer = Some(Transfer { bytes, pieces_left, content });
        self.bytes += bytes;
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
        // For the inbox, there is one more.
        self.completed.resize(self.requests.len() + 1, 0);
        self.statuses.resize(self.requests.len() + 1, MaybeUninit::uninit());
    }

    /// Ends the job.
    fn abort_now(&self) -> ! {
        // SAFETY: the communicator is valid. The call does not return.
        unsafe { ffi::MPI_Abort(self.comm, 1) };
        std::process::abort()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // What MPI finds at the first look it may say at the next one only.
        let all_sent = self.messages.complete() || self.messages.complete();
        if !self.requests.is_empty() || !all_sent {
            self.abort_now();
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
