//! How a task runs once for each element of an output: what gives elements, how a parameter takes
//! one, and what to say where that does not fit. As in `offer`, a marker tells the ways apart.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Deref;

use crate::error::Outcome;
use crate::slot::{Bound, Cx, Sink, StoredOutput, Task, Written, each_borrowed, each_owned};
use crate::task::{BorrowAs, Dereferenced, DereferencedTwice, Poisoned, Same, TakeAs, Unknown, Unsized};

/// A task that can run once for each element of the output of task `P`, of type `H`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` runs once for each element of the output of `{P}`, but that is `{H}`, which gives no slice",
    label = "the output of `{P}` is `{H}`",
    note = "elements come from a `Vec`, an array, a `Box<[T]>`, a family, another task with `each`, or from what derefs to a slice"
)]
pub trait Over<P, H: ?Sized, How> {
    /// The type of the elements.
    type Element: 'static;
    /// All elements.
    fn elements(output: &H) -> &[Self::Element];
}

#[diagnostic::do_not_recommend]
impl<P, C, T: 'static> Over<P, [T], Same> for C {
    type Element = T;
    #[inline]
    fn elements(output: &[T]) -> &[T] {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, T: 'static, const N: usize> Over<P, [T; N], Unsized> for C {
    type Element = T;
    #[inline]
    fn elements(output: &[T; N]) -> &[T] {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, T: 'static, H: Deref<Target = [T]>> Over<P, H, Dereferenced> for C {
    type Element = T;
    #[inline]
    fn elements(output: &H) -> &[T] {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, T: 'static, H: Deref<Target: Deref<Target = [T]>>> Over<P, H, DereferencedTwice> for C {
    type Element = T;
    #[inline]
    fn elements(output: &H) -> &[T] {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C> Over<P, Unknown, Poisoned> for C {
    type Element = Unknown;
    fn elements(output: &Unknown) -> &[Unknown] {
        output.never()
    }
}

/// A task that can run once for each element of the output of task `P`, of type `H`, and take these by
/// value.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` runs once for each element of the output of `{P}` and takes it by value, but that output is `{H}`",
    label = "the output of `{P}` is `{H}`",
    note = "elements by value come from a `Vec`, an array, a `Box<[T]>`, a family, another task with `each`, or, where they are `Copy`, from an `Arc<[T]>`: else borrow them"
)]
pub trait OverValues<P, H: ?Sized + StoredOutput> {
    /// The type of the elements.
    type Element: 'static;
    /// All elements.
    fn elements(output: &H) -> &[Self::Element];
    /// All elements by value.
    fn into_elements(output: H::Owned) -> Vec<Self::Element>;
}

macro_rules! over_values {
    ($([$($generics:tt)*] $from:ty, $output:ident => $into:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<P, C, $($generics)*> OverValues<P, $from> for C {
            type Element = T;
            #[inline]
            fn elements(output: &$from) -> &[T] {
                output
            }
            #[inline]
            fn into_elements($output: <$from as StoredOutput>::Owned) -> Vec<T> {
                $into
            }
        }
    )*};
}

over_values! {
    [T: 'static] Vec<T>, output => output;
    [T: 'static] Box<[T]>, output => output.into_vec();
    [T: 'static] [T], output => output;
    [T: 'static, const N: usize] [T; N], output => Vec::from(output);
    [T: 'static + Copy] Arc<[T]>, output => output.to_vec();
    [T: 'static + Copy] Rc<[T]>, output => output.to_vec();
}

#[diagnostic::do_not_recommend]
impl<P, C> OverValues<P, Unknown> for C {
    type Element = Unknown;
    fn elements(output: &Unknown) -> &[Unknown] {
        output.never()
    }
    fn into_elements(output: Unknown) -> Vec<Unknown> {
        output.never()
    }
}

/// A task that can borrow an element of the output of task `P`, of type `E`, as a `&W`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` takes each element of the output of `{P}` as `&{W}`, but its elements are `{E}`",
    label = "the elements of the output of `{P}` are `{E}`",
    note = "`&{W}` borrows from `{W}`, or from a type that derefs to it"
)]
pub trait BorrowElementAs<P, W: ?Sized, E, How> {
    /// The element as it is asked for.
    fn borrow_as(element: &E) -> &W;
}

#[diagnostic::do_not_recommend]
impl<P, W: ?Sized, E, How, C: BorrowAs<P, W, E, How>> BorrowElementAs<P, W, E, How> for C {
    #[inline]
    fn borrow_as(element: &E) -> &W {
        <C as BorrowAs<P, W, E, How>>::borrow_as(element)
    }
}

/// A task that can take an element of the output of task `P`, of type `E`, as a `W`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` takes each element of the output of `{P}` as `{W}`, but its elements are `{E}`",
    label = "the elements of the output of `{P}` are `{E}`",
    note = "by value an element is taken as it is: ask for `{E}`, or borrow it as `&{E}`"
)]
pub trait TakeElementAs<P, W, E, How> {
    /// The element as it is asked for.
    fn take_as(element: E) -> W;
}

#[diagnostic::do_not_recommend]
impl<P, C, T> TakeElementAs<P, T, T, Same> for C {
    #[inline]
    fn take_as(element: T) -> T {
        element
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W> TakeElementAs<P, W, Unknown, Poisoned> for C {
    fn take_as(element: Unknown) -> W {
        element.never()
    }
}

/// A task that runs once for each element of an output, and takes the output of task `P` for all of
/// them, by value as a `W`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` runs several times, and cannot take the output of `{P}` each time: `{W}` is not `Copy`",
    label = "the output of `{P}` would be moved",
    note = "borrow it as `&{W}`"
)]
pub trait Repeated<P, W> {}

#[diagnostic::do_not_recommend]
impl<P, C, W: Copy> Repeated<P, W> for C {}

/// Runs task `C` once for each element of an output of task `P`, of which `source` gives all: what `cx`
/// says, all of it or a step.
///
/// # Errors
///
/// Passes on the error of the first element that fails; in a step, also gives an error that stands for
/// an output that is not there yet.
#[inline]
pub fn each<'cx, C, P, H, R, How>(
    cx: &Cx<'_>,
    source: &'cx H,
    run: impl Fn(&'cx C::Element, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>>
where
    H: ?Sized,
    R: 'static,
    C: Over<P, H, How>,
{
    each_borrowed(cx, C::elements(source), run)
}

/// Runs task `C` once for each element of an output of task `P`, by value: what `cx` says, all of it or
/// a step. Where elements are `Copy`, which `copy` says, `get` lends the output; else `take` gives it,
/// once.
///
/// # Errors
///
/// As [`each`].
#[inline]
pub fn each_value<'cx, C, P, H, R>(
    cx: &Cx<'_>,
    copy: bool,
    get: impl FnOnce() -> &'cx H,
    take: impl FnOnce() -> H::Owned,
    run: impl Fn(C::Element, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>>
where
    H: ?Sized + StoredOutput,
    R: 'static,
    C: OverValues<P, H>,
{
    each_owned(cx, copy, || C::elements(get()), || C::into_elements(take()), run)
}

/// Fails the evaluation where a task takes an input by value that it would need again and again.
#[track_caller]
pub const fn taken_once(each: bool, is_clone: bool) {
    assert!(
        !each || is_clone,
        "a task that runs once for each element of an output takes this input each time: it has to be `Clone`, or borrowed"
    );
}

/// Fails the evaluation where a task that runs once for each element of an output by its attribute is to do
/// so by its line in a graph as well.
#[track_caller]
pub const fn each_once(each: bool) {
    assert!(
        !each,
        "this task has `each` in its attribute: its elements come from there, and not from an argument"
    );
}

impl<'cx, O> Bound<'cx, O> {
    /// All elements of the output of the `k`-th dependency, which is on `P`.
    #[inline]
    pub fn elements<P, C, How>(&self, k: usize) -> &'cx [C::Element]
    where
        P: Task<Output: StoredOutput>,
        C: Over<P, P::Output, How>,
    {
        C::elements(self.get::<P>(k))
    }

    /// Runs the task once for each element of the output of the `k`-th dependency.
    ///
    /// # Errors
    ///
    /// As the function [`each`].
    #[inline]
    pub fn each<E, R: 'static>(
        &self,
        elements: &'cx [E],
        run: impl Fn(&'cx E, Sink<'_, R>) -> Outcome<Written>,
    ) -> Outcome<Vec<R>> {
        each_borrowed(self.cx(), elements, run)
    }

    /// Runs the task once for each element of the output of the `k`-th dependency, which is on `P`, by
    /// value. Whether elements are `Copy`, `copy` says.
    ///
    /// # Errors
    ///
    /// As the function [`each`].
    #[inline]
    pub fn each_value<P, C, R>(
        &self,
        k: usize,
        copy: bool,
        run: impl Fn(C::Element, Sink<'_, R>) -> Outcome<Written>,
    ) -> Outcome<Vec<R>>
    where
        P: Task<Output: StoredOutput>,
        C: OverValues<P, P::Output>,
        R: 'static,
    {
        let (get, take) = (|| C::elements(self.get::<P>(k)), || C::into_elements(self.take_all::<P>(k)));
        each_owned(self.cx(), copy, get, take, run)
    }

    /// The element as the `&W` that task `C` asks for.
    #[inline]
    pub fn lend_element<'e, P, C, W: ?Sized, E, How>(&self, element: &'e E) -> &'e W
    where
        C: BorrowElementAs<P, W, E, How>,
    {
        C::borrow_as(element)
    }

    /// The element as the `W` that task `C` asks for.
    #[inline]
    pub fn give_element<P, C, W, E, How>(&self, element: E) -> W
    where
        C: TakeElementAs<P, W, E, How>,
    {
        C::take_as(element)
    }

    /// A copy of the output of the `k`-th dependency, which is on `P`, as the `W` that task `C` asks for.
    #[inline]
    pub fn repeat<P, C, W, How>(&self, k: usize) -> W
    where
        P: Task,
        C: TakeAs<P, W, P::Output, How> + Repeated<P, W>,
    {
        self.give::<P, C, W, How>(k)
    }

    /// As [`repeat`](Self::repeat), for what rustc coerces itself.
    #[inline]
    pub fn repeat_as_is<P, C>(&self, k: usize) -> P::Output
    where
        P: Task<Output: Sized>,
        C: Repeated<P, P::Output>,
    {
        self.take::<P>(k)
    }
}
