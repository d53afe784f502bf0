//! The outputs that the attribute of a task binds to its parameters.

use core::mem::{self, needs_drop};

use super::layout::Layout;
use super::stored_output::{OutputByValue, StoredOutput};
use super::{Cx, Sink, Slot, Slots, Written};
use crate::error::Outcome;
use crate::slot::Task;
use crate::table::Line;

/// The outputs that a task's attribute binds to its parameters, and the sink of its own output.
pub struct Bound<'cx, O> {
    cx: &'cx Cx<'cx>,
    slots: Slots<'cx>,
    nodes: &'static [Line<'static>],
    node: &'static Line<'static>,
    sink: Sink<'cx, O>,
}

/// The [`Bound`] of the task `T`.
pub type BoundOf<'cx, T> = Bound<'cx, <T as Task>::Output>;

impl<O> Clone for Bound<'_, O> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<O> Copy for Bound<'_, O> {}

impl<'cx, O> Bound<'cx, O> {
    /// The outputs that the attribute of `nodes[node]` binds, in a run with these `slots`. The output of the task goes
    /// into `sink`.
    #[inline(always)]
    pub(crate) fn new<S>(
        slots: &'cx S,
        cx: &'cx Cx<'_>,
        nodes: &'static [Line<'static>],
        node: usize,
        sink: Sink<'cx, O>,
    ) -> Self {
        Bound { cx, slots: Slots::of(slots), nodes, node: &nodes[node], sink }
    }

    /// The sink of the task's output.
    #[inline(always)]
    pub fn sink(self) -> Sink<'cx, O> {
        self.sink
    }

    /// The line of the `k`-th dependency, and its slot.
    #[inline]
    pub(super) fn slot(&self, k: usize) -> (&'static Line<'static>, *const u8) {
        let dependency = &self.nodes[self.node.edges[k].to as usize];
        // SAFETY: the row holds the offset of the dependency's store in the graph's slots.
        (dependency, unsafe { self.slots.base.add(dependency.offset) })
    }

    /// The output of the `k`-th dependency, which is on `T`.
    #[inline]
    pub fn get<T: Task<Output: StoredOutput>>(&self, k: usize) -> &'cx T::Output {
        let (line, slot) = self.slot(k);
        // SAFETY: the `k`-th dependency of this task is on `T`: the same attribute wrote both, the
        // list in `edges` and this read. So it is ready (rules 1 and 3), and `slot` is its store.
        unsafe { T::Output::get(slot, line) }
    }

    /// The output of the `k`-th dependency, which is on `T`, by value.
    #[inline]
    pub fn take<T: Task<Output: Sized>>(&self, k: usize) -> T::Output {
        self.taking::<T>(k).take()
    }

    /// The output of the `k`-th dependency, which is on `T`, by value, single or of a family. This empties its slot.
    #[inline]
    pub(crate) fn take_all<T: Task<Output: StoredOutput>>(
        &self,
        k: usize,
    ) -> <T::Output as StoredOutput>::Owned {
        let (line, slot) = self.slot(k);
        // SAFETY: as in `get`. The table says that the task is the last reader (rule 4).
        unsafe { T::Output::take(slot, line) }
    }

    /// The context of the call.
    #[inline]
    pub fn cx(&self) -> &'cx Cx<'cx> {
        self.cx
    }

    /// As [`take`](Self::take), for a conversion that may not compile.
    #[inline]
    pub(crate) fn taking<T: Task>(self, k: usize) -> OutputByValue<'cx, T::Output> {
        let (line, slot) = self.slot(k);
        OutputByValue::new(slot, line.copy)
    }
}

impl<O> Bound<'_, O> {
    /// Stores the output of the task.
    ///
    /// # Errors
    ///
    /// Never fails. The result is the result of a call.
    #[inline(always)]
    pub fn put(self, output: O) -> Outcome<Written> {
        // SAFETY: as in `Sink::put`.
        unsafe { self.sink().copy(&output) };
        if const { needs_drop::<O>() } {
            mem::forget(output);
        }
        Ok(Written(()))
    }

    /// Stores the output of the task, if there is one.
    ///
    /// # Errors
    ///
    /// Passes on the task's own error.
    #[inline(always)]
    pub fn put_outcome(self, outcome: Outcome<O>) -> Outcome<Written> {
        self.put(outcome?)
    }
}

impl<T: Task<Output: Sized>> Slot<T> {
    /// The outputs that the attribute of this slot's task binds. The output of the task goes into this slot.
    #[inline(always)]
    pub fn bound<'cx, G: Layout>(
        &'cx self,
        slots: &'cx G::Slots,
        cx: &'cx Cx<'_>,
        line: usize,
    ) -> Bound<'cx, T::Output> {
        Bound::new(slots, cx, G::LINES, line, self.0.sink())
    }
}
