//! Inputs that tasks change in place.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;
#[cfg(debug_assertions)]
use core::sync::atomic::{AtomicIsize, Ordering};

use super::cx::Cx;
#[cfg(feature = "store")]
use crate::key::TaskKey;

/// An input, `&'a mut T`, that tasks of a graph use in place, one after the other. `SHARED` says whether any of them shares it.
#[expect(explicit_outlives_requirements, reason = "it says what `dyn Trait` leaves out: `'a`")]
pub struct InPlace<'a, T: ?Sized + 'a, const SHARED: bool> {
    value: NonNull<T>,
    holders: Holders,
    /// What a model of runs watches the accesses of.
    #[cfg(all(test, loom))]
    watched: loom::cell::UnsafeCell<()>,
    input: PhantomData<&'a mut T>,
}

/// What tasks change in place on an executor with several threads, if none of them shares it.
#[diagnostic::on_unimplemented(
    message = "tasks on several threads cannot change the input `&mut {Self}`",
    label = "runs tasks on several threads",
    note = "on this executor, what tasks change in place must be `Send`; `Serial` runs any graph"
)]
pub trait Changeable {}

#[diagnostic::do_not_recommend]
impl<T: Send + ?Sized> Changeable for T {}

/// What tasks change in place on an executor with several threads, if others share it.
#[diagnostic::on_unimplemented(
    message = "tasks on several threads cannot share the input `&mut {Self}`",
    label = "runs tasks on several threads",
    note = "on this executor, what some tasks change in place and others share must be `Send + Sync`; `Serial` runs any graph"
)]
pub trait ChangeableAndShared {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + ?Sized> ChangeableAndShared for T {}

// SAFETY: by rule 8, no two accesses that could conflict are made at the same time. A task on another thread gets `&mut T`,
// for which `T` is `Send`.
unsafe impl<T: Changeable + ?Sized> Sync for InPlace<'_, T, false> {}

// SAFETY: as above. Several tasks may have `&T` at the same time, for which `T` is `Sync`.
unsafe impl<T: ChangeableAndShared + ?Sized> Sync for InPlace<'_, T, true> {}

impl<'a, T: ?Sized, const SHARED: bool> InPlace<'a, T, SHARED> {
    /// An input that nobody uses yet.
    #[inline]
    pub fn new(value: &'a mut T) -> Self {
        InPlace {
            value: NonNull::from(value),
            holders: Holders::new(),
            #[cfg(all(test, loom))]
            watched: loom::cell::UnsafeCell::new(()),
            input: PhantomData,
        }
    }

    /// The input for a call that changes it. The guard is held as long as the reference is used.
    #[inline]
    #[expect(clippy::mut_from_ref, reason = "a `Cx` is the right to use it: see rule 8")]
    pub fn exclusive<'cx>(&'cx self, _: &'cx Cx<'_>) -> (Held<'cx>, &'cx mut T) {
        let held = self.holders.exclusive();
        // SAFETY: the pointer is that of the `&'a mut T` that this was made from, which nobody else uses meanwhile. Rule 8:
        // no other task uses the input before the running one has finished, and its call asks for it once.
        (held, unsafe { &mut *self.value.as_ptr() })
    }
}

impl<T: ?Sized> InPlace<'_, T, true> {
    /// The input for a call that shares it. The guard is held as long as the reference is used.
    #[inline]
    pub fn shared<'cx>(&'cx self, _: &'cx Cx<'_>) -> (Held<'cx>, &'cx T) {
        let held = self.holders.shared();
        // SAFETY: as in `exclusive`. Rule 8: tasks that use the input before the running one has finished share it, too.
        (held, unsafe { self.value.as_ref() })
    }
}

#[cfg(feature = "store")]
impl<T: ?Sized> InPlace<'_, T, true> {
    /// The input, for the key of a task that shares it. No task has changed it yet.
    pub fn of_key<'k>(&'k self, _: &TaskKey<'k>) -> &'k T {
        let _held = self.holders.shared();
        // SAFETY: a key is written before the run, when no task uses the input, or before the task itself runs, which is as
        // in `shared`.
        unsafe { self.value.as_ref() }
    }
}

impl<T: ?Sized, const SHARED: bool> InPlace<'_, T, SHARED> {
    /// The input for a call that changes it if `exclusive`, does not change it if `shared` alone, and else does not use it.
    #[inline]
    pub fn access<'cx>(
        &'cx self,
        cx: &'cx Cx<'_>,
        exclusive: bool,
        shared: bool,
    ) -> (Held<'cx>, Access<'cx, T>) {
        if exclusive {
            let (held, value) = self.exclusive(cx);
            return (held, Access(Right::Exclusive(value)));
        }
        if !shared {
            return (Held::nothing(), Access(Right::None));
        }
        let held = self.holders.shared();
        // SAFETY: as in `InPlace::shared`. Without `SHARED` no use is a shared one, and this does not run on another thread
        // at the same time.
        (held, Access(Right::Shared(unsafe { self.value.as_ref() })))
    }
}

#[cfg(all(test, loom))]
impl InPlace<'_, u64, true> {
    /// A use by a task of a model.
    pub(crate) fn model_use(&self, is_exclusive: bool) {
        let cx = Cx::after_run();
        if is_exclusive {
            self.watched.with_mut(|_| ());
            *self.exclusive(&cx).1 += 1;
        } else {
            self.watched.with(|_| ());
            core::hint::black_box(*self.shared(&cx).1);
        }
    }
}

