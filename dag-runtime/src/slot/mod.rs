//! The storage of outputs: most of the crate's `unsafe` code.
//!
//! A [`Slot`] holds the output of one task between the task that produces it and the tasks that read it. Slots take no
//! locks and count no references. The executor's order of tasks makes each access sound, and a [`Cx`] is its promise.
//! Every access relies on these rules, and every executor keeps them:
//!
//! 1. **A task runs once, after its dependencies.** An executor makes a `Cx` for a task only when
//!    all tasks that it depends on have finished successfully, and every effect of theirs is
//!    visible to the thread that runs it (*happens before*).
//!    A task with `retry` runs in several calls, one after the other. All but the last return an `Err`, write nothing, and
//!    take nothing: they clone.
//! 2. **A task writes only its own slot** ([`Slot::put`]), before any reader of it starts.
//! 3. **A task reads only slots of its dependencies**, direct or indirect. The edges that the executor sees and the
//!    reads that the expansion of a task makes come from the same list.
//! 4. **An output is moved by its last reader.** At compile time, or before a run with new sizes, the table rejects a graph
//!    in which an output that is not `Copy` is taken by value ([`Slot::take`]), unless all other tasks that read it are
//!    upstream of the one that takes it. So by rule 1, which holds for each task on a path, they have finished successfully, and
//!    all that they did is visible. A task that takes an output uses it once, no other task takes it, and it is no output of
//!    the graph. Arguments that use one output several times share a local that it was moved into. What else an executor
//!    does with a slot, as to send its output to another rank, counts as a reader and is over before the output is moved.
//! 5. **An output is released when no reader is left** ([`Slots::release`]): after its last reader has finished or has
//!    been skipped, by a thread that sees all effects of the readers. The task that takes it is one of them: if that has run,
//!    the slot is empty, and if it was skipped or not wanted, the output is still there.
//! 6. **A task runs in one call, or in steps** ([`Part`]): it is opened once, then each element is run in at most one
//!    step, and after all have run successfully it is closed once, each with the same [`EachCell`]. Opening happens
//!    before the steps that run elements, and these happen before closing. Steps run on no more threads than the cell
//!    says. Elements that run on another rank, in a cell there, belong to one step here, which gives them away and
//!    stores their outputs. A rank that opens the same task several times, in different cells, does so one after the
//!    other, and closes at most the last one.
//! 7. **A run may return outputs although it has failed** ([`Finished`]): those of tasks that have finished, if they are
//!    outputs of the graph, which no task moves (rule 4) and no executor releases. Each is taken at most once, after all
//!    tasks are done, by a thread that sees all their effects. What is released or not returned counts as not finished.
//! 8. **An input that tasks change in place has one user that changes it, or several that share it** ([`InPlace`]). If two
//!    tasks use it, and one of them exclusively, one is upstream of the other: the table rejects all other graphs, at compile
//!    time or before the run. So one has finished before the other starts, and its effects are visible there (rule 1). A call
//!    asks for the input once, and has its reference no longer than it runs: outputs are `'static`, and keep no part of it. A
//!    task that runs for each element shares it at most, and so do its steps. What an attempt or a task that failed has
//!    changed stays changed. A run in a task's call has inputs of its own, which borrow from the reference of that call.
//!
//! Each slot has a flag that says whether it holds a value that must be dropped. The flag follows the same rules as the
//! value, so it is a plain `Cell`. A value that is still in its slot when a run ends, for whatever reason, is dropped
//! with the slot. If no value of a type must be dropped, the flag is not used.

mod attempts;
mod bound;
mod cell;
#[cfg(feature = "store")]
mod code;
#[cfg(any(feature = "mpi", feature = "store"))]
#[cfg_attr(not(feature = "mpi"), allow(dead_code, reason = "ranks use more of it than stores"))]
mod codec;
mod cx;
mod each;
mod elements;
mod fallible;
mod family;
mod finished;
mod in_place;
mod input;
#[cfg(feature = "store")]
mod kept;
mod layout;
#[cfg(feature = "store")]
mod list_keys;
mod members;
#[cfg(feature = "store")]
mod path_output;
mod retry;
mod sink;
mod sized;
mod stored;
mod stored_output;
mod task;
mod when;

