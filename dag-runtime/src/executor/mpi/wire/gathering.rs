//! Numbers that all ranks tell all, by requests that are tested and not waited for. It is a part of `wire`, and keeps
//! its rules.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use super::null;
use crate::executor::mpi::library::ffi::{self, MPI_Comm, MPI_Request};
use crate::executor::mpi::protocol::transport::Gathering;

/// The tag of numbers that one rank tells another.
const NUMBERS: i32 = 3;
/// Fewer ranks tell each other by messages. That takes less time than a collective that is not waited for: libraries first make
/// a schedule for it, and then go through that in steps.
const FEWEST_COLLECTIVE: usize = 8;

/// Numbers that all ranks tell all.
pub(super) struct MpiGathering {
    requests: Vec<MPI_Request>,
    #[allow(dead_code, reason = "kept for MPI")]
    mine: Box<[u64]>,
    all: Vec<u64>,
}

impl MpiGathering {
    /// Tells all ranks these numbers, as many as each of them does.
    pub(super) fn new(comm: MPI_Comm, mine: &[u64], (rank, ranks): (usize, usize)) -> Self {
        let mut gathering =
            MpiGathering { requests: Vec::new(), mine: mine.into(), all: vec![0; mine.len() * ranks] };
        if ranks < FEWEST_COLLECTIVE {
            gathering.tell_each(comm, rank);
        } else {
            gathering.tell_all(comm);
        }
        gathering
    }

    /// By messages. Those of one rank to another are received in the order in which they were sent, and so each belongs to the
    /// gathering that it was sent for.
    fn tell_each(&mut self, comm: MPI_Comm, rank: usize) {
        let count = self.mine.len();
        let places = self.all.chunks_exact_mut(count);
        self.requests.reserve(2 * places.len());
        for (other, place) in places.enumerate() {
            if other == rank {
                place.copy_from_slice(&self.mine);
                continue;
            }
            let (mut receive, mut send) = (null(), null());
            let (other, count) = (other as i32, count as i32);
            // SAFETY: both buffers are kept until the requests are complete. `place` is for the numbers of this rank alone.
            unsafe {
                ffi::MPI_Irecv(
                    place.as_mut_ptr().cast(),
                    count,
                    ffi::RSMPI_UINT64_T,
                    other,
                    NUMBERS,
                    comm,
                    &mut receive,
                );
                ffi::MPI_Isend(
                    self.mine.as_ptr().cast(),
                    count,
                    ffi::RSMPI_UINT64_T,
                    other,
                    NUMBERS,
                    comm,
                    &mut send,
                );
            }
            self.requests.extend([receive, send]);
        }
    }

    /// By a collective.
    fn tell_all(&mut self, comm: MPI_Comm) {
        let mut request = null();
        let count = self.mine.len() as i32;
        // SAFETY: both buffers are kept until the request is complete, and are long enough for all ranks of the
        // communicator.
        unsafe {
            ffi::MPI_Iallgather(
                self.mine.as_ptr().cast(),
                count,
                ffi::RSMPI_UINT64_T,
                self.all.as_mut_ptr().cast(),
                count,
                ffi::RSMPI_UINT64_T,
                comm,
                &mut request,
            );
        }
        self.requests.push(request);
    }
}

impl Gathering for MpiGathering {
    /// One after the other: `MPI_Test` looks at its request again after it has looked what has come. Tests of several need not, and
    /// a rank that shares its core would let others run before it hears of it.
    fn test(&mut self) -> Option<Vec<u64>> {
        while let Some(request) = self.requests.last_mut() {
            let mut flag = 0;
            // SAFETY: the request is one that `new` started, and is not complete yet.
            unsafe { ffi::MPI_Test(request, &mut flag, ffi::RSMPI_STATUS_IGNORE) };
            if flag == 0 {
                return None;
            }
            self.requests.pop();
        }
        Some(mem::take(&mut self.all))
    }
}

impl Drop for MpiGathering {
    fn drop(&mut self) {
        // A panic unwinds, and will end the job. Until then MPI may use the memory.
        if !self.requests.is_empty() {
            mem::forget(mem::take(&mut self.mine));
            mem::forget(mem::take(&mut self.all));
        }
    }
}
