//! How a parameter takes an output: the coercions, and what to say where none fits.
//!
//! An [`Offer`] is resolved by method look-up on concrete types. It is the same type, or the offer
//! derefs to the next way of taking it: one step of `Deref`, two, and last the method whose bound
//! can not hold and whose message names both tasks and both types.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::slot::Bound;
use crate::task::{Task, Unknown};

/// An output of type `H`, of task `P`, offered to task `C`, which asks for a `&W`.
#[derive(Debug)]
pub struct Offer<'cx, P, C, H, W: ?Sized>(OfferDeref<'cx, P, C, H, W>);

/// An offer to be taken through one step of `Deref`.
#[derive(Debug)]
pub struct OfferDeref<'cx, P, C, H, W: ?Sized>(OfferDerefTwice<'cx, P, C, H, W>);

/// An offer to be taken through two steps of `Deref`.
#[derive(Debug)]
pub struct OfferDerefTwice<'cx, P, C, H, W: ?Sized>(OfferMismatch<'cx, P, C, H, W>);

/// An offer that can not be taken.
#[derive(Debug)]
pub struct OfferMismatch<'cx, P, C, H, W: ?Sized> {
    output: &'cx H,
    wanted: PhantomData<(P, C, *const W)>,
}

/// Offers the output of the `k`-th dependency, which is on `P`, to be borrowed as `W`.
#[inline]
pub fn borrowed<'cx, P: Task, C, W: ?Sized>(bound: &Bound<'cx>, k: usize) -> Offer<'cx, P, C, P::Output, W> {
    Offer(OfferDeref(OfferDerefTwice(OfferMismatch { output: bound.get::<P>(k), wanted: PhantomData })))
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

impl<'cx, P, C, H, W: ?Sized> Deref for Offer<'cx, P, C, H, W> {
    type Target = OfferDeref<'cx, P, C, H, W>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'cx, P, C, H: Deref<Target = W>, W: ?Sized> OfferDeref<'cx, P, C, H, W> {
    /// What the output derefs to.
    #[inline]
    pub fn borrow(&self) -> &'cx W {
        self.output
    }
}

impl<'cx, P, C, H, W: ?Sized> Deref for OfferDeref<'cx, P, C, H, W> {
    type Target = OfferDerefTwice<'cx, P, C, H, W>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'cx, P, C, H, W: ?Sized> OfferDerefTwice<'cx, P, C, H, W>
where
    H: Deref,
    H::Target: Deref<Target = W> + 'cx,
{
    /// What that derefs to which the output derefs to.
    #[inline]
    pub fn borrow(&self) -> &'cx W {
        self.output
    }
}

impl<'cx, P, C, H, W: ?Sized> Deref for OfferDerefTwice<'cx, P, C, H, W> {
    type Target = OfferMismatch<'cx, P, C, H, W>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'cx, P, C, H, W: ?Sized> OfferMismatch<'cx, P, C, H, W> {
    /// Reports the mismatch.
    pub fn borrow(&self) -> &'cx W
    where
        P: BorrowedAs<C, W, H>,
    {
        P::never(self.output)
    }
}

/// Implemented for outputs whose type is not known because of another error.
#[diagnostic::on_unimplemented(
    message = "task `{C}` takes the output of `{Self}` as `&{W}`, but `{Self}` returns `{H}`",
    label = "the output of `{Self}` is a `{H}`"
)]
pub trait BorrowedAs<C, W: ?Sized, H> {
    /// Nothing calls this.
    fn never<'cx>(output: &'cx H) -> &'cx W;
}

#[diagnostic::do_not_recommend]
impl<P, C, W: ?Sized> BorrowedAs<C, W, Unknown> for P {
    fn never<'cx>(output: &'cx Unknown) -> &'cx W {
        output.never()
    }
}

/// An output of type `H`, of task `P`, given to task `C`, which asks for a `W`.
#[derive(Debug)]
pub struct Given<P, C, H, W>(GivenMismatch<P, C, H, W>);

/// An output of another type than is asked for.
#[derive(Debug)]
pub struct GivenMismatch<P, C, H, W> {
    output: H,
    wanted: PhantomData<(P, C, W)>,
}

/// Gives the output of the `k`-th dependency, which is on `P`, by value.
#[inline]
pub fn taken<P: Task, C, W>(bound: &Bound<'_>, k: usize) -> Given<P, C, P::Output, W> {
    Given(GivenMismatch { output: bound.take::<P>(k), wanted: PhantomData })
}

impl<P, C, T> Given<P, C, T, T> {
    /// The output itself.
    #[inline]
    pub fn value(self) -> T {
        self.0.output
    }
}

impl<P, C, H, W> Deref for Given<P, C, H, W> {
    type Target = GivenMismatch<P, C, H, W>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<P, C, H, W> GivenMismatch<P, C, H, W> {
    /// Reports the mismatch.
    pub fn value(&self) -> W
    where
        P: TakenAs<C, W, H>,
    {
        P::never(&self.output)
    }
}

/// Implemented for outputs whose type is not known because of another error.
#[diagnostic::on_unimplemented(
    message = "task `{C}` takes the output of `{Self}` as `{W}`, but `{Self}` returns `{H}`",
    label = "the output of `{Self}` is a `{H}`"
)]
pub trait TakenAs<C, W, H> {
    /// Nothing calls this.
    fn never(output: &H) -> W;
}

#[diagnostic::do_not_recommend]
impl<P, C, W> TakenAs<C, W, Unknown> for P {
    fn never(output: &Unknown) -> W {
        output.never()
    }
}