use core::cell::{Cell, UnsafeCell};
use core::marker::PhantomData;
use core::mem::{MaybeUninit, needs_drop};
use core::ptr;

use crate::error::Outcome;
use crate::table::{Place, Release};

pub(crate) use attempts::{CallObserver, ObservedCall};
pub use bound::{Bound, BoundOf};
pub(crate) use cell::EachCell;
#[cfg(feature = "store")]
pub(crate) use code::{argument_of, code_of};
#[cfg(feature = "store")]
pub use code::{key_of, used};
#[cfg(feature = "mpi")]
pub(crate) use codec::Landing;
#[cfg(any(feature = "mpi", feature = "store"))]
pub use codec::{Codec, NotPlain, NotSerde, PlainOf, SerdeOf, codec};
#[cfg(feature = "mpi")]
pub use codec::{CodecList, Codecs, Crosses, Crossing, Portable};
pub use cx::Cx;
pub(crate) use cx::{Elements, Part, Position};
#[cfg(feature = "store")]
pub(crate) use each::{ElementStep, in_steps};
pub(crate) use each::{
    each_borrowed, each_by_number, each_owned, release_of_list, release_of_list_member,
    release_of_optional_list, release_of_optional_list_member, step,
};
pub use elements::OwnedElements;
pub use fallible::{Fallible, IntoTaskError};
pub(crate) use family::{FamilyStore, release_of_member};
pub(crate) use finished::Finished;
pub use in_place::InPlace;
pub use input::Input;
#[cfg(feature = "store")]
pub use kept::KeptLine;
#[cfg(feature = "store")]
pub(crate) use kept::end_without_call;
pub use layout::Layout;
#[cfg(all(test, feature = "std", not(loom)))]
pub(crate) use layout::with_zeroed;
pub(crate) use layout::{is_trivial, with_slots};
#[cfg(feature = "store")]
pub use list_keys::{ElementKeys, ElementsOf, NotKeys};
pub use members::Members;
#[cfg(feature = "store")]
pub use path_output::{IsPath, NotPath, refuse_path};
pub use retry::TakesAgain;
pub(crate) use retry::{ForAttempts, again, element_again};
pub use sink::{CallOutcome, Sink, Written};
pub use sized::{SizedMembers, SizedPart};
pub(crate) use sized::{TooLarge, with_sized_slots};
pub use stored::{List, ListIn, Moved, NoList, StoredAs};
pub use stored_output::{OutputByValue, StoredOutput};
pub use task::{Once, Shareable, Task};
pub use when::{OptionalOutput, put};

/// One task's output: empty, or holding a value.
#[repr(transparent)]
pub struct Slot<T: Task<Output: Sized>>(Store<T::Output>);

/// The content of a slot, generic only over the type of the output: tasks with the same output type share its code,
/// which saves compile time.
#[repr(C)]
pub(crate) struct Store<O> {
    full: Flag,
    value: UnsafeCell<MaybeUninit<O>>,
}

/// Whether there is a value. Used only if [`Store::FLAGGED`], and not a valid `bool` otherwise.
#[repr(transparent)]
struct Flag(Cell<MaybeUninit<bool>>);

impl Flag {
    #[inline(always)]
    const fn clear() -> Self {
        Flag(Cell::new(MaybeUninit::new(false)))
    }

    #[inline]
    fn get(&self) -> bool {
        // SAFETY: where flags are used, slots begin as zeros, which are `false`.
        unsafe { self.0.get().assume_init() }
    }

    #[inline]
    fn set(&self, full: bool) {
        self.0.set(MaybeUninit::new(full));
    }

    #[inline]
    fn take(&self) -> bool {
        let full = self.get();
        self.set(false);
        full
    }
}

// SAFETY: under the rules of this module, all accesses to `full` and `value` that could conflict
// are ordered by the executor. Readers on several threads share `&Output` (`Sync`), and the last
// one, or the one that takes it, drops or owns a value that another thread made (`Send`):
// `Shareable` asks for both.
unsafe impl<T: Task<Output: Sized> + Shareable> Sync for Slot<T> {}

impl<T: Task<Output: Sized>> Slot<T> {
    /// Stores what the task returned.
    ///
    /// # Errors
    ///
    /// Passes on the task's own error.
    #[inline]
    pub fn put(&self, cx: &Cx<'_>, outcome: Outcome<T::Output>) -> Outcome<Written> {
        let _ = cx;
        Ok(self.0.sink().put(outcome?))
    }

