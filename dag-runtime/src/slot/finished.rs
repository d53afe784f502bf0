//! The tasks that have finished in a run whose outputs are returned even if it fails.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

use super::{Cx, Members, SizedMembers, Slot, Task, Written};

/// The tasks that have finished in a run, so that their outputs can be taken if they are outputs of the graph: rule 7.
///
/// The flags of slots do not tell this: they are not used for types without a drop.
#[derive(Debug)]
pub(crate) struct Finished(Box<[AtomicBool]>);

impl Finished {
    /// None of this many tasks.
    pub(crate) fn none_of(tasks: usize) -> Self {
        Finished((0..tasks).map(|_| AtomicBool::new(false)).collect())
    }

    /// A call of the task has stored its output.
    // Relaxed: only the thread that ends the run reads this, and sees all that the other ones have done.
    #[inline]
    pub(crate) fn insert(&self, task: u32, _: &Written) {
        self.0[task as usize].store(true, Ordering::Relaxed);
    }

    /// The output of the task has come from another rank, or was released, or is not returned.
    ///
    /// # Safety
    ///
    /// If `is_there`, the output of the task is in its slot, and is not released any more.
    #[cfg(feature = "mpi")]
    pub(crate) unsafe fn set(&self, task: u32, is_there: bool) {
        self.0[task as usize].store(is_there, Ordering::Relaxed);
    }

    /// The task counts as failed, so that its output is not returned.
    pub(crate) fn remove(&self, task: u32) -> bool {
        self.0.get(task as usize).is_some_and(|finished| finished.swap(false, Ordering::Relaxed))
    }

    /// No output is returned.
    pub(crate) fn clear(&self) {
        self.0.iter().for_each(|finished| finished.store(false, Ordering::Relaxed));
    }

    pub(crate) fn contains(&self, task: u32) -> bool {
        self.0.get(task as usize).is_some_and(|finished| finished.load(Ordering::Relaxed))
    }

    /// The output of a task that has this slot, if it has finished.
    pub(crate) fn take<T: Task<Output: Sized>>(&self, task: u32, slot: &Slot<T>) -> Option<T::Output> {
        // Rule 7 allows it: the task has finished, and no longer counts as such afterwards.
        self.remove(task).then(|| slot.take_output())
    }

    /// The outputs of the members of a family whose first task this is.
    pub(crate) fn take_all<T: Task<Output: Sized>, const N: usize>(
        &self,
        first: u32,
        members: &Members<T, N>,
    ) -> Vec<Option<T::Output>> {
        self.take_each(first, N, |position| members.take(&Cx::after_run(), position, false))
    }

    /// As [`take_all`](Self::take_all), where the number of members depends on sizes.
    pub(crate) fn take_all_sized<T: Task<Output: Sized>>(
        &self,
        first: u32,
        members: &SizedMembers<T>,
    ) -> Vec<Option<T::Output>> {
        let members = members.part();
        self.take_each(first, members.len(), |position| members.take(&Cx::after_run(), position, false))
    }

    /// Rule 7 allows `take` for the position of a member that has finished.
    fn take_each<O>(&self, first: u32, len: usize, take: impl Fn(usize) -> O) -> Vec<Option<O>> {
        (0..len).map(|position| self.remove(first + position as u32).then(|| take(position))).collect()
    }
}
