//! The outputs of a family, which are contiguous, so that some of them form a slice.
//!
//! Each member's output has a place and a flag of its own, which follow the rules of a slot. A slice consists of the
//! places of its members only, and is made from a raw pointer to the first: no reference to the whole exists while
//! other members may still be written. So a task that reads a slice and a task that writes another member access
//! different places. The members of a slice are all dependencies of the reader (rule 3), and nothing writes, takes or
//! drops them before it has finished (rules 1, 4 and 5).

use core::cell::{Cell, UnsafeCell};
use core::hint::assert_unchecked;
use core::mem::{MaybeUninit, needs_drop};
use core::ops::Range;
use core::ptr::NonNull;
use core::slice;

use super::{Flag, Sink, Store};
use crate::table::{Line, Place, Release};

/// The content of [`Members`](super::Members), generic only over the type of one output.
#[repr(C)]
pub(crate) struct FamilyStore<O, const N: usize> {
    pub(super) full: [Flag; N],
    pub(super) values: [UnsafeCell<MaybeUninit<O>>; N],
}

/// Where the outputs of a family are that lie in an allocation of the run. It is set before anything else uses it.
#[repr(transparent)]
pub(super) struct Header<O>(Cell<MaybeUninit<Outputs<O>>>);

/// The places of a family's outputs, with the number of members as a value.
#[repr(C)]
pub(super) struct Outputs<O> {
    full: *const Flag,
    /// Not null, so that the compiler compares no reference to an output with null.
    values: NonNull<UnsafeCell<MaybeUninit<O>>>,
    len: usize,
}

impl<O> Clone for Outputs<O> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<O> Copy for Outputs<O> {}

impl<O> Header<O> {
    #[inline(always)]
    pub(super) fn outputs(&self) -> Outputs<O> {
        let outputs = self.0.as_ptr().cast::<Outputs<O>>();
        // SAFETY: they were set. They are read field by field, since the compiler does not see in a copy of all bytes
        // which ones are not null.
        unsafe { Outputs { full: (*outputs).full, values: (*outputs).values, len: (*outputs).len } }
    }

    pub(super) fn set(&self, outputs: Outputs<O>) {
        self.0.set(MaybeUninit::new(outputs));
    }
}

impl<O> Drop for Header<O> {
    #[inline]
    fn drop(&mut self) {
        if needs_drop::<O>() {
            // SAFETY: the slots of a run are dropped before its allocation, and this reference is exclusive.
            unsafe { self.outputs().empty_all() };
        }
    }
}

impl<O, const N: usize> FamilyStore<O, N> {
    #[inline]
    pub(super) fn outputs(&self) -> Outputs<O> {
        Outputs { full: self.full.as_ptr(), values: NonNull::from(&self.values).cast(), len: N }
    }
}

impl<O> Outputs<O> {
    #[inline(always)]
    pub(super) fn new(full: *const Flag, values: NonNull<UnsafeCell<MaybeUninit<O>>>, len: usize) -> Self {
        Outputs { full, values, len }
    }

    /// The outputs of a line in its store at `slot`.
    ///
    /// # Safety
    ///
    /// The line is a family of outputs of type `O`, and `slot` is its store. The store, and what it points to, is there
    /// for as long as the result is used.
    #[inline]
    pub(super) unsafe fn of(slot: *const u8, line: &Line<'_>) -> Self {
        // SAFETY: the caller's promise. A line with the layout of a member has a `Header`, and any other family a
        // `FamilyStore` of as many members as it has: the row was written with both.
        unsafe {
            if line.member.is_some() {
                (*slot.cast::<Header<O>>()).outputs()
            } else {
                Self::at(slot, line.len())
            }
        }
    }

    /// The outputs in the `FamilyStore<O, N>` at `slot`.
    ///
    /// # Safety
    ///
    /// There is such a store, and `len` is its `N`.
    #[inline]
    unsafe fn at(slot: *const u8, len: usize) -> Self {
        let offset = len.next_multiple_of(align_of::<UnsafeCell<MaybeUninit<O>>>());
        // SAFETY: `repr(C)`: the flags come first, a byte each, and then the values where their
        // alignment allows.
        let values = unsafe { NonNull::new_unchecked(slot.add(offset).cast_mut()) }.cast();
        Outputs { full: slot.cast(), values, len }
    }

    /// The place of one member's output.
    ///
    /// # Safety
    ///
    /// The position is of a member.
    #[inline(always)]
    unsafe fn value(&self, position: usize) -> *mut MaybeUninit<O> {
        // SAFETY: the caller's promise.
        UnsafeCell::raw_get(unsafe { self.values.add(position) }.as_ptr())
    }

