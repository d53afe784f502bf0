//! Runs elements, in place of the call of a plain task's function: all elements in order, or a step.

use alloc::boxed::Box;
use alloc::vec::{self, Vec};
use core::error::Error;
use core::{fmt, mem, ptr};

#[cfg(feature = "mpi")]
use super::lent;
use super::{Cx, State};
use crate::error::Outcome;
use crate::slot::sink::Stored;
use crate::slot::{Part, Sink, Written};
use crate::unwind::discard_all;

/// The outputs of a task that runs in one call, in order.
struct InOrder<'cx, R> {
    cx: &'cx Cx<'cx>,
    outputs: Vec<R>,
    stored: Stored,
    done: usize,
    width: usize,
}

impl<'cx, R> InOrder<'cx, R> {
    /// Runs all of `elements`, at most `width`.
    #[inline]
    fn run<E>(
        cx: &'cx Cx<'_>,
        width: usize,
        elements: impl Iterator<Item = E>,
        run: impl Fn(usize, E, Sink<'_, R>) -> Outcome<Written>,
    ) -> Outcome<Vec<R>> {
        let outputs = Vec::with_capacity(width);
        let mut all = Self { cx, outputs, stored: Stored::not_yet(), done: 0, width };
        let places = all.outputs.as_mut_ptr();
        for element in elements.take(width) {
            // SAFETY: `done` is below `width`, so the vector has room at this place. Its length stays 0.
            run(all.done, element, unsafe { all.stored.sink(places.add(all.done)) })?;
            all.stored.take();
            all.done += 1;
        }
        Ok(all.outputs())
    }

    /// The stored outputs.
    #[inline]
    fn outputs(&mut self) -> Vec<R> {
        let mut outputs = mem::take(&mut self.outputs);
        // SAFETY: that many outputs were written to the vector, whose length was still 0.
        unsafe { outputs.set_len(self.done) };
        outputs
    }
}

/// An element has failed, and this failure must be reported: a panic in the drop of the rest must not replace it, and
/// must not occur while it unwinds.
impl<R> Drop for InOrder<'_, R> {
    #[inline]
    fn drop(&mut self) {
        if self.done < self.width {
            self.cx.stopped_at(self.done);
            // Code that ran after the output was stored has panicked.
            self.done += usize::from(self.stored.take());
            discard_all(self.outputs());
        }
    }
}

/// Elements that a task takes by value. After a failure, the rest is dropped as outputs are.
struct Owned<E>(vec::IntoIter<E>);

impl<E> Iterator for Owned<E> {
    type Item = E;

    #[inline]
    fn next(&mut self) -> Option<E> {
        self.0.next()
    }
}

impl<E> Drop for Owned<E> {
    #[inline]
    fn drop(&mut self) {
        if !self.0.as_slice().is_empty() {
            // By value, so that the iterator can be in registers in the loop.
            discard_all(mem::take(&mut self.0));
        }
    }
}

/// Runs a task once for each of these elements, which it borrows: the part that `cx` says. `run` receives the number of
/// the element, too.
///
/// # Errors
///
/// Passes on the error of the first element that fails. A step also returns an error that stands for an output that
/// does not exist yet.
#[inline]
pub(crate) fn each_borrowed<'cx, E, R: 'static>(
    cx: &Cx<'_>,
    elements: &'cx [E],
    run: impl Fn(usize, &'cx E, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>> {
    each_by_number(cx, elements.len(), |k, sink| run(k, &elements[k], sink))
}

/// Runs a task once for each element of an output, which it takes by value. If `copy` says that elements are `Copy`,
/// `get` lends them; otherwise `take` returns them, once. `run` receives the number of the element, too.
///
/// # Errors
///
/// As [`each_borrowed`].
#[inline]
pub(crate) fn each_owned<'cx, E: 'static, R: 'static>(
    cx: &Cx<'_>,
    copy: bool,
    get: impl FnOnce() -> &'cx [E],
    take: impl FnOnce() -> Vec<E>,
    run: impl Fn(usize, E, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>> {
    if copy {
        let elements = get();
        return each_by_number(cx, elements.len(), |k, sink| {
            // SAFETY: the elements are `Copy`, as `copy` says.
            run(k, unsafe { ptr::read(&elements[k]) }, sink)
        });
    }
    match cx.part() {
        Part::Whole => {
            let elements = take();
            return InOrder::run(cx, elements.len(), Owned(elements.into_iter()), run);
        }
        Part::Open(cell) => cell.open(State::<E, R>::owned(take())),
        #[cfg(feature = "mpi")]
        Part::OpenOver(cell, elements) => cell.open(State::<E, R>::owned(lent::brought(elements))),
        Part::Elements(cell, elements) => {
            let state = cell.state::<E, R>();
            // SAFETY: a task that moves elements owns them since it was opened, and rule 6 gives each
            // to one step, which runs it once.
            state.run(cx, elements, |k, sink| run(k, unsafe { state.take(k) }, sink))?;
        }
        Part::Close(cell) => return Ok(cell.close::<E, R>()),
    }
    Err(Box::new(InSteps))
}

/// Runs a task once for each of `width` elements, which are given only by their numbers: the part that `cx` says.
///
/// # Errors
///
/// As [`each_borrowed`].
#[inline]
pub(crate) fn each_by_number<R: 'static>(
    cx: &Cx<'_>,
    width: usize,
    run: impl Fn(usize, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>> {
    match cx.part() {
        Part::Whole => return InOrder::run(cx, width, 0..width, |_, k, sink| run(k, sink)),
        Part::Open(cell) => cell.open(State::<(), R>::borrowed(width)),
        #[cfg(feature = "mpi")]
        Part::OpenOver(..) => unreachable!("elements that are borrowed come with their output"),
        Part::Elements(cell, elements) => cell.state::<(), R>().run(cx, elements, run)?,
        Part::Close(cell) => return Ok(cell.close::<(), R>()),
    }
    Err(Box::new(InSteps))
}

/// The step was successful but has no output to store: true of all but the last one. Boxing it allocates nothing.
#[derive(Debug)]
pub(in crate::slot) struct InSteps;

impl fmt::Display for InSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task is not complete yet")
    }
}

impl Error for InSteps {}

/// The result of a step that is not the last one: its own error, if any.
pub(crate) fn step(outcome: Outcome<()>) -> Outcome<()> {
    match outcome {
        Err(error) if error.is::<InSteps>() => Ok(()),
        outcome => outcome,
    }
}