impl<T: ?Sized, const SHARED: bool> fmt::Debug for InPlace<'_, T, SHARED> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InPlace").finish_non_exhaustive()
    }
}

/// How a call may use an input: conditions on indices decide.
#[derive(Debug)]
pub struct Access<'cx, T: ?Sized>(Right<'cx, T>);

#[derive(Debug)]
enum Right<'cx, T: ?Sized> {
    None,
    Shared(&'cx T),
    Exclusive(&'cx mut T),
}

impl<T: ?Sized> Access<'_, T> {
    /// The input, shared.
    ///
    /// # Panics
    ///
    /// Panics if the call has no right to use it: the conditions of its uses do not hold.
    #[inline]
    pub fn shared(&self) -> &T {
        match &self.0 {
            Right::Shared(value) => value,
            Right::Exclusive(value) => value,
            Right::None => no_right(),
        }
    }

    /// The input, to be changed.
    ///
    /// # Panics
    ///
    /// As [`shared`](Self::shared), or if the call only shares it.
    #[inline]
    pub fn exclusive(&mut self) -> &mut T {
        match &mut self.0 {
            Right::Exclusive(value) => value,
            Right::Shared(_) | Right::None => no_right(),
        }
    }
}

#[cold]
fn no_right() -> ! {
    panic!("an input is used outside of the branch whose condition makes it a use")
}

/// Who uses an input at the moment. Only debug builds know.
// Its accesses order nothing else: an executor that breaks rule 8 is to be found by what looks for data races, too.
struct Holders {
    /// How many calls share it, or -1 if one changes it.
    #[cfg(debug_assertions)]
    count: AtomicIsize,
}

impl Holders {
    const fn new() -> Self {
        Holders {
            #[cfg(debug_assertions)]
            count: AtomicIsize::new(0),
        }
    }

    #[inline]
    fn exclusive(&self) -> Held<'_> {
        #[cfg(debug_assertions)]
        {
            let before = self.count.swap(-1, Ordering::Relaxed);
            assert!(before == 0, "a task changes an input that another task uses");
            Held { count: Some(&self.count), shares: false }
        }
        #[cfg(not(debug_assertions))]
        Held::nothing()
    }

    #[inline]
    fn shared(&self) -> Held<'_> {
        #[cfg(debug_assertions)]
        {
            let before = self.count.fetch_add(1, Ordering::Relaxed);
            assert!(before >= 0, "a task shares an input that another task changes");
            Held { count: Some(&self.count), shares: true }
        }
        #[cfg(not(debug_assertions))]
        Held::nothing()
    }
}

/// The use of an input by a call, until this is dropped.
#[derive(Debug)]
pub struct Held<'cx> {
    #[cfg(debug_assertions)]
    count: Option<&'cx AtomicIsize>,
    #[cfg(debug_assertions)]
    shares: bool,
    #[cfg(not(debug_assertions))]
    input: PhantomData<&'cx ()>,
}

impl Held<'_> {
    /// No use.
    #[inline]
    const fn nothing() -> Self {
        Held {
            #[cfg(debug_assertions)]
            count: None,
            #[cfg(debug_assertions)]
            shares: false,
            #[cfg(not(debug_assertions))]
            input: PhantomData,
        }
    }
}

#[cfg(debug_assertions)]
impl Drop for Held<'_> {
    fn drop(&mut self) {
        let Some(count) = self.count else { return };
        if self.shares {
            count.fetch_sub(1, Ordering::Relaxed);
        } else {
            count.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, feature = "std", not(loom)))]
mod tests {
    use alloc::vec::Vec;
    use std::thread;

    use super::*;

    #[test]
    fn calls_use_an_input_one_after_the_other() {
        let mut numbers = Vec::from([1, 2]);
        let input = InPlace::<_, true>::new(&mut numbers);
        let cx = Cx::after_run();
        for round in 0..3 {
            {
                let (_held, numbers) = input.exclusive(&cx);
                let (first, rest) = numbers.split_at_mut(1);
                rest.iter_mut().for_each(|number| *number += first[0]);
                numbers.push(round);
            }
            // Several threads share it; what they see is what was left.
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        let cx = Cx::after_run();
                        let (_held, numbers) = input.shared(&cx);
                        assert_eq!(numbers.len(), 3 + round);
                    });
                }
            });
        }
        assert_eq!(numbers, [1, 5, 2, 2, 2]);
    }

    #[test]
    fn conditions_give_a_right_or_none() {
        let mut word = *b"ab";
        let input = InPlace::<[u8], true>::new(&mut word);
        let cx = Cx::after_run();
        let (held, mut access) = input.access(&cx, true, false);
        access.exclusive()[0] += 1;
        assert_eq!(access.shared(), b"bb");
        drop(held);
        let (_held, access) = input.access(&cx, false, true);
        assert_eq!(access.shared(), b"bb");
        let (_nothing, mut access) = input.access(&cx, false, false);
        assert!(crate::unwind::catch(|| access.exclusive()[0]).is_err());
    }

    #[test]
    #[cfg(debug_assertions)]
    fn uses_at_the_same_time_are_found() {
        let mut number = 1;
        let input = InPlace::<_, true>::new(&mut number);
        let cx = Cx::after_run();
        let shared = input.shared(&cx).0;
        assert!(crate::unwind::catch(|| drop(input.exclusive(&cx).0)).is_err());
        drop(shared);
        let input = InPlace::<_, true>::new(&mut number);
        let exclusive = input.exclusive(&cx).0;
        assert!(crate::unwind::catch(|| drop(input.shared(&cx).0)).is_err());
        drop(exclusive);
    }
}
