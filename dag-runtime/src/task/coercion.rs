//! Coercions of outputs to the types of parameters, and the messages if none applies.
//!
//! A parameter of type `&W` can take an output of type `H` in several ways. Each is an impl of [`BorrowAs`] with its
//! own marker, which the compiler infers, since at most one impl applies to two given types. If none does, the message
//! names both tasks and both types.

use core::ops::Deref;

use crate::slot::{Bound, OutputByValue, StoredOutput, TakesAgain, Task};
use crate::task::Unknown;

/// The output has the type of the parameter.
#[derive(Debug)]
pub struct Same;
/// The output is an array, and the parameter a slice.
#[derive(Debug)]
pub struct Unsized;
/// The output derefs to the type of the parameter.
#[derive(Debug)]
pub struct Dereferenced;
/// The output derefs in two steps.
#[derive(Debug)]
pub struct DereferencedTwice;
/// The type of the output is unknown because of another error.
#[derive(Debug)]
pub struct Poisoned;

/// A task that can borrow the output of task `P`, of type `H`, as a `&W`.
///
/// The trait is one of the task that takes the output, since rustc reports a mismatch at the type that lacks the trait:
/// the expansion names that task at the parameter.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` takes the output of `{P}` as `&{W}`, but the output of `{P}` is `{H}`",
    label = "the output of `{P}` is `{H}`",
    note = "`&{W}` borrows from `{W}`, or from a type that derefs to it"
)]
pub trait BorrowAs<P, W: ?Sized, H: ?Sized, How> {
    /// Coerces the output.
    fn borrow_as(output: &H) -> &W;
}

#[diagnostic::do_not_recommend]
impl<P, C, T: ?Sized> BorrowAs<P, T, T, Same> for C {
    #[inline]
    fn borrow_as(output: &T) -> &T {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, T, const N: usize> BorrowAs<P, [T], [T; N], Unsized> for C {
    #[inline]
    fn borrow_as(output: &[T; N]) -> &[T] {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W: ?Sized, H: Deref<Target = W>> BorrowAs<P, W, H, Dereferenced> for C {
    #[inline]
    fn borrow_as(output: &H) -> &W {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W: ?Sized, H: Deref<Target: Deref<Target = W>>> BorrowAs<P, W, H, DereferencedTwice> for C {
    #[inline]
    fn borrow_as(output: &H) -> &W {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W: ?Sized> BorrowAs<P, W, Unknown, Poisoned> for C {
    fn borrow_as(output: &Unknown) -> &W {
        output.never()
    }
}

/// A task that can take the output of task `P`, of type `H`, as a `W`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` takes the output of `{P}` as `{W}`, but the output of `{P}` is `{H}`",
    label = "the output of `{P}` is `{H}`",
    note = "by value, an output is not coerced: take `{H}`, or borrow it as `&{H}`"
)]
pub trait TakeAs<P, W, H: ?Sized, How> {
    /// Coerces the output.
    fn take_as(output: OutputByValue<'_, H>) -> W;
    /// The output as the same type, borrowed.
    fn peek_as(output: &H) -> &W;
}

#[diagnostic::do_not_recommend]
impl<P, C, T> TakeAs<P, T, T, Same> for C {
    #[inline]
    fn take_as(output: OutputByValue<'_, T>) -> T {
        output.take()
    }

    fn peek_as(output: &T) -> &T {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W> TakeAs<P, W, Unknown, Poisoned> for C {
    fn take_as(output: OutputByValue<'_, Unknown>) -> W {
        output.take().never()
    }

    fn peek_as(output: &Unknown) -> &W {
        output.never()
    }
}

impl<'cx, O> Bound<'cx, O> {
    /// The output of the `k`-th dependency, which is on `P`, as the `&W` that task `C` takes.
    #[inline]
    pub fn lend<P, C, W: ?Sized, How>(&self, k: usize) -> &'cx W
    where
        P: Task<Output: StoredOutput>,
        C: BorrowAs<P, W, P::Output, How>,
    {
        C::borrow_as(self.get::<P>(k))
    }

    /// The output of the `k`-th dependency, which is on `P`, as the `W` that task `C` takes.
    #[inline]
    pub fn give<P, C, W, How>(&self, k: usize) -> W
    where
        P: Task,
        C: TakeAs<P, W, P::Output, How>,
    {
        C::take_as(self.taking::<P>(k))
    }

    /// As [`give`](Self::give), if the task has `retry`: a clone, unless this is the last attempt.
    #[inline]
    pub fn give_again<P, C, W, How>(&self, k: usize) -> W
    where
        P: Task<Output: StoredOutput>,
        C: TakeAs<P, W, P::Output, How> + TakesAgain<true, P, W>,
    {
        if self.cx().is_last_attempt() {
            return self.give::<P, C, W, How>(k);
        }
        <C as TakesAgain<true, P, W>>::again(C::peek_as(self.get::<P>(k)))
    }

    /// As [`give_again`](Self::give_again), for types that rustc coerces itself.
    #[inline]
    pub fn take_again<P, C>(&self, k: usize) -> P::Output
    where
        P: Task<Output: Sized>,
        C: TakesAgain<true, P, P::Output>,
    {
        if self.cx().is_last_attempt() { self.take::<P>(k) } else { C::again(self.get::<P>(k)) }
    }
}
