//! Tasks with `when`: their outputs, and how the parameters of other tasks take these.
//!
//! The twin of such a task has the output of its function. In the slots of a graph that lists it with `when`, an `Option` of
//! that is stored. So whether a parameter can take the output depends on the graph, and a constant of each attribute,
//! [`AsksOption`], says what it counts on. The table compares the two.

use core::marker::PhantomData;

use crate::slot::{Bound, OptionalOutput, StoredOutput, Task};
use crate::task::{BorrowAs, Poisoned, Repeated, Same, TakeAs};

/// Task `T`, which may not be wanted.
#[derive(Debug)]
pub struct When<T>(PhantomData<T>);

impl<T: Task<Output: Sized>> Task for When<T> {
    type Output = Option<T::Output>;
}

/// The output is that of a task with `when`, and the parameter takes its `Option` in the way `How`.
#[derive(Debug)]
pub struct OfWhen<How>(PhantomData<How>);
/// The output is taken as any other, in the way `How`.
#[derive(Debug)]
pub struct Plain<How>(PhantomData<How>);

/// A task that can take the output of task `P`, of type `H`, as an `Option<&W>`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` takes the output of `{P}` as `Option<&{W}>`, but the output of `{P}` is `{H}`",
    label = "the output of `{P}` is `{H}`",
    note = "of a task with `when`, an `Option<&{W}>` borrows from `{W}`, or from a type that derefs to it"
)]
pub trait LendOption<P, W: ?Sized, H: ?Sized, How> {
    /// Coerces the output.
    fn lend_option(output: OptionalOutput<'_, H>) -> Option<&W>;
}

#[diagnostic::do_not_recommend]
impl<P, C: BorrowAs<P, W, H, How>, W: ?Sized, H: 'static, How> LendOption<P, W, H, OfWhen<How>> for C {
    #[inline]
    fn lend_option(output: OptionalOutput<'_, H>) -> Option<&W> {
        output.of_when().as_ref().map(C::borrow_as)
    }
}

#[diagnostic::do_not_recommend]
impl<P, C: BorrowAs<P, W, X, How>, W: ?Sized, X: 'static, How> LendOption<P, W, Option<X>, Plain<How>> for C {
    #[inline]
    fn lend_option(output: OptionalOutput<'_, Option<X>>) -> Option<&W> {
        output.plain().as_ref().map(C::borrow_as)
    }
}

/// A task that can borrow the output of task `P`, of type `H`, as a `&W`, where `W` is an `Option` or a slice of `Option`s.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` takes the output of `{P}` as `&{W}`, but the output of `{P}` is `{H}`",
    label = "the output of `{P}` is `{H}`",
    note = "a task with `when` gives an `Option` of its output, and a family with `when` a slice of these"
)]
pub trait BorrowOption<P, W: ?Sized, H: ?Sized, How> {
    /// Coerces the output.
    fn borrow_option(output: OptionalOutput<'_, H>) -> &W;
}

#[diagnostic::do_not_recommend]
impl<P, C, X> BorrowOption<P, Option<X>, X, OfWhen<()>> for C {
    #[inline]
    fn borrow_option(output: OptionalOutput<'_, X>) -> &Option<X> {
        output.of_when()
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, X> BorrowOption<P, [Option<X>], [X], OfWhen<()>> for C {
    #[inline]
    fn borrow_option(output: OptionalOutput<'_, [X]>) -> &[Option<X>] {
        output.members_of_when()
    }
}

#[diagnostic::do_not_recommend]
impl<P, C: BorrowAs<P, W, H, How>, W: ?Sized, H: ?Sized + StoredOutput, How> BorrowOption<P, W, H, Plain<How>>
    for C
{
    #[inline]
    fn borrow_option(output: OptionalOutput<'_, H>) -> &W {
        C::borrow_as(output.plain())
    }
}

/// A task that can take the output of task `P`, of type `H`, as an `Option<X>`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` takes the output of `{P}` as `Option<{X}>`, but the output of `{P}` is `{H}`",
    label = "the output of `{P}` is `{H}`",
    note = "of a task with `when`, that is an `Option<{H}>`"
)]
pub trait TakeOption<P, X, H: ?Sized, How> {
    /// Takes the output.
    fn take_option(output: OptionalOutput<'_, H>) -> Option<X>;
}

#[diagnostic::do_not_recommend]
impl<P, C, X> TakeOption<P, X, X, OfWhen<()>> for C {
    #[inline]
    fn take_option(output: OptionalOutput<'_, X>) -> Option<X> {
        output.take_of_when()
    }
}

#[diagnostic::do_not_recommend]
impl<P, C: TakeAs<P, Option<X>, H, How>, X, H, How> TakeOption<P, X, H, Plain<How>> for C {
    #[inline]
    fn take_option(output: OptionalOutput<'_, H>) -> Option<X> {
        C::take_as(output.plain_by_value())
    }
}

/// A task that can be given the output of `P`, which has `when`, as an argument of type `W`.
#[diagnostic::on_unimplemented(
    message = "task `{Self}` takes `{W}`, but `{P}` has `when`, so that its output is an `Option`",
    label = "this is `{G}`, since `{P}` has `when`",
    note = "take an `Option`, or give this task a condition too, as in `{Self}(x) when let Some(x) = &task`"
)]
pub trait GivenAs<P, G, W, How> {
    /// Gives the output.
    fn give(given: G) -> W;
}

