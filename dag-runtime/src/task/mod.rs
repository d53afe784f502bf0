//! Tasks at compile time: the traits of the twin type of a task's function, and how its parameters take outputs.

mod coercion;
mod each;
mod each_input;
mod elements;
mod stand_in;
mod when;

use alloc::vec::Vec;

use crate::slot::Task;
use crate::table::{Edge, Phase};

pub use coercion::*;
pub use each::*;
use each::{of_element, value_of_element};
pub use each_input::*;

pub use elements::*;
pub use stand_in::*;
pub use when::*;

/// Task `T`, run once for each element of an output.
#[derive(Debug)]
pub struct OverEach<T>(core::marker::PhantomData<T>);

impl<T: Task<Output: Sized>> Task for OverEach<T> {
    type Output = Vec<T::Output>;
}

/// A task as part of a graph `G`, evaluated in a phase `P`. Errors name this trait and its parameters.
///
/// The expansion of `#[task]` calls `site` in this constant for each name that can be wrong in a graph. The phase
/// says which one is, and the error points at it.
pub trait PartOf<G, P: Phase>: Task {
    /// The task in a run, with `B` for its bound outputs.
    type With<B>;
    /// The dependencies, in the order of the attribute.
    const EDGES: &'static [Edge] = &[];
}

/// The line of a task in a graph `G`, evaluated in a phase `P`: see [`PartOf`].
pub trait LineOf<G, P: Phase> {
    /// The sites of the line.
    const USES: ();
}

/// Whether a type is a task: `IsTask::<T>::VALUE`, with [`NotTask`] in scope, as `IsCopy`.
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

/// Fails if a line does not name a task; otherwise returns the length of an empty array.
#[track_caller]
#[must_use]
pub const fn is_task(is_task: bool, message: &'static str) -> usize {
    if !is_task {
        panic!("{}", message)
    }
    0
}
