//! Where outputs live: the crate's only `unsafe` code.
//!
//! A [`Slot`] holds one task's output between the task that produces it and the tasks that read
//! it. Slots take no lock and count no references: the executor's order of tasks is what makes each
//! access sound, and a [`Cx`] is its word for it. These are the rules that every access relies on
//! and every executor keeps:
//!
//! 1. **A task runs once, after its dependencies.** An executor makes a `Cx` for a task only when
//!    all tasks that it depends on have finished successfully, and every effect of theirs is
//!    visible to the thread that runs it (*happens before*).
//! 2. **A task writes its own slot only** ([`Slot::put`]), before any reader of it starts.
//! 3. **A task reads slots of its dependencies only**, direct or indirect. The edges that the
//!    executor sees and the reads that a task's expansion makes come from the same list.
//! 4. **A moved output has one reader.** The table refuses, at compile time, a graph in which an
//!    output that is not `Copy` is taken by value ([`Slot::take`]) while another task or the
//!    graph's outputs need it.
//! 5. **An output is released once no reader is left** ([`release`]): after its last reader has
//!    finished or has been skipped, by a thread that sees all that they did.
//!
//! A slot knows by a flag of its own whether it holds a value. The flag follows the same rules as
//! the value, so it is a plain `Cell`; what is still held when a run ends, for whatever reason, is
//! dropped with the slot.

use alloc::boxed::Box;
use core::cell::{Cell, UnsafeCell};
use core::marker::PhantomData;
use core::mem::{MaybeUninit, needs_drop, size_of};
use core::ptr;

use crate::table::Node;
use crate::task::{Outcome, Shareable, Task};

/// Slots above this size, in bytes, are kept on the heap instead of on the caller's stack.
const MAX_ON_STACK: usize = 64 * 1024;

/// The right of one running task to use the slots of its graph: see the rules of this module.
#[derive(Debug)]
pub struct Cx<'run> {
    run: PhantomData<&'run ()>,
}

impl Cx<'_> {
    /// States that a task may run now.
    ///
    /// # Safety
    ///
    /// The caller keeps the rules 1 and 5 of this module for the task that it hands this to.
    pub(crate) unsafe fn new() -> Self {
        Cx { run: PhantomData }
    }
}

/// One task's output: empty, or holding a value.
#[repr(transparent)]
pub struct Slot<T: Task>(Store<T::Output>);

/// What a slot is of, by the type of the output alone: tasks of one output type share its code, and
/// the compiler's work on it.
#[repr(C)]
pub(crate) struct Store<O> {
    full: Cell<bool>,
    value: UnsafeCell<MaybeUninit<O>>,
}

// SAFETY: under the rules of this module, all accesses to `full` and `value` that could conflict
// are ordered by the executor. Readers on several threads share `&Output` (`Sync`), and the last
// one, or the one that takes it, drops or owns a value that another thread made (`Send`):
// `Shareable` asks for both.
unsafe impl<T: Task + Shareable> Sync for Slot<T> {}

impl<T: Task> Slot<T> {
    /// Stores what the task returned.
    ///
    /// # Errors
    ///
    /// Passes on the task's own error.
    #[inline]
    pub fn put(&self, cx: &Cx<'_>, outcome: Outcome<T::Output>) -> Outcome<()> {
        self.0.put(cx, outcome)
    }

    /// The output, borrowed for as long as the task runs.
    #[inline]
    pub fn get<'cx>(&'cx self, cx: &'cx Cx<'_>) -> &'cx T::Output {
        self.0.get(cx)
    }

    /// The output by value. Leaves the slot empty unless the output is `Copy`, which `copy` says.
    #[inline]
    pub fn take(&self, cx: &Cx<'_>, copy: bool) -> T::Output {
        self.0.take(cx, copy)
    }

    /// The output, taken out after a successful run. Rule 1 holds as for a task that depends on this one.
    #[inline]
    pub(crate) fn take_output(&self) -> T::Output {
        self.0.take(&Cx { run: PhantomData }, false)
    }
}

