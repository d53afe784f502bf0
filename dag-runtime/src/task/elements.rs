//! Which outputs have elements for `each`, and how a parameter takes one. As in `coercion`, a marker tells the cases apart.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Deref;

use crate::slot::StoredOutput;
use crate::task::{BorrowAs, Dereferenced, DereferencedTwice, Poisoned, Same, Unknown, Unsized};

/// A task that can run once for each element of the output of task `P`, of type `H`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` runs once for each element of the output of `{P}`, but that output is `{H}`, which does not give a slice",
    label = "the output of `{P}` is `{H}`",
    note = "elements come from a `Vec`, an array, a `Box<[T]>`, a family, another task with `each`, or a type that derefs to a slice"
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

/// A task that can run once for each element of the output of task `P`, of type `H`, and take the elements by value.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` runs once for each element of the output of `{P}` and takes it by value, but that output is `{H}`",
    label = "the output of `{P}` is `{H}`",
    note = "elements by value come from a `Vec`, an array, a `Box<[T]>`, a family, another task with `each`, or an `Arc<[T]>` if they are `Copy`; otherwise borrow them"
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
    /// Coerces the element.
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
    note = "by value, an element is not coerced: take `{E}`, or borrow it as `&{E}`"
)]
pub trait TakeElementAs<P, W, E, How> {
    /// Coerces the element.
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

/// A task that runs once for each element of an output, and takes the output of task `P`, by value as a `W`, for each
/// of them.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` runs several times, and cannot take the output of `{P}` each time: `{W}` is not `Copy`",
    label = "the output of `{P}` would be moved",
    note = "borrow it as `&{W}`"
)]
pub trait Repeated<P, W> {}

#[diagnostic::do_not_recommend]
impl<P, C, W: Copy> Repeated<P, W> for C {}
