//! The right to take the outputs of a graph.

use alloc::vec::Vec;

use crate::slot::{Members, SizedMembers, Slot, Task};

/// Proof of a successful run: the right to take the graph's outputs.
#[derive(Debug)]
pub struct Done(());

impl Done {
    /// After a run.
    pub(super) const fn new() -> Self {
        Done(())
    }

    /// Takes one of the graph's outputs.
    #[inline]
    pub fn take<T: Task<Output: Sized>>(&self, slot: &Slot<T>) -> T::Output {
        slot.take_output()
    }

    /// Takes the outputs of a family, one of the graph's.
    pub fn take_all<T: Task<Output: Sized>, const N: usize>(
        &self,
        members: &Members<T, N>,
    ) -> Vec<T::Output> {
        members.take_outputs()
    }

    /// Takes the outputs of a family whose number of members depends on sizes, one of the graph's.
    pub fn take_all_sized<T: Task<Output: Sized>>(&self, members: &SizedMembers<T>) -> Vec<T::Output> {
        members.take_outputs()
    }
}