    /// The output, borrowed for as long as the task runs.
    #[inline]
    pub fn get<'cx>(&'cx self, cx: &'cx Cx<'_>) -> &'cx T::Output {
        self.0.get(cx)
    }

    /// The output by value. This empties the slot unless `copy` says that the output is `Copy`.
    #[inline]
    pub fn take(&self, cx: &Cx<'_>, copy: bool) -> T::Output {
        self.0.take(cx, copy)
    }

    /// As [`take`](Self::take), for task `C`: a clone, if it has `retry` and this is not the last attempt.
    #[inline]
    pub fn take_for<C, const AGAIN: bool>(&self, cx: &Cx<'_>, copy: bool) -> T::Output
    where
        C: TakesAgain<AGAIN, T, T::Output>,
    {
        if const { AGAIN } && !cx.is_last_attempt() { C::again(self.get(cx)) } else { self.take(cx, copy) }
    }

    /// As [`take_for`](Self::take_for), for an expression that may be in a loop.
    #[inline]
    pub fn take_once<C, const AGAIN: bool>(&self, cx: &Cx<'_>, copy: bool, _: Once<T::Output>) -> T::Output
    where
        C: TakesAgain<AGAIN, T, T::Output>,
    {
        self.take_for::<C, AGAIN>(cx, copy)
    }

    /// The output, taken out after a run in which the task has finished. Rule 1 holds as for a task that depends on it.
    #[inline]
    pub(crate) fn take_output(&self) -> T::Output {
        self.0.take(&Cx::after_run(), false)
    }
}

impl<O> Store<O> {
    /// Whether the flag is used: without a drop, nothing reads it.
    const FLAGGED: bool = needs_drop::<O>() || cfg!(debug_assertions);

    /// An empty store for a local variable.
    #[inline(always)]
    fn sink(&self) -> Sink<'_, O> {
        Sink::new(&self.value, &self.full)
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
        if Self::FLAGGED && !copy {
            self.full.set(false);
        }
        // SAFETY: rule 1: the slot is filled. Where the output is `Copy`, this copies it. Else the
        // running task is its last reader (rule 4), and the flag says that it is gone.
        unsafe { (*self.value.get()).assume_init_read() }
    }

    /// Takes the output, if it is there, to drop it, as an alternative to [`clear`](Self::clear).
    ///
    /// # Safety
    ///
    /// The type needs a drop, and rule 5 allows to empty the slot now.
    unsafe fn take_left(&self) -> Option<O> {
        // SAFETY: the flag says that the value is there, and is cleared.
        self.full.take().then(|| unsafe { (*self.value.get()).assume_init_read() })
    }

    /// Drops the output, if it is there.
    #[inline]
    fn clear(&self) {
        if needs_drop::<O>() && self.full.take() {
            // SAFETY: the flag says that the value is there, and is cleared before the drop, so a
            // panic in it cannot lead to a second one. Nobody else uses the slot: `release` by
            // rule 5, `drop` by its exclusive reference.
            unsafe { (*self.value.get()).assume_init_drop() };
        }
    }
}

impl<O> Drop for Store<O> {
    #[inline]
    fn drop(&mut self) {
        self.clear();
    }
}

/// How to release an output of type `O`; `None` if it needs no drop.
pub(crate) const fn release_of<O>() -> Option<Release> {
    /// # Safety
    ///
    /// `slot` points to a `Store<O>`, and rule 5 of this module allows to empty it now.
    unsafe fn release<O>(slot: *const u8, _: Place<'_>) {
        // SAFETY: the caller's promise.
        unsafe { (*slot.cast::<Store<O>>()).clear() }
    }
    if needs_drop::<O>() { Some(release::<O>) } else { None }
}

/// All slots of a run, without their types.
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
    /// `place` is of the table of the graph whose slots these are, and rule 5 of this module allows
    /// to release its output now.
    #[inline]
    pub(crate) unsafe fn release(self, place: Place<'_>) {
        if let Some(release) = place.line.release {
            // SAFETY: `offset` is that of the store that `release` was made for: both stand in the
            // same row of the table. The rest is the caller's promise.
            unsafe { release(self.base.add(place.line.offset), place) };
        }
    }
}
