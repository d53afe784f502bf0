//! How a parameter takes an output: the coercions, and what to say where none fits.
//!
//! A parameter of type `&W` may take an output of type `H` in several ways. Each is an impl of
//! [`Lend`] with a marker of its own; the compiler infers the marker, since at most one of them
//! holds for two given types. Where none does, its message names both tasks and both types.

use core::ops::Deref;

use crate::slot::Bound;
use crate::task::{Task, Unknown};

/// The output is what is asked for.
#[derive(Debug)]
pub struct Same;
/// An array is asked for as a slice.
#[derive(Debug)]
pub struct Unsized;
/// The output derefs to what is asked for.
#[derive(Debug)]
pub struct Dereferenced;
/// The output derefs to what derefs to that which is asked for.
#[derive(Debug)]
pub struct DereferencedTwice;
/// The output's type is not known because of another error.
#[derive(Debug)]
pub struct Poisoned;

/// A task whose output, of type `H`, task `C` can borrow as a `&W`.
#[diagnostic::on_unimplemented(
    message = "task `{C}` takes the output of `{Self}` as `&{W}`, but the output of `{Self}` is `{H}`",
    label = "the output of `{Self}` is `{H}`"
)]
pub trait Lend<C, W: ?Sized, H, How> {
    /// The output as it is asked for.
    fn lend(output: &H) -> &W;
}

#[diagnostic::do_not_recommend]
impl<P, C, T> Lend<C, T, T, Same> for P {
    #[inline]
    fn lend(output: &T) -> &T {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, T, const N: usize> Lend<C, [T], [T; N], Unsized> for P {
    #[inline]
    fn lend(output: &[T; N]) -> &[T] {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W: ?Sized, H: Deref<Target = W>> Lend<C, W, H, Dereferenced> for P {
    #[inline]
    fn lend(output: &H) -> &W {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W: ?Sized, H: Deref<Target: Deref<Target = W>>> Lend<C, W, H, DereferencedTwice> for P {
    #[inline]
    fn lend(output: &H) -> &W {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W: ?Sized> Lend<C, W, Unknown, Poisoned> for P {
    fn lend(output: &Unknown) -> &W {
        output.never()
    }
}

/// A task whose output, of type `H`, task `C` can take as a `W`.
#[diagnostic::on_unimplemented(
    message = "task `{C}` takes the output of `{Self}` as `{W}`, but the output of `{Self}` is `{H}`",
    label = "the output of `{Self}` is `{H}`"
)]
pub trait Give<C, W, H, How> {
    /// The output as it is asked for.
    fn give(output: H) -> W;
}

#[diagnostic::do_not_recommend]
impl<P, C, T> Give<C, T, T, Same> for P {
    #[inline]
    fn give(output: T) -> T {
        output
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, W> Give<C, W, Unknown, Poisoned> for P {
    fn give(output: Unknown) -> W {
        output.never()
    }
}

impl<'cx> Bound<'cx> {
    /// The output of the `k`-th dependency, which is on `P`, as the `&W` that task `C` asks for.
    #[inline]
    pub fn lend<P, C, W: ?Sized, How>(&self, k: usize) -> &'cx W
    where
        P: Task + Lend<C, W, P::Output, How>,
    {
        P::lend(self.get::<P>(k))
    }

    /// The output of the `k`-th dependency, which is on `P`, as the `W` that task `C` asks for.
    #[inline]
    pub fn give<P, C, W, How>(&self, k: usize) -> W
    where
        P: Task + Give<C, W, P::Output, How>,
    {
        P::give(self.take::<P>(k))
    }
}
