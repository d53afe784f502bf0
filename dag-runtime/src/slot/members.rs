//! The slot of a family, by the type of its task.

use alloc::vec::Vec;
use core::ops::Range;

use super::family::FamilyStore;
use super::layout::Layout;
use super::retry::TakesAgain;
use super::task::{Once, Shareable, Task};
use super::{Bound, Cx, Sink, Store, Written};
use crate::error::Outcome;

/// The outputs of a family of `N` members, each an instance of task `T`.
#[repr(transparent)]
pub struct Members<T: Task<Output: Sized>, const N: usize>(FamilyStore<T::Output, N>);

// SAFETY: as for `Slot`: all accesses to one member's flag and value that could conflict are ordered
// by the executor, and those to different members touch different places.
unsafe impl<T: Task<Output: Sized> + Shareable, const N: usize> Sync for Members<T, N> {}

impl<T: Task<Output: Sized>, const N: usize> Members<T, N> {
    /// As for a single task.
    const FLAGGED: bool = Store::<T::Output>::FLAGGED;

    /// The sink for the output of a member, which is the running task.
    #[inline(always)]
    pub(super) fn sink(&self, position: usize) -> Sink<'_, T::Output> {
        Sink::new(&self.0.values[position], &self.0.full[position])
    }

    /// The outputs that the attribute of a member binds. The output of the member goes into its place in this slot.
    #[inline(always)]
    pub fn bound<'cx, G: Layout>(
        &'cx self,
        slots: &'cx G::Slots,
        cx: &'cx Cx<'_>,
        line: usize,
        position: usize,
    ) -> Bound<'cx, T::Output> {
        Bound::new(slots, cx, G::LINES, line, self.sink(position))
    }

    /// Stores what a member returned.
    ///
    /// # Errors
    ///
    /// Passes on the task's own error.
    #[inline]
    pub fn put(&self, _: &Cx<'_>, position: usize, outcome: Outcome<T::Output>) -> Outcome<Written> {
        Ok(self.sink(position).put(outcome?))
    }

    /// The output of one member, borrowed for as long as the task runs.
    #[inline]
    pub fn get<'cx>(&'cx self, _: &'cx Cx<'_>, position: usize) -> &'cx T::Output {
        assert!(position < N, "a member is read that is proven to be one");
        // SAFETY: the position is of a member; the rest is as in `Store::get`.
        unsafe { self.0.outputs().get(position) }
    }

    /// The output of one member by value. This empties its place unless `copy` says that the output is `Copy`.
    #[inline]
    pub fn take(&self, _: &Cx<'_>, position: usize, copy: bool) -> T::Output {
        debug_assert!(self.0.full[position].get(), "an output is taken before it is there");
        if Self::FLAGGED && !copy {
            self.0.full[position].set(false);
        }
        // SAFETY: as in `Store::take`.
        unsafe { (*self.0.values[position].get()).assume_init_read() }
    }

    /// As [`take`](Self::take), for an expression of task `C` that may be in a loop: a clone, if the task has `retry` and this
    /// is not the last attempt.
    #[inline]
    pub fn take_once<C, const AGAIN: bool>(
        &self,
        cx: &Cx<'_>,
        position: usize,
        copy: bool,
        _: Once<T::Output>,
    ) -> T::Output
    where
        C: TakesAgain<AGAIN, T, T::Output>,
    {
        if const { AGAIN } && !cx.is_last_attempt() {
            C::again(self.get(cx, position))
        } else {
            self.take(cx, position, copy)
        }
    }

    /// The outputs of some members, borrowed for as long as the task runs.
    #[inline]
    pub fn slice<'cx>(&'cx self, cx: &'cx Cx<'_>, positions: Range<usize>) -> &'cx [T::Output] {
        let _ = cx;
        // SAFETY: all members in the range are dependencies of the running task: its edges come from
        // the same range.
        unsafe { self.0.outputs().slice(positions) }
    }

    /// The outputs of all members, borrowed for as long as the task runs.
    #[inline]
    pub fn all<'cx>(&'cx self, cx: &'cx Cx<'_>) -> &'cx [T::Output] {
        self.slice(cx, 0..N)
    }

    /// The outputs of all members by value.
    pub fn take_all(&self, cx: &Cx<'_>) -> Vec<T::Output> {
        (0..N).map(|position| self.take(cx, position, false)).collect()
    }

    /// The outputs of all members, taken out after a successful run.
    pub(crate) fn take_outputs(&self) -> Vec<T::Output> {
        self.take_all(&Cx::after_run())
    }
}