#[diagnostic::do_not_recommend]
impl<C, P, G> GivenAs<P, G, G, Same> for C {
    #[inline(always)]
    fn give(given: G) -> G {
        given
    }
}

/// No type of a parameter. With two impls, rustc looks at the parameter before it chooses one.
#[derive(Debug)]
pub enum NoParameter {}

#[diagnostic::do_not_recommend]
impl<C, P, G> GivenAs<P, G, NoParameter, Poisoned> for C {
    fn give(_: G) -> NoParameter {
        unreachable!("no parameter has this type")
    }
}

/// The output of `P`, which has `when`, as an argument of task `C`.
#[inline(always)]
pub fn given<C: GivenAs<P, G, W, How>, P, G, W, How>(given: G) -> W {
    C::give(given)
}

impl<'cx, O> Bound<'cx, O> {
    /// The output of the `k`-th dependency, which is on `P`, as the `Option<&W>` that task `C` takes.
    #[inline]
    pub fn lend_option<P, C, W: ?Sized, How>(&self, k: usize) -> Option<&'cx W>
    where
        P: Task,
        C: LendOption<P, W, P::Output, How>,
    {
        C::lend_option(self.optional::<P>(k))
    }

    /// The output of the `k`-th dependency, which is on `P`, as the `&W` that task `C` takes: an `Option`, or a slice of
    /// `Option`s.
    #[inline]
    pub fn borrow_option<P, C, W: ?Sized, How>(&self, k: usize) -> &'cx W
    where
        P: Task,
        C: BorrowOption<P, W, P::Output, How>,
    {
        C::borrow_option(self.optional::<P>(k))
    }

    /// The output of the `k`-th dependency, which is on `P` and has `when`, for types that rustc coerces itself.
    #[inline]
    pub fn option<P: Task<Output: Sized>>(&self, k: usize) -> Option<&'cx P::Output> {
        self.optional::<P>(k).of_when().as_ref()
    }

    /// A copy of the output of the `k`-th dependency, which is on `P`, as the `Option<X>` that task `C` takes.
    #[inline]
    pub fn repeat_option<P, C, X, How>(&self, k: usize) -> Option<X>
    where
        P: Task,
        C: TakeOption<P, X, P::Output, How> + Repeated<P, Option<X>>,
    {
        C::take_option(self.optional::<P>(k))
    }

    /// The output of the `k`-th dependency, which is on `P`, as the `Option<X>` that task `C` takes.
    #[inline]
    pub fn take_option<P, C, X, How>(&self, k: usize) -> Option<X>
    where
        P: Task,
        C: TakeOption<P, X, P::Output, How>,
    {
        C::take_option(self.optional::<P>(k))
    }
}

/// Whether a parameter counts on a task with `when`, with [`NotSame`] in scope, as [`IsCopy`](crate::probe::IsCopy):
/// `AsksOption::<H, W>::VALUE` for the output `H` and a parameter of type `Option<W>`, `&Option<W>` or, with `W` as a slice,
/// `&[Option<X>]`. A parameter of type `Option<&W>` does so, too, if `H` is no `Option`.
#[derive(Debug)]
pub struct AsksOption<H: ?Sized, W: ?Sized>(PhantomData<H>, PhantomData<W>);

impl<H: ?Sized> AsksOption<H, H> {
    /// It does.
    pub const VALUE: bool = true;
}

/// See [`AsksOption`].
pub trait NotSame {
    /// It does not.
    const VALUE: bool = false;
}

impl<H: ?Sized, W: ?Sized> NotSame for AsksOption<H, W> {}

/// Whether a type is an `Option`: `IsOption::<T>::VALUE`, with [`NotOption`] in scope.
#[derive(Debug)]
pub struct IsOption<T: ?Sized>(PhantomData<T>);

impl<T> IsOption<Option<T>> {
    /// It is.
    pub const VALUE: bool = true;
}

/// See [`IsOption`].
pub trait NotOption {
    /// It is not.
    const VALUE: bool = false;
}

impl<T: ?Sized> NotOption for IsOption<T> {}
