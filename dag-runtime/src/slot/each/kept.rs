//! Outputs of single elements, which a store keeps: they are encoded and decoded as lists of one, by the codec of the list.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::any::{Any, TypeId};
use core::mem::needs_drop;

use super::{DONE, Elements, State};
use crate::error::{Outcome, catch};
use crate::slot::cell::{EachCell, StoredElements};
use crate::slot::{Codec, Cx, Part, step};

/// Runs a whole task in steps, each by `call`: before its first element, all elements, and after the last one.
///
/// # Errors
///
/// Returns the error of a step.
pub(crate) fn in_steps(cx: &Cx<'_>, call: impl Fn(&Cx<'_>) -> Outcome<()>) -> Outcome<()> {
    // What is left after a failure is dropped with the cell.
    let cell = EachCell::new();
    step(call(&cx.of_part(Part::Open(&cell))))?;
    let width = width(&cell);
    step(call(&cx.of_part(Part::Elements(&cell, Elements::new(0..width, None)))))?;
    call(&cx.of_part(Part::Close(&cell)))
}

/// The number of elements of a task that is open. Only steps that run elements run now.
fn width(cell: &EachCell) -> usize {
    // SAFETY: rule 6: the task was opened before, and is closed after, the steps that run elements.
    unsafe { cell.width() }.unwrap_or(0)
}

/// A step that runs elements.
pub(crate) struct ElementStep<'run> {
    cx: Cx<'run>,
    cell: &'run EachCell,
    pub(crate) elements: Elements<'run>,
}

impl<'run> ElementStep<'run> {
    /// This step, if it is one.
    pub(crate) fn of(cx: &Cx<'run>) -> Option<Self> {
        match cx.part() {
            Part::Elements(cell, elements) => Some(ElementStep { cx: *cx, cell, elements }),
            _ => None,
        }
    }

    /// The right to run elements from `first` to `end` of this step.
    pub(crate) fn part(&self, first: usize, end: usize) -> Cx<'run> {
        assert!(self.elements.first <= first && end <= self.elements.end, "they are of this step");
        self.cx.of_part(Part::Elements(self.cell, Elements { first, end, ..self.elements }))
    }

    /// Stores the output of an element that has not run, from a list of one.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be decoded.
    pub(crate) fn decode(&self, k: usize, codec: &Codec, bytes: &[u8]) -> Outcome<()> {
        assert!((self.elements.first..self.elements.end).contains(&k), "it is of this step");
        let list = codec.decode_value(bytes)?;
        // SAFETY: rule 6: the element is one of this step, which does not run it, so its place is empty. The codec is that of
        // the task's line.
        match unsafe { self.cell.kept().elements().store(k, list) } {
            true => Ok(()),
            false => Err("it is no list of one output".into()),
        }
    }

    /// Encodes the output of an element that has run, as a list of one.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be encoded.
    pub(crate) fn encode(&self, k: usize, codec: &Codec, bytes: &mut Vec<u8>) -> Outcome<()> {
        assert!((self.elements.first..self.elements.end).contains(&k), "it is of this step");
        // SAFETY: rule 6: the element has run in this step, so its output is there, and nobody else uses it.
        unsafe { self.cell.kept().elements().encode(k, codec, bytes) }
    }
}

impl<E, R: 'static> StoredElements for State<E, R> {
    unsafe fn store(&self, k: usize, list: Box<dyn Any>) -> bool {
        let list = match list.downcast::<Vec<R>>() {
            Ok(list) => Some(*list),
            Err(list) => list.downcast::<Option<Vec<R>>>().ok().and_then(|list| *list),
        };
        let Some((Some(output), true)) = list.map(|mut list| (list.pop(), list.is_empty())) else {
            return false;
        };
        if k >= self.width {
            return false;
        }
        if self.owns_elements && needs_drop::<E>() {
            // SAFETY: the caller's promise: the element is there, and is not run. It counts as taken before it is dropped.
            unsafe {
                self.fates[k].set(super::TAKEN);
                self.element.add(k).drop_in_place();
            }
        }
        // SAFETY: the caller's promise: the place is empty.
        unsafe { self.output.add(k).write(output) };
        if let Some(fate) = self.fates.get(k) {
            fate.set(DONE);
        }
        true
    }

    unsafe fn encode(&self, k: usize, codec: &Codec, bytes: &mut Vec<u8>) -> Outcome<()> {
        assert!(k < self.width, "there are as many elements");
        let place = // SAFETY: there are `width` places.
            unsafe { self.output.add(k) };
        // SAFETY: the caller's promise: the output is there. It is put back, whatever happens.
        let output = unsafe { place.read() };
        let (output, encoded) = if codec.is_of(TypeId::of::<Vec<R>>()) {
            let mut list = vec![output];
            let encoded = catch(|| codec.encode_value(&list, bytes));
            (list.pop(), encoded)
        } else {
            let mut list = Some(vec![output]);
            let encoded = catch(|| codec.encode_value(&list, bytes));
            (list.as_mut().and_then(Vec::pop), encoded)
        };
        if let Some(output) = output {
            // SAFETY: as above.
            unsafe { place.write(output) };
        }
        encoded.map_err(crate::error::Failure::into_error)
    }
}
