//! Outputs by the dependencies of a task's attribute.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::{Cx, Sink, Slots, Store, family};
use crate::slot::Task;
use crate::table::Node;

/// The outputs that a task's attribute binds to its parameters, and where its own one goes.
pub struct Bound<'cx, O> {
    cx: &'cx Cx<'cx>,
    slots: Slots<'cx>,
    nodes: &'static [Node],
    node: &'static Node,
    sink: Sink<'cx, O>,
}

impl<O> Clone for Bound<'_, O> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<O> Copy for Bound<'_, O> {}

impl<'cx, O> Bound<'cx, O> {
    /// What the attribute of `nodes[node]` binds, in a run that keeps its outputs in `slots`; its output goes into
    /// `sink`.
    #[inline(always)]
    pub(crate) fn new<S>(
        slots: &'cx S,
        cx: &'cx Cx<'_>,
        nodes: &'static [Node],
        node: usize,
        sink: Sink<'cx, O>,
    ) -> Self {
        Bound { cx, slots: Slots::of(slots), nodes, node: &nodes[node], sink }
    }

    /// Where the output of the task goes.
    #[inline(always)]
    pub fn sink(self) -> Sink<'cx, O> {
        self.sink
    }

    /// The row of the `k`-th dependency, and where its outputs are.
    #[inline]
    fn slot(&self, k: usize) -> (&'static Node, *const u8) {
        let dependency = &self.nodes[self.node.edges[k].to as usize];
        // SAFETY: the row holds the offset of the dependency's store in the graph's slots.
        (dependency, unsafe { self.slots.base.add(dependency.offset) })
    }

    /// The output of the `k`-th dependency, which is on `T`.
    #[inline]
    pub fn get<T: Task<Output: Held>>(&self, k: usize) -> &'cx T::Output {
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

    /// The output of the `k`-th dependency, which is on `T`, by value, of whatever kind. This leaves its slot empty.
    #[inline]
    pub(crate) fn take_all<T: Task<Output: Held>>(&self, k: usize) -> <T::Output as Held>::Owned {
        let (line, slot) = self.slot(k);
        // SAFETY: as in `get`; that the task is its only reader, the table says (rule 4).
        unsafe { T::Output::take(slot, line) }
    }

    /// What is to run.
    #[inline]
    pub(crate) fn cx(&self) -> &'cx Cx<'cx> {
        self.cx
    }

    /// As [`take`](Self::take), to be taken if it can be.
    #[inline]
    pub(crate) fn taking<T: Task>(self, k: usize) -> ToTake<'cx, T::Output> {
        let (line, slot) = self.slot(k);
        ToTake { slot, copy: line.copy, cx: PhantomData }
    }
}

/// An output that a task takes by value.
pub struct ToTake<'cx, O: ?Sized> {
    /// The store of the line, whose outputs make up an `O`, and on which the running task depends.
    slot: *const u8,
    copy: bool,
    cx: PhantomData<(&'cx (), *const O)>,
}

impl<O> ToTake<'_, O> {
    /// Takes it.
    #[inline]
    pub(crate) fn take(self) -> O {
        // SAFETY: as in `Bound::get`: a line whose output is `Sized` is no family, and has a `Store`.
        let store = unsafe { &*self.slot.cast::<Store<O>>() };
        store.take(&Cx::after_run(), self.copy)
    }
}

/// How the output of a line lies in its slot: one value, or those of a family's members.
pub trait Held: 'static {
    /// The output by value.
    type Owned: 'static;

    /// The output.
    ///
    /// # Safety
    ///
    /// `slot` points to the store of `line`, whose outputs make up a `Self`. The running task, which runs for `'cx`,
    /// depends on it.
    #[doc(hidden)]
    unsafe fn get<'cx>(slot: *const u8, line: &'static Node) -> &'cx Self;

    /// The output by value, which leaves the slot empty.
    ///
    /// # Safety
    ///
    /// As for [`get`](Self::get), and the running task is the only reader.
    #[doc(hidden)]
    unsafe fn take(slot: *const u8, line: &'static Node) -> Self::Owned;
}

impl<O: 'static> Held for O {
    type Owned = O;

    #[inline]
    unsafe fn get<'cx>(slot: *const u8, _: &'static Node) -> &'cx O {
        // SAFETY: the caller's promise. The reader is a dependent, so the output is there (rule 1), and stays until it
        // has finished (rules 4 and 5).
        unsafe {
            let store = &*slot.cast::<Store<O>>();
            debug_assert!(store.full.get(), "an output is read before it is there");
            (*store.value.get()).assume_init_ref()
        }
    }

    #[inline]
    unsafe fn take(slot: *const u8, _: &'static Node) -> O {
        // SAFETY: the caller's promise.
        unsafe { &*slot.cast::<Store<O>>() }.take(&Cx::after_run(), false)
    }
}

impl<O: 'static> Held for [O] {
    type Owned = Vec<O>;

    #[inline]
    unsafe fn get<'cx>(slot: *const u8, line: &'static Node) -> &'cx [O] {
        // SAFETY: the caller's promise.
        unsafe {
            let outputs = family::Outputs::<O>::at(slot, line.len());
            outputs.slice(0..outputs.len())
        }
    }

    unsafe fn take(slot: *const u8, line: &'static Node) -> Vec<O> {
        // SAFETY: the caller's promise.
        unsafe {
            let outputs = family::Outputs::<O>::at(slot, line.len());
            (0..outputs.len()).map(|position| outputs.take(position, false)).collect()
        }
    }
}
