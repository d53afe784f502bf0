//! Runs a task once for each element of an output.

use alloc::vec::Vec;

use crate::error::Outcome;
use crate::slot::{Bound, Cx, Sink, StoredOutput, Task, Written, each_borrowed, each_owned};
use crate::task::{BorrowElementAs, Over, OverValues, Repeated, TakeAs, TakeElementAs};

/// Runs task `C` once for each element of the output `source` of task `P`: the part that `cx` says.
///
/// # Errors
///
/// Passes on the error of the first element that fails. A step also returns an error that stands for an output that
/// does not exist yet.
#[inline]
pub fn each<'cx, C, P, H, R, How>(
    cx: &Cx<'_>,
    source: &'cx H,
    run: impl Fn(&'cx C::Element, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>>
where
    H: ?Sized,
    R: 'static,
    C: Over<P, H, How> + Task,
{
    each_borrowed(cx, C::elements(source), |k, element, sink| of_element::<C>(cx, k, || run(element, sink)))
}

/// Runs task `C` once for each element of an output of task `P`, by value: the part that `cx` says. If `copy` says that
/// elements are `Copy`, `get` lends the output; otherwise `take` returns it, once.
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
    C: OverValues<P, H> + Task,
{
    let run = |k, element, sink: Sink<'_, R>| of_element::<C>(cx, k, || run(element, sink));
    each_owned(cx, copy, || C::elements(get()), || C::into_elements(take()), run)
}

/// Runs an element of task `C`.
#[inline(always)]
fn of_element<C: Task>(cx: &Cx<'_>, k: usize, run: impl FnOnce() -> Outcome<Written>) -> Outcome<Written> {
    if const { C::CATCHES } { cx.of_element(k, run) } else { run() }
}

/// Fails the evaluation if a task takes an input by value that it needs again for each element.
#[track_caller]
pub const fn taken_once(each: bool, is_clone: bool) {
    assert!(
        !each || is_clone,
        "a task that runs once for each element of an output takes this input each time: it must be `Clone` or borrowed"
    );
}

/// Fails the evaluation if both the attribute and the line of a task have `each`.
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

    /// Runs the task `C` once for each element of the output of a dependency.
    ///
    /// # Errors
    ///
    /// As the function [`each`].
    #[inline]
    pub fn each<C: Task, E, R: 'static>(
        &self,
        elements: &'cx [E],
        run: impl Fn(&'cx E, Sink<'_, R>) -> Outcome<Written>,
    ) -> Outcome<Vec<R>> {
        let cx = self.cx();
        each_borrowed(cx, elements, |k, element, sink| of_element::<C>(cx, k, || run(element, sink)))
    }

    /// Runs the task `C` once for each element of the output of the `k`-th dependency, which is on `P`, by value. `copy`
    /// says whether elements are `Copy`.
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
        C: OverValues<P, P::Output> + Task,
        R: 'static,
    {
        let cx = self.cx();
        let run = |k, element, sink: Sink<'_, R>| of_element::<C>(cx, k, || run(element, sink));
        let (get, take) = (|| C::elements(self.get::<P>(k)), || C::into_elements(self.take_all::<P>(k)));
        each_owned(cx, copy, get, take, run)
    }

    /// The element as the `&W` that task `C` takes.
    #[inline]
    pub fn lend_element<'e, P, C, W: ?Sized, E, How>(&self, element: &'e E) -> &'e W
    where
        C: BorrowElementAs<P, W, E, How>,
    {
        C::borrow_as(element)
    }

    /// The element as the `W` that task `C` takes.
    #[inline]
    pub fn give_element<P, C, W, E, How>(&self, element: E) -> W
    where
        C: TakeElementAs<P, W, E, How>,
    {
        C::take_as(element)
    }

    /// A copy of the output of the `k`-th dependency, which is on `P`, as the `W` that task `C` takes.
    #[inline]
    pub fn repeat<P, C, W, How>(&self, k: usize) -> W
    where
        P: Task,
        C: TakeAs<P, W, P::Output, How> + Repeated<P, W>,
    {
        self.give::<P, C, W, How>(k)
    }

    /// As [`repeat`](Self::repeat), for types that rustc coerces itself.
    #[inline]
    pub fn repeat_as_is<P, C>(&self, k: usize) -> P::Output
    where
        P: Task<Output: Sized>,
        C: Repeated<P, P::Output>,
    {
        self.take::<P>(k)
    }
}