impl<O> Store<O> {
    #[inline]
    fn put(&self, _: &Cx<'_>, outcome: Outcome<O>) -> Outcome<()> {
        let output = outcome?;
        // SAFETY: rules 1 and 2: the running task alone uses this slot now, and does so once, so
        // no value is overwritten.
        unsafe { (*self.value.get()).write(output) };
        self.full.set(true);
        Ok(())
    }

    #[inline]
    fn get<'cx>(&'cx self, _: &'cx Cx<'_>) -> &'cx O {
        debug_assert!(self.full.get(), "an output is read before it is there");
        // SAFETY: rule 1: the task that fills this slot has finished; rules 4 and 5: nobody empties
        // it before the running task, which is a reader, has finished.
        unsafe { (*self.value.get()).assume_init_ref() }
    }

    #[inline]
    fn take(&self, _: &Cx<'_>, copy: bool) -> O {
        debug_assert!(self.full.get(), "an output is taken before it is there");
        if !copy {
            self.full.set(false);
        }
        // SAFETY: rule 1: the slot is filled. Where the output is `Copy`, this copies it. Else the
        // running task is its only reader (rule 4), and the flag says that it is gone.
        unsafe { (*self.value.get()).assume_init_read() }
    }

    /// Drops the output, if it is there.
    #[inline]
    fn empty(&self) {
        if needs_drop::<O>() && self.full.replace(false) {
            // SAFETY: the flag says that the value is there, and is cleared before the drop, so a
            // panic in it can not lead to a second one. Nobody else uses the slot: `release` by
            // rule 5, `drop` by its exclusive reference.
            unsafe { (*self.value.get()).assume_init_drop() };
        }
    }
}

impl<O> Drop for Store<O> {
    #[inline]
    fn drop(&mut self) {
        self.empty();
    }
}

/// Drops the output in the slot at `slot`.
///
/// # Safety
///
/// `slot` points to the `Store<O>` that this was made for, and rule 5 of this module allows to empty it now.
pub(crate) type Release = unsafe fn(slot: *const u8);

/// How to release an output of type `O`; none where dropping it does nothing.
pub(crate) const fn release_of<O>() -> Option<Release> {
    /// # Safety
    ///
    /// `slot` points to a `Store<O>`, and rule 5 of this module allows to empty it now.
    unsafe fn release<O>(slot: *const u8) {
        // SAFETY: the caller's promise.
        unsafe { (*slot.cast::<Store<O>>()).empty() }
    }
    if needs_drop::<O>() { Some(release::<O>) } else { None }
}

/// All slots of a run, without their type.
#[derive(Clone, Copy)]
pub struct Slots<'run> {
    base: *const u8,
    run: PhantomData<&'run ()>,
}

impl<'run> Slots<'run> {
    /// The slots of a graph: a struct `S` whose fields are `Slot`s, at the offsets in its table.
    #[inline]
    pub(crate) fn of<S>(slots: &'run S) -> Self {
        Slots { base: ptr::from_ref(slots).cast(), run: PhantomData }
    }

    /// Drops the output of a task, if it is there.
    ///
    /// # Safety
    ///
    /// `node` is of the table of the graph whose slots these are, and rule 5 of this module allows
    /// to release its output now.
    #[inline]
    pub(crate) unsafe fn release(self, node: &Node) {
        if let Some(release) = node.release {
            // SAFETY: `offset` is that of the `Store<O>` that `release` was made for: both stand in
            // the same row of the table. The rest is the caller's promise.
            unsafe { release(self.base.add(node.offset)) };
        }
    }
}

/// The outputs that a task's attribute binds to its parameters.
#[derive(Clone, Copy)]
pub struct Bound<'cx> {
    slots: Slots<'cx>,
    nodes: &'static [Node],
    node: &'static Node,
}

