//! Keys of the elements of outputs, which count for tasks with `each` that run over them.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::marker::PhantomData;

use crate::key::{Key, KeyWriter};

/// How the elements of an output are written for keys: `false` if that is of another type.
#[derive(Clone, Copy, Debug)]
pub struct ElementKeys(fn(output: &dyn Any, next: Next<'_>) -> bool);

/// Called behind each element.
type Next<'a> = &'a mut dyn FnMut(&mut KeyWriter);

impl ElementKeys {
    /// Writes each element of an output, and calls `next` behind it. Returns `false` if the output is of another type.
    pub(super) fn write(self, output: &dyn Any, next: &mut dyn FnMut(&mut KeyWriter)) -> bool {
        (self.0)(output, next)
    }
}

/// How the elements of an `O` are written for keys: `ElementsOf::<O>::KEYS`, with [`NotKeys`] in scope. The inherent constant
/// shadows the constant of the trait if its bound holds.
#[derive(Debug)]
pub struct ElementsOf<O: ?Sized>(PhantomData<O>);

impl<O: ListOfKeys + 'static> ElementsOf<O> {
    /// By their values.
    pub const KEYS: Option<ElementKeys> = Some(ElementKeys(write::<O>));
}

/// See [`ElementsOf`].
pub trait NotKeys {
    /// They are no keys.
    const KEYS: Option<ElementKeys> = None;
}

impl<O: ?Sized> NotKeys for ElementsOf<O> {}

/// An output that tasks with `each` may run over, whose elements are `Key`.
pub trait ListOfKeys {
    /// Writes each element, and calls `next` behind it.
    fn write(&self, next: &mut dyn FnMut(&mut KeyWriter));
}

impl<T: Key> ListOfKeys for [T] {
    fn write(&self, next: &mut dyn FnMut(&mut KeyWriter)) {
        let mut key = KeyWriter::new();
        for element in self {
            key.clear();
            element.key(&mut key);
            next(&mut key);
        }
    }
}

impl<T: Key> ListOfKeys for Vec<T> {
    fn write(&self, next: &mut dyn FnMut(&mut KeyWriter)) {
        self.as_slice().write(next);
    }
}

impl<T: Key> ListOfKeys for Box<[T]> {
    fn write(&self, next: &mut dyn FnMut(&mut KeyWriter)) {
        (**self).write(next);
    }
}

impl<T: Key, const N: usize> ListOfKeys for [T; N] {
    fn write(&self, next: &mut dyn FnMut(&mut KeyWriter)) {
        self.as_slice().write(next);
    }
}

/// Writes the elements of an output, which may be that of a task with `when`.
fn write<O: ListOfKeys + 'static>(output: &dyn Any, next: &mut dyn FnMut(&mut KeyWriter)) -> bool {
    if let Some(list) = output.downcast_ref::<O>() {
        list.write(next);
    } else if let Some(list) = output.downcast_ref::<Option<O>>() {
        list.iter().for_each(|list| list.write(next));
    } else {
        return false;
    }
    true
}
