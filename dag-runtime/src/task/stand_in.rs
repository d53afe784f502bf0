//! Placeholders for tasks, outputs and arguments that do not compile, so that only the mistake itself is reported.

use crate::error::Outcome;
use crate::slot::Task;
use crate::table::Phase;

use super::PartOf;

/// The output of a function that cannot be a task.
#[derive(Clone, Copy, Debug)]
pub struct Unknown(());

impl Unknown {
    pub(crate) fn never(&self) -> ! {
        panic!("the task does not compile")
    }
}

#[cfg(feature = "mpi")]
impl crate::slot::Codecs for Unknown {
    const CODECS: crate::slot::CodecList = &[];
}

impl core::fmt::Display for Unknown {
    fn fmt(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.never()
    }
}

impl<T> PartialEq<T> for Unknown {
    fn eq(&self, _: &T) -> bool {
        self.never()
    }
}

/// The bound outputs of a task that does not run.
#[derive(Debug)]
pub struct Unbound<T: ?Sized>(core::marker::PhantomData<T>);

/// The task of a line that names none.
#[derive(Debug)]
pub struct NoTask<B = ()>(core::marker::PhantomData<B>);

impl Task for NoTask {
    type Output = Unknown;
}

/// A type that a line names and that may not be a task. Then `E` is an unknown type, and rustc reports nothing that
/// follows from it.
#[derive(Debug)]
pub struct Maybe<E, const IS_TASK: bool>(core::marker::PhantomData<E>);

/// The task that a line names.
pub trait Named<T: ?Sized> {
    /// The task, or an unknown type.
    type Task;
}

impl<T, E> Named<T> for Maybe<E, true> {
    type Task = T;
}

impl<T: ?Sized, E> Named<T> for Maybe<E, false> {
    type Task = Nothing<E>;
}

/// As [`Named`], in a run.
pub trait NamedIn<T: ?Sized, G, P> {
    /// The task, or an unknown type.
    type With<B>;
}

impl<T: PartOf<G, P>, E, G, P: Phase> NamedIn<T, G, P> for Maybe<E, true> {
    type With<B> = T::With<B>;
}

impl<T: ?Sized, E, G, P> NamedIn<T, G, P> for Maybe<E, false> {
    type With<B> = Nothing<E, B>;
}

/// The task of a line that names none. Its type is unknown, as `E` is.
#[derive(Debug)]
pub struct Nothing<E, B = ()> {
    /// As in a task.
    pub bound: B,
    error: core::marker::PhantomData<E>,
}

/// The result of such a function.
pub fn unknown<T>() -> Outcome<T> {
    Err("the task does not compile".into())
}

/// An output in an argument that does not compile.
#[must_use]
pub fn anything<T>() -> T {
    unreachable!("the graph does not compile")
}

/// Resolves to `B`, if the types of the expression are known.
pub trait Found<B> {
    /// `B`
    type Then;
}

impl<T, B> Found<B> for T {
    type Then = B;
}
