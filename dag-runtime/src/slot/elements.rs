//! Elements of an input that a task takes one by one.

use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::mem;

use super::Cx;
#[cfg(feature = "store")]
use crate::key::{Key, KeyWriter, TaskKey};
use crate::unwind::drop_all;

/// The elements of an input of a graph, each of which one task takes, once.
pub struct OwnedElements<T>(Vec<UnsafeCell<Option<T>>>);

// SAFETY: a graph's expansion makes an input `OwnedElements` only where one task uses it, which runs once for each element.
// Each element is taken in one step (rule 6), so that no two threads use the same place. What moves to another thread, to be
// taken or dropped there, is `Send`.
unsafe impl<T: Send> Sync for OwnedElements<T> {}

impl<T> OwnedElements<T> {
    /// These elements.
    pub fn new(elements: impl IntoIterator<Item = T>) -> Self {
        OwnedElements(elements.into_iter().map(|element| UnsafeCell::new(Some(element))).collect())
    }

    /// How many there are, taken or not.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The elements, for the key of the task that takes them.
    #[cfg(feature = "store")]
    pub fn of_key<'k>(&'k self, _: &TaskKey<'k>) -> ElementsOfKey<'k, T> {
        ElementsOfKey(self)
    }

    /// Takes an element.
    ///
    /// # Panics
    ///
    /// Panics if it was taken before.
    #[inline]
    pub(crate) fn take(&self, _: &Cx<'_>, k: usize) -> T {
        // SAFETY: one task uses these elements (see `Sync` above), and the running step of it runs this one (rule 6): nobody
        // else uses its place.
        unsafe { &mut *self.0[k].get() }.take().expect("an element is taken once")
    }
}

/// Each element separately: a `Vec` would abort at the second panic.
impl<T> Drop for OwnedElements<T> {
    fn drop(&mut self) {
        if mem::needs_drop::<T>() {
            drop_all(mem::take(&mut self.0));
        }
    }
}

/// The elements of an input, for the key of the task that takes them.
#[cfg(feature = "store")]
pub struct ElementsOfKey<'k, T>(&'k OwnedElements<T>);

#[cfg(feature = "store")]
impl<T: Key> ElementsOfKey<'_, T> {
    fn iter(&self) -> impl Iterator<Item = &T> {
        // SAFETY: one task uses these elements (see `Sync` above). A key is written before the run, or before the task runs, so
        // nobody takes an element now.
        let element = |place: &UnsafeCell<Option<T>>| unsafe { &*place.get() }.as_ref();
        self.0.0.iter().map(move |place| element(place).expect("a key is written before the task runs"))
    }

    /// Writes them as elements of a list.
    pub fn elements(&self, key: &mut TaskKey<'_>) {
        key.elements(self.iter());
    }
}

/// As a slice of them.
#[cfg(feature = "store")]
impl<T: Key> Key for ElementsOfKey<'_, T> {
    fn key(&self, key: &mut KeyWriter) {
        self.0.len().key(key);
        self.iter().for_each(|element| element.key(key));
    }
}
