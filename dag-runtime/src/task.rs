//! What a task is to the compiler: the traits that the twin type of a task's function implements.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::error::Error;

use crate::slot::{Sink, Written};
use crate::table::{Edge, Listed, NO_SITE};

/// The error of a fallible task, as it reaches [`source`](Error::source).
pub type TaskError = Box<dyn Error + Send + Sync>;

/// What one run of a task gives.
pub type Outcome<T> = Result<T, TaskError>;

/// A task: implemented by the type that `#[task]` puts beside its function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task",
    label = "not a task",
    note = "a task is a function with the attribute `#[task]`"
)]
pub trait Task: 'static {
    /// What the task gives to those that depend on it: of a family, a slice of all members' outputs.
    type Output: ?Sized + 'static;
    /// Whether the task runs once for each element of an output, by its attribute.
    const EACH: bool = false;
}

/// Task `T`, run once for each element of an output.
#[derive(Debug)]
pub struct OverEach<T>(core::marker::PhantomData<T>);

impl<T: Task<Output: Sized>> Task for OverEach<T> {
    type Output = Vec<T::Output>;
}

/// The facts of a task in a graph `G`, evaluated in a phase `P`.
///
/// The expansion of `#[task]` calls [`site`] in this constant for each name that can turn out to be
/// at fault once a graph is known. Which one that is, the phase says; the error then points at it.
pub trait Describe<G, P: Phase>: Task {
    /// The task in a run, with `B` at hand.
    type With<B>;
    /// The facts.
    const INFO: Info;
}

/// What an attribute says of its task.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The function's doc comment.
    pub description: &'static str,
    /// The relative time that the task takes.
    pub cost: u64,
    /// What the task depends on, in the order of the attribute.
    pub edges: &'static [Edge],
    /// Where it runs once for each element of an output, how its list is dropped.
    pub each: Option<Listed>,
}

impl Info {
    /// Defaults for an empty attribute.
    pub const PLAIN: Self = Info { description: "", cost: 1, edges: &[], each: None };
}

/// What a constant of an expansion is evaluated for: to build a table, or to report a problem at
/// one of its sites.
pub trait Phase {
    /// What to report, if anything.
    const FAULT: Fault;
}

/// What is at fault: a site, and what to say there.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Its site, or [`NO_SITE`](crate::table::NO_SITE).
    pub site: u32,
    /// What to say there.
    pub message: &'static str,
}

impl Fault {
    /// Nothing is.
    pub(crate) const NONE: Fault = Fault { site: NO_SITE, message: "" };
}

/// Fails the evaluation where this is the site to report.
#[track_caller]
pub const fn site(fault: Fault, site: u32) {
    if fault.site == site {
        panic!("{}", fault.message)
    }
}

/// A task in a graph `G`, which lists it: see [`ListedBy`].
#[diagnostic::on_unimplemented(
    message = "graph `{G}` has no task `{Self}`",
    label = "this task depends on `{Self}`",
    note = "list `{Self}` among the tasks of `{G}`"
)]
pub trait In<G>: 'static {
    /// Its position among the graph's tasks.
    const INDEX: u32;
}

#[diagnostic::do_not_recommend]
impl<G: Marked, T: ListedBy<G::Marker>> In<G> for T {
    const INDEX: u32 = T::INDEX;
}

/// A graph that has a marker of its own.
pub trait Marked {
    /// What stands for it in [`ListedBy`].
    type Marker;
}

/// A task that the graph with the marker `M` lists: implemented by `dag!`.
///
/// The impl names no graph: that would count as a use of it, and rustc would not report it as dead code.
pub trait ListedBy<M>: 'static {
    /// Its position among the graph's tasks.
    const INDEX: u32;
}

/// A task whose output may be used from several threads.
#[diagnostic::on_unimplemented(
    message = "the output of task `{Self}` cannot be shared between threads",
    label = "runs tasks on several threads",
    note = "on this executor every output must be `Send + Sync`; `Serial` runs any graph"
)]
pub trait Shareable: Task {}

#[diagnostic::do_not_recommend]
impl<T: Task> Shareable for T where T::Output: Send + Sync {}

