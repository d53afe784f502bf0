//! Inputs of a graph that a task takes by value.

use core::cell::UnsafeCell;
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, Ordering};

use super::cx::{Cx, Part};

/// An input of a graph that one task takes by value.
pub struct Input<T> {
    value: UnsafeCell<Option<T>>,
    /// Whether a step of that task clones it now.
    locked: AtomicBool,
}

// SAFETY: a graph's expansion makes an input an `Input` only where one place in one task uses it,
// so the accesses that could conflict are that task's and the final drop, which the executor orders.
// Steps of one task, which run at the same time, hold the lock.
unsafe impl<T: Send> Sync for Input<T> {}

impl<T> Input<T> {
    /// An input that has not been taken yet.
    #[inline]
    pub const fn new(value: T) -> Self {
        Input { value: UnsafeCell::new(Some(value)), locked: AtomicBool::new(false) }
    }

    /// Takes the input out. A task that runs in steps gets a copy in each of them, made by `clone`.
    ///
    /// # Panics
    ///
    /// Panics where it has been taken before, or has to be cloned and `clone` is none.
    #[inline]
    pub fn take(&self, cx: &Cx<'_>, clone: Option<fn(&T) -> T>) -> T {
        if !matches!(cx.part(), Part::Whole) {
            return self.clone(clone.expect("what is taken for each element is `Clone`"));
        }
        // SAFETY: one task uses this input (see `Sync` above), and it runs once (rule 1).
        unsafe { (*self.value.get()).take() }.expect("an input is taken once")
    }

    #[cold]
    fn clone(&self, clone: fn(&T) -> T) -> T {
        /// Gives the lock back, also where `clone` panics.
        struct Lock<'input>(&'input AtomicBool);
        impl Drop for Lock<'_> {
            fn drop(&mut self) {
                self.0.store(false, Ordering::Release);
            }
        }
        while self.locked.swap(true, Ordering::Acquire) {
            spin_loop();
        }
        let _lock = Lock(&self.locked);
        // SAFETY: only this task uses the input, and only the step that has the lock.
        let value = unsafe { &*self.value.get() };
        clone(value.as_ref().expect("a task that runs in steps takes nothing out"))
    }
}
