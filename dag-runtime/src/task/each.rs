//! Runs a task once for each element of an output.

use alloc::vec::Vec;

use crate::error::Outcome;
use crate::slot::{
    Bound, Cx, ForAttempts, Sink, StoredOutput, TakesAgain, Task, Written, each_borrowed, each_owned,
    element_again,
};
use crate::task::{BorrowElementAs, Over, OverValues, Repeated, TakeAs, TakeElementAs};
use crate::unwind::discard;

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
pub fn each_value<'cx, C, P, H, R, const AGAIN: bool>(
    cx: &Cx<'_>,
    copy: bool,
    get: impl FnOnce() -> &'cx H,
    take: impl FnOnce() -> H::Owned,
    run: impl Fn(C::Element, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>>
where
    H: ?Sized + StoredOutput,
    R: 'static,
    C: OverValues<P, H> + TakesAgain<AGAIN, P, <C as OverValues<P, H>>::Element> + Task,
{
    let run = |k, element, sink: Sink<'_, R>| {
        value_of_element::<C, P, _, AGAIN>(cx, k, element, |element| run(element, sink))
    };
    each_owned(cx, copy, || C::elements(get()), || C::into_elements(take()), run)
}

/// Runs an element of task `C`, several times if the task has `retry`.
#[inline(always)]
pub(super) fn of_element<C: Task>(
    cx: &Cx<'_>,
    k: usize,
    run: impl Fn() -> Outcome<Written>,
) -> Outcome<Written> {
    if const { C::RETRIES > 0 } {
        cx.of_element(k, || element_again(cx, C::RETRIES, &mut || run()))
    } else if const { C::CATCHES } {
        cx.of_element(k, run)
    } else {
        run()
    }
}

/// As [`of_element`], for an element by value.
#[inline(always)]
pub(super) fn value_of_element<C, P: ?Sized, E, const AGAIN: bool>(
    cx: &Cx<'_>,
    k: usize,
    element: E,
    run: impl Fn(E) -> Outcome<Written>,
) -> Outcome<Written>
where
    C: Task + TakesAgain<AGAIN, P, E>,
{
    if const { C::RETRIES > 0 } {
        let element = ForAttempts::new(element);
        let outcome = of_element::<C>(cx, k, || run(element.next(cx, <C as TakesAgain<AGAIN, P, E>>::again)));
        if outcome.is_err() {
            // A panic in its drop would leak the error.
            discard(element);
        }
        outcome
    } else if const { C::CATCHES } {
        cx.of_element(k, || run(element))
    } else {
        run(element)
    }
}

/// Fails the evaluation if task `C` takes an input by value that it needs again for each element, or for each attempt.
#[track_caller]
pub const fn taken_once<C: Task>(each: bool, is_clone: bool) {
    assert!(
        C::RETRIES == 0 || is_clone,
        "a task with `retry` takes this input again for each attempt: it must be `Clone` or borrowed"
    );
    assert!(
        !(each || C::EACH) || is_clone,
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
    pub fn each_value<P, C, R, const AGAIN: bool>(
        &self,
        k: usize,
        copy: bool,
        run: impl Fn(C::Element, Sink<'_, R>) -> Outcome<Written>,
    ) -> Outcome<Vec<R>>
    where
        P: Task<Output: StoredOutput>,
        C: OverValues<P, P::Output> + TakesAgain<AGAIN, P, <C as OverValues<P, P::Output>>::Element> + Task,
        R: 'static,
    {
        let cx = self.cx();
        let run = |k, element, sink: Sink<'_, R>| {
            value_of_element::<C, P, _, AGAIN>(cx, k, element, |element| run(element, sink))
        };
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