    /// The sink for the output of a member, which is the running task.
    ///
    /// # Safety
    ///
    /// The position is of a member, and its places are there for `'cx`.
    #[inline(always)]
    pub(super) unsafe fn sink<'cx>(&self, position: usize) -> Sink<'cx, O> {
        debug_assert!(position < self.len);
        // SAFETY: the caller's promise. Flags that are not used may not be there.
        unsafe {
            let full = if Store::<O>::FLAGGED { Some(&*self.full.add(position)) } else { None };
            Sink::of(self.values.add(position).as_ref(), full)
        }
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The outputs of some members.
    ///
    /// # Safety
    ///
    /// The positions are of members, all of which are dependencies of the running task, which runs
    /// for `'cx`.
    #[inline]
    pub(super) unsafe fn slice<'cx>(&self, positions: Range<usize>) -> &'cx [O] {
        debug_assert!(positions.start <= positions.end && positions.end <= self.len);
        if cfg!(debug_assertions) && !positions.is_empty() {
            // SAFETY: debug builds use all flags, and those of dependencies do not change now.
            let is_there = unsafe { (*self.full.add(positions.start)).get() };
            assert!(is_there, "an output is read before it is there");
        }
        // SAFETY: `UnsafeCell<MaybeUninit<O>>` has the layout of `O`; rule 1: all these members have
        // finished; rules 4 and 5: nobody empties their places before the running task has finished.
        unsafe { slice::from_raw_parts(self.values.add(positions.start).cast().as_ptr(), positions.len()) }
    }

    /// The output of one member.
    ///
    /// # Safety
    ///
    /// The position is of a member, which is a dependency of the running task, which runs for `'cx`.
    #[inline(always)]
    pub(super) unsafe fn get<'cx>(&self, position: usize) -> &'cx O {
        debug_assert!(position < self.len);
        // LLVM knows that `add` of a pointer that is not null is not null. It forgets this when it computes the part of the
        // address that is the same in a row before the row, and then a task compares its `Option`s of references with null.
        // It does not forget what is said of a `wrapping_add`, since it cannot derive it.
        let value = UnsafeCell::raw_get(self.values.as_ptr().wrapping_add(position));
        // SAFETY: the caller's promise, by rules 1, 4 and 5. The position is of a member, so its place is inside of the
        // values, and is not null.
        unsafe {
            debug_assert!((*self.full.add(position)).get(), "an output is read before it is there");
            assert_unchecked(position < self.len);
            assert_unchecked(!value.is_null());
            (*value).assume_init_ref()
        }
    }

    /// The output of one member by value, as by [`Members::take`].
    ///
    /// # Safety
    ///
    /// The position is of a member. The running task depends on it, and is its last reader unless
    /// the output is `Copy`, which `copy` says.
    #[inline]
    pub(super) unsafe fn take(&self, position: usize, copy: bool) -> O {
        // SAFETY: the caller's promise.
        unsafe {
            if Store::<O>::FLAGGED && !copy {
                (*self.full.add(position)).set(false);
            }
            (*self.value(position)).assume_init_read()
        }
    }

    /// Stores the output of one member.
    ///
    /// # Safety
    ///
    /// The position is of a member, rule 2 allows to store its output now, and none is there.
    #[cfg(any(feature = "mpi", feature = "store"))]
    pub(super) unsafe fn put(&self, position: usize, output: O) {
        // SAFETY: the caller's promise.
        unsafe {
            (*self.value(position)).write(output);
            if Store::<O>::FLAGGED {
                (*self.full.add(position)).set(true);
            }
        }
    }

    /// Whether the output of one member is there, by its flag, where one is used.
    ///
    /// # Safety
    ///
    /// The position is of a member, and nobody changes its flag now.
    #[cfg(any(feature = "mpi", feature = "store"))]
    pub(super) unsafe fn is_there(&self, position: usize) -> bool {
        // SAFETY: the caller's promise.
        !Store::<O>::FLAGGED || unsafe { (*self.full.add(position)).get() }
    }

    /// Takes the output of one member, if it is there, to drop it, as an alternative to [`empty`](Self::empty).
    ///
    /// # Safety
    ///
    /// As for [`empty`](Self::empty).
    pub(super) unsafe fn take_left(&self, position: usize) -> Option<O> {
        // SAFETY: the caller's promise. The flag says that the value is there, and is cleared.
        unsafe {
            let is_there = (*self.full.add(position)).take();
            is_there.then(|| (*self.value(position)).assume_init_read())
        }
    }

    /// Drops the output of one member, if it is there.
    ///
    /// # Safety
    ///
    /// The position is of a member, and rule 5 allows to empty its place now.
    #[inline]
    unsafe fn empty(&self, position: usize) {
        // SAFETY: the caller's promise. The flag says that the value is there, and is cleared before
        // the drop, so a panic in it cannot lead to a second one.
        unsafe {
            if (*self.full.add(position)).take() {
                (*self.value(position)).assume_init_drop();
            }
        }
    }
}

impl<O> Outputs<O> {
    /// Drops all outputs that are there, even if a drop panics.
    ///
    /// # Safety
    ///
    /// Nobody else uses the places now.
    pub(super) unsafe fn empty_all(self) {
        /// Drops all outputs from this position on, even if a drop panics.
        struct Rest<O>(Outputs<O>, usize);
        impl<O> Drop for Rest<O> {
            fn drop(&mut self) {
                let Rest(Outputs { full, values, len }, start) = *self;
                for position in start..len {
                    let rest = Rest(Outputs { full, values, len }, position + 1);
                    // SAFETY: the caller's promise.
                    unsafe { self.0.empty(position) };
                    core::mem::forget(rest);
                }
            }
        }
        drop(Rest(self, 0));
    }
}

impl<O, const N: usize> Drop for FamilyStore<O, N> {
    fn drop(&mut self) {
        if needs_drop::<O>() {
            // SAFETY: this reference to the store is exclusive.
            unsafe { self.outputs().empty_all() };
        }
    }
}

/// How to release an output of type `O` in a family; `None` if it needs no drop.
pub(crate) const fn release_of_member<O>() -> Option<Release> {
    /// # Safety
    ///
    /// `slot` is the store of the place's line, a family with outputs of type `O`, and rule 5 allows to empty the place
    /// now.
    unsafe fn release<O>(slot: *const u8, place: Place<'_>) {
        // SAFETY: the caller's promise.
        unsafe { Outputs::<O>::of(slot, place.line).empty(place.position as usize) }
    }
    if needs_drop::<O>() { Some(release::<O>) } else { None }
}
