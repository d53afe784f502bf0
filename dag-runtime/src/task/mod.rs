//! What a task is to the compiler: the traits that the twin type of a task's function implements, and how its parameters take
//! outputs.

mod coercion;
mod each;
mod elements;
mod stand_in;

use alloc::vec::Vec;

use crate::slot::Task;
use crate::table::{Info, Phase};

pub use coercion::*;
pub use each::*;
pub use elements::*;
pub use stand_in::*;

/// Task `T`, run once for each element of an output.
#[derive(Debug)]
pub struct OverEach<T>(core::marker::PhantomData<T>);

impl<T: Task<Output: Sized>> Task for OverEach<T> {
    type Output = Vec<T::Output>;
}

/// A task as part of a graph `G`, evaluated in a phase `P`. Errors name this trait and its parameters.
///
/// The expansion of `#[task]` calls [`site`] in this constant for each name that can turn out to be
/// at fault once a graph is known. Which one that is, the phase says; the error then points at it.
pub trait PartOf<G, P: Phase>: Task {
    /// The task in a run, with `B` at hand.
    type With<B>;
    /// The facts.
    const INFO: Info;
}

/// What a task's line in a graph `G` makes of it, evaluated in a phase `P`: as [`PartOf`].
pub trait LineOf<G, P: Phase> {
    /// The sites of the line.
    const USES: ();
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
