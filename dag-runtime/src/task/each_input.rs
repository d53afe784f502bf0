//! Runs a task once for each element of an input.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::error::Outcome;
#[cfg(feature = "store")]
use crate::key::{Key, KeyWriter, TaskKey};
use crate::slot::{Cx, OwnedElements, Sink, TakesAgain, Task, Written, each_by_number};
use crate::task::{of_element, value_of_element};

/// What `each` runs over by reference, as a `for` loop does: what gives a slice.
#[diagnostic::on_unimplemented(
    message = "`each` cannot run over this input, which is `{Self}`",
    label = "it gives no slice",
    note = "elements of an input come from a `Vec`, an array or a `Box<[T]>`, by value or by reference, or from a slice"
)]
pub trait EachSlice<'s> {
    /// The type of the elements.
    type Element: 's;
    /// All elements.
    fn slice(self) -> &'s [Self::Element];
}

/// An input that `each` runs over: by reference, or by value, and then it owns the elements.
#[diagnostic::on_unimplemented(
    message = "`each` cannot run over this input, which is `{Self}`",
    label = "it gives no slice",
    note = "elements of an input come from a `Vec`, an array or a `Box<[T]>`, by value or by reference, or from a slice"
)]
pub trait EachInput {
    /// The input during a run.
    type Kept: KeptElements;
    /// The input, at the start of a run.
    fn keep(self) -> Self::Kept;
}

/// The elements of an input during a run.
pub trait KeptElements {
    /// An element.
    type Element<'k>
    where
        Self: 'k;
    /// How many there are.
    fn count(&self) -> usize;
    /// One of them, for the step that runs it.
    fn element(&self, cx: &Cx<'_>, k: usize) -> Self::Element<'_>;
}

impl<T> KeptElements for OwnedElements<T> {
    type Element<'k>
        = T
    where
        T: 'k;

    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn element(&self, cx: &Cx<'_>, k: usize) -> T {
        self.take(cx, k)
    }
}

impl<'s, T> KeptElements for &'s [T] {
    type Element<'k>
        = &'s T
    where
        's: 'k;

    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn element(&self, _: &Cx<'_>, k: usize) -> &'s T {
        &self[k]
    }
}

macro_rules! by_reference {
    ($([$($generics:tt)*] $from:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'s, $($generics)*> EachSlice<'s> for &'s $from {
            type Element = T;
            #[inline]
            fn slice(self) -> &'s [T] {
                self
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'s, $($generics)*> EachInput for &'s $from {
            type Kept = &'s [T];
            #[inline]
            fn keep(self) -> &'s [T] {
                self
            }
        }
    )*};
}

by_reference! {
    [T] [T];
    [T, const N: usize] [T; N];
    [T] Vec<T>;
    [T] Box<[T]>;
    [T] Arc<[T]>;
    [T] Rc<[T]>;
    [T] &'s [T];
}

macro_rules! by_value {
    ($([$($generics:tt)*] $from:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> EachInput for $from {
            type Kept = OwnedElements<T>;
            fn keep(self) -> OwnedElements<T> {
                OwnedElements::new(self)
            }
        }
    )*};
}

by_value! {
    [T] Vec<T>;
    [T, const N: usize] [T; N];
}

#[diagnostic::do_not_recommend]
impl<T> EachInput for Box<[T]> {
    type Kept = OwnedElements<T>;
    fn keep(self) -> OwnedElements<T> {
        OwnedElements::new(self.into_vec())
    }
}

/// An input that `each` runs over by reference, for the key of the task that runs over it.
#[cfg(feature = "store")]
pub trait SliceOfKey {
    /// The type of the elements.
    type Element;
    /// The elements.
    fn of_key<'k>(&'k self, _: &TaskKey<'k>) -> ElementsOfSlice<'k, Self::Element>;
}

/// The elements of an input, for the key of the task that runs over it.
#[cfg(feature = "store")]
#[derive(Debug)]
pub struct ElementsOfSlice<'k, T>(&'k [T]);

#[cfg(feature = "store")]
impl<T> SliceOfKey for &[T] {
    type Element = T;
    fn of_key<'k>(&'k self, _: &TaskKey<'k>) -> ElementsOfSlice<'k, T> {
        ElementsOfSlice(self)
    }
}

#[cfg(feature = "store")]
impl<T: Key> Key for ElementsOfSlice<'_, T> {
    fn key(&self, key: &mut KeyWriter) {
        self.0.key(key);
    }
}

#[cfg(feature = "store")]
impl<T: Key> ElementsOfSlice<'_, T> {
    /// Writes them as elements of a list.
    pub fn elements(&self, key: &mut TaskKey<'_>) {
        key.elements(self.0.iter());
    }
}

/// Writes the elements of an expression of inputs for a key.
#[cfg(feature = "store")]
pub fn elements_of_key<'s, S: EachSlice<'s, Element: Key>>(source: S, key: &mut TaskKey<'_>) {
    key.elements(source.slice().iter());
}

/// Runs task `C` once for each element of an expression of inputs: the part that `cx` says.
///
/// # Errors
///
/// As `each`, of an output.
#[inline]
pub fn each_input<'s, C: Task, S: EachSlice<'s>, R: 'static>(
    cx: &Cx<'_>,
    source: S,
    run: impl Fn(&'s S::Element, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>> {
    let elements = source.slice();
    each_by_number(cx, elements.len(), |k, sink| of_element::<C>(cx, k, || run(&elements[k], sink)))
}

/// Runs task `C` once for each element of an input that no other task uses: the part that `cx` says.
///
/// # Errors
///
/// As `each`, of an output.
#[inline]
pub fn each_kept<'k, C, K, R, const AGAIN: bool>(
    cx: &Cx<'_>,
    source: &'k K,
    run: impl Fn(K::Element<'k>, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>>
where
    C: Task + TakesAgain<AGAIN, (), K::Element<'k>>,
    K: KeptElements,
    R: 'static,
{
    each_by_number(cx, source.count(), |k, sink| {
        let element = source.element(cx, k);
        value_of_element::<C, (), _, AGAIN>(cx, k, element, |element| run(element, sink))
    })
}