/// The outputs of a run, to be bound to the parameters of the task that runs now.
#[derive(Clone, Copy)]
pub struct Binder<'cx> {
    slots: Slots<'cx>,
    nodes: &'static [Node],
}

impl<'cx> Binder<'cx> {
    /// The outputs of `nodes`, in a run that keeps them in `slots`.
    #[inline]
    pub(crate) fn new<S>(slots: &'cx S, _: &'cx Cx<'_>, nodes: &'static [Node]) -> Self {
        Binder { slots: Slots::of(slots), nodes }
    }

    /// What the attribute of `nodes[node]` binds.
    #[inline]
    pub fn bind(self, node: usize) -> Bound<'cx> {
        Bound { slots: self.slots, nodes: self.nodes, node: &self.nodes[node] }
    }
}

impl<'cx> Bound<'cx> {
    /// The slot of the `k`-th dependency.
    #[inline]
    fn slot<T: Task>(&self, k: usize) -> &'cx Slot<T> {
        let dependency = &self.nodes[self.node.edges[k].to as usize];
        // SAFETY: the `k`-th dependency of this task is on `T`: the same attribute wrote both, the
        // list in `edges` and this read. Its row of the table holds the offset of its `Slot<T>`.
        unsafe { &*self.slots.base.add(dependency.offset).cast::<Slot<T>>() }
    }

    /// The output of the `k`-th dependency, which is on `T`.
    #[inline]
    pub fn get<T: Task>(&self, k: usize) -> &'cx T::Output {
        // A `Bound` is made from the running task's own `Cx` and lives no longer.
        self.slot::<T>(k).get(&Cx { run: PhantomData })
    }

    /// The output of the `k`-th dependency, which is on `T`, by value. Whether that is `Copy`, `copy` says.
    #[inline]
    pub fn take<T: Task>(&self, k: usize, copy: bool) -> T::Output {
        self.slot::<T>(k).take(&Cx { run: PhantomData }, copy)
    }
}

/// An input of a graph that one task takes by value.
pub struct Input<T> {
    value: UnsafeCell<Option<T>>,
}

// SAFETY: a graph's expansion makes an input an `Input` only where one place in one task uses it,
// so the accesses that could conflict are that task's and the final drop, which the executor orders.
unsafe impl<T: Send> Sync for Input<T> {}

impl<T> Input<T> {
    /// An input that has not been taken yet.
    #[inline]
    pub const fn new(value: T) -> Self {
        Input { value: UnsafeCell::new(Some(value)) }
    }

    /// Takes the input out.
    ///
    /// # Panics
    ///
    /// Panics where it has been taken before.
    #[inline]
    pub fn take(&self, _: &Cx<'_>) -> T {
        // SAFETY: one task uses this input (see `Sync` above), and it runs once (rule 1).
        unsafe { (*self.value.get()).take() }.expect("an input is taken once")
    }
}

/// Calls `run` with empty slots: a value of `S`, a struct whose fields are all `Slot`s.
#[inline]
pub(crate) fn with_slots<S, R>(run: impl FnOnce(&S) -> R) -> R {
    #[inline]
    fn on_stack<S, R>(run: impl FnOnce(&S) -> R) -> R {
        // SAFETY: all-zero bytes are an empty `Slot`: `full` is false and `value` needs no value.
        // `S` is a struct of `Slot`s: `Graph::Slots`, which is implemented by `dag!` alone.
        let slots = unsafe { MaybeUninit::<S>::zeroed().assume_init() };
        run(&slots)
    }
    #[inline(never)]
    fn on_heap<S, R>(run: impl FnOnce(&S) -> R) -> R {
        // SAFETY: as in `on_stack`.
        let slots = unsafe { Box::<S>::new_zeroed().assume_init() };
        run(&slots)
    }
    if size_of::<S>() <= MAX_ON_STACK { on_stack(run) } else { on_heap(run) }
}
