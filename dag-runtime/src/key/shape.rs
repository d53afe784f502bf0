//! Shapes: what of a type decides how its values are written.
//!
//! A format without names, as that of kept outputs, reads whatever bytes fit: after two fields of the same type have
//! changed places, it gives a wrong value. So the shape of an output's type is in its key. It is found by reading: a
//! deserializer that has no bytes gives the type whatever it asks for, and notes what that was. The type is read again
//! and again, each time with another variant of its enums, until no variant is left.
//!
//! What a type does not accept cannot be given to it: one that checks what it reads may refuse all values that the tracer knows.
//! Then its shape is what is known by then, its name, its size and its alignment.

mod access;
mod node;
mod place;
mod tracer;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::any::{TypeId, type_name};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

use self::node::{Node, Run};
use self::place::Tracer;
use super::writer::KeyWriter;
use crate::unwind::{catch, discard};

/// The shape of a type, which is found once: the names of its fields and variants in their order, and the primitive types they are made of.
pub(crate) fn shape_of<T: Deserialize<'static> + 'static>() -> [u8; 16] {
    static KNOWN: Mutex<BTreeMap<TypeId, [u8; 16]>> = Mutex::new(BTreeMap::new());
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let id = TypeId::of::<T>();
    if let Some(shape) = known().get(&id) {
        return *shape;
    }
    let shape = find::<T>();
    known().insert(id, shape);
    shape
}

fn find<T: Deserialize<'static>>() -> [u8; 16] {
    let traced = trace::<T>();
    let mut key = KeyWriter::new();
    traced.root.write(&traced.types, &mut Vec::new(), &mut key);
    if !traced.is_complete {
        key.bytes(type_name::<T>().as_bytes());
        key.bytes(&(size_of::<T>() as u64).to_le_bytes());
        key.bytes(&(align_of::<T>() as u64).to_le_bytes());
    }
    key.digest().half()
}

/// What a type asks for.
struct Traced {
    root: Node,
    types: BTreeMap<&'static str, Node>,
    /// Whether that is all of it.
    is_complete: bool,
}

fn trace<T: Deserialize<'static>>() -> Traced {
    let (mut root, mut run, mut is_complete) = (Node::default(), Run::default(), false);
    while !is_complete && run.next_pass() {
        // A type may panic where it does not accept a value.
        match catch(|| T::deserialize(Tracer { node: &mut root, run: &mut run })) {
            Ok(value) => {
                is_complete = value.is_ok() && root.is_complete && run.are_types_complete();
                discard(value);
            }
            Err(payload) => {
                discard(payload);
                break;
            }
        }
    }
    Traced { root, types: run.types, is_complete }
}

#[cfg(test)]
mod tests;