/// The return type of a fallible task.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `core::result::Result`",
    label = "a task whose return type is called `Result` is fallible",
    note = "return `core::result::Result` or an alias of it, or give the type another name"
)]
pub trait Fallible {
    /// What the task gives where it succeeds.
    type Output;
    /// What it fails with.
    type Error;
    /// The outcome, with the error boxed.
    #[doc(hidden)]
    fn outcome(self) -> Outcome<Self::Output>
    where
        Self::Error: IntoTaskError;
    /// Stores what the task gives where it succeeds.
    #[doc(hidden)]
    fn put(self, sink: Sink<'_, Self::Output>) -> Outcome<Written>
    where
        Self::Error: IntoTaskError;
}

/// What a fallible task may fail with.
#[diagnostic::on_unimplemented(
    message = "a task cannot fail with `{Self}`",
    label = "its error is not `Into<Box<dyn Error + Send + Sync>>`",
    note = "implement `core::error::Error` for `{Self}`, which has to be `Send + Sync + 'static`, or fail with a `String`"
)]
pub trait IntoTaskError {
    #[doc(hidden)]
    fn boxed(self) -> TaskError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<TaskError>> IntoTaskError for E {
    #[inline]
    fn boxed(self) -> TaskError {
        self.into()
    }
}

/// The output of a function that cannot be a task, so that only that is reported.
#[derive(Clone, Copy, Debug)]
pub struct Unknown(());

impl Unknown {
    pub(crate) fn never(&self) -> ! {
        panic!("the task does not compile")
    }
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

/// What a task with an output of this type is bound to where it does not run.
#[derive(Debug)]
pub struct Unbound<T: ?Sized>(core::marker::PhantomData<T>);

/// Stands for the task of a line that names none.
#[derive(Debug)]
pub struct NoTask<B = ()>(core::marker::PhantomData<B>);

impl Task for NoTask {
    type Output = Unknown;
}

/// Whether a type is a task: `IsTask::<T>::VALUE`, with [`NotTask`] in scope, as [`IsCopy`].
#[derive(Debug)]
pub struct IsTask<T: ?Sized>(core::marker::PhantomData<T>);

impl<T: Task> IsTask<T> {
    /// It is.
    pub const VALUE: bool = true;
}

/// See [`IsTask`].
pub trait NotTask {
    /// It is not.
    const VALUE: bool = false;
}

impl<T: ?Sized> NotTask for IsTask<T> {}

/// Fails if a node does not name a task; otherwise it is the length of an empty array.
#[track_caller]
#[must_use]
pub const fn is_task(is_task: bool, message: &'static str) -> usize {
    if !is_task {
        panic!("{}", message)
    }
    0
}

/// What a node names that may be no task. Then `E` is of no known type, and nothing is told of what is made of it.
#[derive(Debug)]
pub struct Maybe<E, const IS_TASK: bool>(core::marker::PhantomData<E>);

/// The task that a node names, if it does.
pub trait Named<T: ?Sized> {
    /// The task, or what is of no known type.
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
    /// The task, or what is of no known type.
    type With<B>;
}

impl<T: Describe<G, P>, E, G, P: Phase> NamedIn<T, G, P> for Maybe<E, true> {
    type With<B> = T::With<B>;
}

impl<T: ?Sized, E, G, P> NamedIn<T, G, P> for Maybe<E, false> {
    type With<B> = Nothing<E, B>;
}

/// Stands for the task of a node that names none, of no known type as `E` is.
#[derive(Debug)]
pub struct Nothing<E, B = ()> {
    /// As in a task.
    pub bound: B,
    error: core::marker::PhantomData<E>,
}

/// The outcome of such a function.
pub fn unknown<T>() -> Outcome<T> {
    Err("the task does not compile".into())
}

/// Stands for an output in an argument that does not compile.
#[must_use]
pub fn anything<T>() -> T {
    unreachable!("the graph does not compile")
}

/// What is of type `B` where types are found.
pub trait Found<B> {
    /// `B`
    type Then;
}

impl<T, B> Found<B> for T {
    type Then = B;
}

/// What a task's line in a graph `G` makes of it, evaluated in a phase `P`: as [`Describe`].
pub trait Line<G, P: Phase> {
    /// The sites of the line.
    const SITES: ();
}

/// Whether a type is `Copy`: `IsCopy::<T>::VALUE`, with [`NotCopy`] in scope, for a concrete `T`.
///
/// The inherent constant shadows the trait's where its bound holds.
#[derive(Debug)]
pub struct IsCopy<T: ?Sized>(core::marker::PhantomData<T>);

impl<T: Copy> IsCopy<T> {
    /// It is.
    pub const VALUE: bool = true;
}

/// See [`IsCopy`].
pub trait NotCopy {
    /// It is not.
    const VALUE: bool = false;
}

impl<T: ?Sized> NotCopy for IsCopy<T> {}

/// The right to take one output by value, once unless it is `Copy`: the compiler refuses an expression that would
/// take another in a loop or a closure, as it does with a local variable.
#[derive(Debug)]
pub struct Once<T>(core::marker::PhantomData<fn() -> T>);

impl<T> Once<T> {
    /// For the one place that it stands for.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Once(core::marker::PhantomData)
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Copy> Clone for Once<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Copy> Copy for Once<T> {}

/// How a type is cloned, if it is: `IsClone::<T>::VALUE`, as [`IsCopy`].
#[derive(Debug)]
pub struct IsClone<T>(core::marker::PhantomData<T>);

impl<T: Clone> IsClone<T> {
    /// It is.
    pub const VALUE: Option<fn(&T) -> T> = Some(T::clone);
}

/// Whether threads may share a value while they clone it: `IsClone::<T>::SHARED`.
impl<T: Sync> IsClone<T> {
    /// They may.
    pub const SHARED: Option<Shared<T>> = Some(Shared(core::marker::PhantomData));
}

/// There is one for a type that is `Sync` only.
#[derive(Debug)]
pub struct Shared<T>(core::marker::PhantomData<fn(T)>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

/// See [`IsClone`].
pub trait NotClone<T> {
    /// It is not.
    const VALUE: Option<fn(&T) -> T> = None;
    /// It is not `Sync`.
    const SHARED: Option<Shared<T>> = None;
}

impl<T> NotClone<T> for IsClone<T> {}
