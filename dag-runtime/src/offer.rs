//! How a parameter takes an output: the coercions, and what to say where none fits.
//!
//! An [`Offer`] is resolved by method look-up on concrete types: the same type, then one and two
//! steps of `Deref`, then the method whose bound can not hold and whose message names both tasks
//! and both types.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::slot::Bound;
use crate::task::{Task, Unknown};

/// An output of type `H`, of task `P`, offered to task `C`, which asks for a `&W`.
#[derive(Debug)]
pub struct Offer<'cx, P, C, H, W: ?Sized> {
    output: &'cx H,
    wanted: PhantomData<(P, C, *const W)>,
}

/// Offers the output of the `k`-th dependency, which is on `P`, to be borrowed as `W`.
#[inline]
pub fn borrowed<'cx, P: Task, C, W: ?Sized>(bound: &Bound<'cx>, k: usize) -> Offer<'cx, P, C, P::Output, W> {
    Offer { output: bound.get::<P>(k), wanted: PhantomData }
}

impl<'cx, P, C, T> Offer<'cx, P, C, T, T> {
    /// The output itself.
    #[inline]
    pub fn borrow(&self) -> &'cx T {
        self.output
    }
}

impl<'cx, P, C, T, const N: usize> Offer<'cx, P, C, [T; N], [T]> {
    /// The array as a slice.
    #[inline]
    pub fn borrow(&self) -> &'cx [T] {
        self.output
    }
}

/// One step of `Deref`.
pub trait BorrowDeref<'cx, W: ?Sized> {
    /// What the output derefs to.
    fn borrow(&self) -> &'cx W;
}

impl<'cx, P, C, H: Deref<Target = W>, W: ?Sized> BorrowDeref<'cx, W> for Offer<'cx, P, C, H, W> {
    #[inline]
    fn borrow(&self) -> &'cx W {
        self.output
    }
}

impl<'cx, P, C, W: ?Sized> BorrowDeref<'cx, W> for Offer<'cx, P, C, Unknown, W> {
    fn borrow(&self) -> &'cx W {
        match *self.output {}
    }
}

/// Two steps of `Deref`.
pub trait BorrowDerefTwice<'cx, W: ?Sized> {
    /// What the output derefs to.
    fn borrow(&self) -> &'cx W;
}

impl<'cx, P, C, H, W: ?Sized> BorrowDerefTwice<'cx, W> for &Offer<'cx, P, C, H, W>
where
    H: Deref,
    H::Target: Deref<Target = W> + 'cx,
{
    #[inline]
    fn borrow(&self) -> &'cx W {
        self.output
    }
}

/// No way from the output to what is asked for.
pub trait BorrowMismatch<'cx, P, C, H, W: ?Sized> {
    /// Reports the mismatch.
    fn borrow(self) -> &'cx W
    where
        P: BorrowedAs<C, W, H>;
}

impl<'cx, P, C, H, W: ?Sized> BorrowMismatch<'cx, P, C, H, W> for Offer<'cx, P, C, H, W> {
    fn borrow(self) -> &'cx W
    where
        P: BorrowedAs<C, W, H>,
    {
        P::never()
    }
}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "task `{C}` takes the output of `{Self}` as `&{W}`, but `{Self}` returns `{H}`",
    label = "the output of `{Self}` is a `{H}`"
)]
pub trait BorrowedAs<C, W: ?Sized, H> {
    /// Nothing calls this.
    fn never<'cx>() -> &'cx W;
}

/// An output of type `H`, of task `P`, given to task `C`, which asks for a `W`.
#[derive(Debug)]
pub struct Given<P, C, H, W> {
    output: H,
    wanted: PhantomData<(P, C, W)>,
}

/// Gives the output of the `k`-th dependency, which is on `P`, by value.
#[inline]
pub fn taken<P: Task, C, W>(bound: &Bound<'_>, k: usize) -> Given<P, C, P::Output, W> {
    Given { output: bound.take::<P>(k), wanted: PhantomData }
}

impl<P, C, T> Given<P, C, T, T> {
    /// The output itself.
    #[inline]
    pub fn value(self) -> T {
        self.output
    }
}

/// The output is of another type than is asked for.
pub trait ValueMismatch<P, C, H, W> {
    /// Reports the mismatch.
    fn value(self) -> W
    where
        P: TakenAs<C, W, H>;
}

impl<P, C, H, W> ValueMismatch<P, C, H, W> for Given<P, C, H, W> {
    fn value(self) -> W
    where
        P: TakenAs<C, W, H>,
    {
        P::never(self.output)
    }
}

/// Implemented for outputs whose type is not known because of another error.
#[diagnostic::on_unimplemented(
    message = "task `{C}` takes the output of `{Self}` as `{W}`, but `{Self}` returns `{H}`",
    label = "the output of `{Self}` is a `{H}`"
)]
pub trait TakenAs<C, W, H> {
    /// Nothing calls this.
    fn never(output: H) -> W;
}

impl<P, C, W> TakenAs<C, W, Unknown> for P {
    fn never(output: Unknown) -> W {
        match output {}
    }
}
