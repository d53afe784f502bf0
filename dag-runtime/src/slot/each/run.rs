//! What stands where a plain task calls its function: all elements in order, or a step.

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
    /// Runs all of `elements`, of which there are `width` or fewer.
    #[inline]
    fn run<E>(
        cx: &'cx Cx<'_>,
        width: usize,
        elements: impl Iterator<Item = E>,
        run: impl Fn(E, Sink<'_, R>) -> Outcome<Written>,
    ) -> Outcome<Vec<R>> {
        let outputs = Vec::with_capacity(width);
        let mut all = Self { cx, outputs, stored: Stored::not_yet(), done: 0, width };
        let places = all.outputs.as_mut_ptr();
        for element in elements.take(width) {
            // SAFETY: `done` is below `width`, and so is a place of the vector, whose length stays 0.
            run(element, unsafe { all.stored.sink(places.add(all.done)) })?;
            all.stored.take();
            all.done += 1;
        }
        Ok(all.outputs())
    }

    /// Those that are there.
    #[inline]
    fn outputs(&mut self) -> Vec<R> {
        let mut outputs = mem::take(&mut self.outputs);
        // SAFETY: as many were written, to a vector that holds none by its own account.
        unsafe { outputs.set_len(self.done) };
        outputs
    }
}

/// An element has failed, and its failure is the one to report: a panic in the drop of what is left must not replace it,
/// nor meet it while it unwinds.
impl<R> Drop for InOrder<'_, R> {
    #[inline]
    fn drop(&mut self) {
        if self.done < self.width {
            self.cx.stopped_at(self.done);
            // What ran after the output was stored has panicked.
            self.done += usize::from(self.stored.take());
            discard_all(self.outputs());
        }
    }
}

/// Elements that a task takes by value. Those that are left when one has failed are dropped as outputs are.
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
            // By value, so that in the loop the iterator may be in registers.
            discard_all(mem::take(&mut self.0));
        }
    }
}

/// Runs a task once for each of these elements, which it borrows: all that `cx` says, or a step.
///
/// # Errors
///
/// Passes on the error of the first element that fails; in a step, also gives an error that stands for
/// an output that is not there yet.
#[inline]
pub(crate) fn each_borrowed<'cx, E, R: 'static>(
    cx: &Cx<'_>,
    elements: &'cx [E],
    run: impl Fn(&'cx E, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>> {
    by_number(cx, elements.len(), |k, sink| run(&elements[k], sink))
}

/// Runs a task once for each of the elements of an output, which it takes by value. Where they are
/// `Copy`, which `copy` says, `get` lends them; else `take` gives them, once.
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
    run: impl Fn(E, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>> {
    if copy {
        let elements = get();
        // SAFETY: the elements are `Copy`: `copy` says so.
        return by_number(cx, elements.len(), |k, sink| run(unsafe { ptr::read(&elements[k]) }, sink));
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
            state.run(cx, elements, |k, sink| run(unsafe { state.take(k) }, sink))?;
        }
        Part::Close(cell) => return Ok(cell.close::<E, R>()),
    }
    Err(Box::new(InSteps))
}

#[inline]
fn by_number<R: 'static>(
    cx: &Cx<'_>,
    width: usize,
    run: impl Fn(usize, Sink<'_, R>) -> Outcome<Written>,
) -> Outcome<Vec<R>> {
    match cx.part() {
        Part::Whole => return InOrder::run(cx, width, 0..width, run),
        Part::Open(cell) => cell.open(State::<(), R>::borrowed(width)),
        #[cfg(feature = "mpi")]
        Part::OpenOver(..) => unreachable!("elements that are borrowed come with their output"),
        Part::Elements(cell, elements) => cell.state::<(), R>().run(cx, elements, run)?,
        Part::Close(cell) => return Ok(cell.close::<(), R>()),
    }
    Err(Box::new(InSteps))
}

/// A step went well, and has no output to store: all but the last one. Boxed, it allocates nothing.
#[derive(Debug)]
struct InSteps;

impl fmt::Display for InSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task is not complete yet")
    }
}

impl Error for InSteps {}

/// What a step of a task that is not its last one came to: its own error, if any.
pub(crate) fn step(outcome: Outcome<()>) -> Outcome<()> {
    match outcome {
        Err(error) if error.is::<InSteps>() => Ok(()),
        outcome => outcome,
    }
}
