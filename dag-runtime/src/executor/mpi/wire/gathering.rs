//! Numbers that all ranks tell all, by a collective that is tested and not waited for. It is a part of `wire`, and keeps
//! its rules.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use super::{is_null, null};
use crate::executor::mpi::library::ffi::{self, MPI_Comm, MPI_Request};
use crate::executor::mpi::protocol::transport::Gathering;

/// Numbers that all ranks tell all.
pub(super) struct MpiGathering {
    request: MPI_Request,
    #[allow(dead_code, reason = "kept for MPI")]
    mine: Box<[u64]>,
    all: Vec<u64>,
}

impl MpiGathering {
    /// Tells all ranks these numbers, as many as each of them does.
    pub(super) fn new(comm: MPI_Comm, mine: &[u64], ranks: usize) -> Self {
        let mine: Box<[u64]> = mine.into();
        let mut all = vec![0; mine.len() * ranks];
        let mut request = null();
        let count = mine.len() as i32;
        // SAFETY: both buffers are kept until the request is complete, and are long enough for all ranks of the
        // communicator.
        unsafe {
            ffi::MPI_Iallgather(
                mine.as_ptr().cast(),
                count,
                ffi::RSMPI_UINT64_T,
                all.as_mut_ptr().cast(),
                count,
                ffi::RSMPI_UINT64_T,
                comm,
                &mut request,
            );
        }
        MpiGathering { request, mine, all }
    }
}

impl Gathering for MpiGathering {
    fn test(&mut self) -> Option<Vec<u64>> {
        let mut flag = 0;
        // SAFETY: the request is the one that `new` started, or null if it is complete already.
        unsafe { ffi::MPI_Test(&mut self.request, &mut flag, ffi::RSMPI_STATUS_IGNORE) };
        (flag != 0).then(|| mem::take(&mut self.all))
    }
}

impl Drop for MpiGathering {
    fn drop(&mut self) {
        // A panic unwinds, and will end the job. Until then MPI may use the memory.
        if !is_null(self.request) {
            mem::forget(mem::take(&mut self.mine));
            mem::forget(mem::take(&mut self.all));
        }
    }
}
