//! Inputs of a graph that a task takes by value.
//!
//! One place in one task takes such an input, so it is moved there. Only if the task runs in steps, each of them takes
//! the input, and all but the last one get clones. A clone is user code and may wait for other threads: so none runs
//! under a lock, and no thread ever waits for one. Threads clone `Sync` values at the same time. If the value is not
//! `Sync`, the step that opens the task makes a copy for each thread.

use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicUsize, Ordering};

use super::cx::{Cx, Part};
use super::task::Task;
#[cfg(feature = "store")]
use crate::key::TaskKey;
use crate::probe::Shared;

/// An input of a graph that one task takes by value.
pub struct Input<T> {
    value: UnsafeCell<Option<T>>,
    /// What the steps of the task clone, if threads cannot share the value.
    copies: Copies<T>,
}

// SAFETY: a graph's expansion makes an input an `Input` only where one place in one task uses it, so the accesses that
// could conflict are that task's and the final drop, which the executor orders. Steps of one task, which run at the same
// time, share the value only where it is `Sync` (`Shared`); else each thread has a copy of its own. What moves to another
// thread, to be taken, cloned or dropped there, is `Send`.
unsafe impl<T: Send> Sync for Input<T> {}

impl<T> Input<T> {
    /// An input that has not been taken yet.
    #[inline]
    pub const fn new(value: T) -> Self {
        Input { value: UnsafeCell::new(Some(value)), copies: Copies::new() }
    }

    /// Takes the input. A task that runs in steps gets a clone in each of them but the last.
    ///
    /// # Panics
    ///
    /// Panics if it was taken before, or if it must be cloned and `clone` is `None`.
    #[inline]
    pub fn take(&self, cx: &Cx<'_>, clone: Option<fn(&T) -> T>, shared: Option<Shared<T>>) -> T {
        if let Part::Whole | Part::Close(_) = cx.part() {
            // SAFETY: one task uses this input (see `Sync` above). It runs once, in this call (rule 1), or this is its
            // last step: no other step runs at the same time or later (rule 6).
            return unsafe { (*self.value.get()).take() }.expect("an input is taken once");
        }
        self.clone(cx, clone.expect("what is taken for each element is `Clone`"), shared)
    }

    /// As [`take`](Self::take), for task `C`: a clone, if it has `retry` and this is not the last attempt.
    #[inline]
    pub fn take_for<C: Task>(&self, cx: &Cx<'_>, clone: Option<fn(&T) -> T>, shared: Option<Shared<T>>) -> T {
        // A task with `each` takes it once for all attempts of its elements.
        if const { C::RETRIES > 0 && !C::EACH } && !cx.is_last_attempt() {
            let clone = clone.expect("what is taken for each attempt is `Clone`");
            // SAFETY: one task uses this input (see `Sync` above). It makes one attempt after the other, and only the last
            // one takes the value.
            let value = unsafe { &*self.value.get() };
            return clone(value.as_ref().expect("the last attempt takes an input"));
        }
        self.take(cx, clone, shared)
    }

    /// The input, for the key of the task that takes it.
    ///
    /// # Panics
    ///
    /// Panics if it was taken.
    #[cfg(feature = "store")]
    pub fn of_key<'k>(&'k self, _: &TaskKey<'k>) -> &'k T {
        // SAFETY: one task uses this input (see `Sync` above). A key is written before the run, or before the task runs, so
        // nobody takes the value now.
        unsafe { &*self.value.get() }.as_ref().expect("a key is written before the task runs")
    }

    #[cold]
    fn clone(&self, cx: &Cx<'_>, clone: fn(&T) -> T, shared: Option<Shared<T>>) -> T {
        let opens = cx.opens();
        if shared.is_none() && opens.is_none() {
            // SAFETY: this step does not open the task, and is not its last one.
            return unsafe { self.copies.clone(clone) };
        }
        // SAFETY: nobody takes the value before the last step (rule 6). Other steps read it at the same time only if it
        // is `Sync` (`shared`). Otherwise only the steps that open the task read it, one after the other.
        let value = unsafe { &*self.value.get() }.as_ref().expect("the last step of a task takes its inputs");
        if let (None, Some(threads)) = (shared, opens) {
            // SAFETY: this step opens the task.
            unsafe { self.copies.fill(threads, || clone(value)) };
        }
        clone(value)
    }
}

/// Values to be cloned, one for each thread.
///
/// A thread may clone its value recursively: a clone that waits for other threads may run another step.
struct Copies<T>(UnsafeCell<Vec<OfThread<T>>>);

struct OfThread<T> {
    /// The thread that owns it, or 0.
    thread: AtomicUsize,
    value: T,
}

impl<T> Copies<T> {
    const fn new() -> Self {
        Copies(UnsafeCell::new(Vec::new()))
    }

    /// Makes a value for each of this many threads, if there are none yet.
    ///
    /// # Safety
    ///
    /// The caller opens the task of this input.
    unsafe fn fill(&self, threads: usize, make: impl Fn() -> T) {
        // SAFETY: the caller's promise, by rule 6: steps that open a task come one after the other. No step clones
        // before the first of them has filled this, and afterwards it is only read.
        if unsafe { &*self.0.get() }.is_empty() {
            let values =
                (0..threads).map(|_| OfThread { thread: AtomicUsize::new(0), value: make() }).collect();
            // SAFETY: as above.
            unsafe { *self.0.get() = values };
        }
    }

    /// A clone of the value of this thread.
    ///
    /// # Safety
    ///
    /// The caller is a step of the task of this input, and does not open it.
    unsafe fn clone(&self, clone: fn(&T) -> T) -> T {
        // SAFETY: the caller's promise, by rule 6: these are filled, and nobody changes them.
        let values = unsafe { &*self.0.get() };
        let this = this_thread();
        // Owned values are never given back, so no free one precedes the thread's own.
        let mine = values.iter().find(|copy| {
            let claim = || copy.thread.compare_exchange(0, this, Ordering::Relaxed, Ordering::Relaxed);
            copy.thread.load(Ordering::Relaxed) == this || claim().is_ok()
        });
        clone(&mine.expect("no more threads run a task's steps than the executor has said").value)
    }
}

/// A number for the calling thread, which is unique and not 0.
#[cfg(feature = "std")]
fn this_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    std::thread_local! {
        static THIS: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    THIS.with(|&this| this)
}

/// Without `std`, the steps of a task run on one thread.
#[cfg(not(feature = "std"))]
fn this_thread() -> usize {
    1
}
