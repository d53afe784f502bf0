//! The code of tasks, in keys.

use core::any::{TypeId, type_name};

use super::Task;
use crate::key::{CodeWriter, Key, KeyWriter};

/// A hash of a task's code, with what the code uses; or of its version, in whose place it stands.
pub(crate) fn code_of<T: Task>() -> [u8; 16] {
    let mut code = CodeWriter::new();
    write::<T>(&mut code);
    code.half()
}

/// The name of the argument of a task with this number.
pub(crate) fn argument_of<T: Task>(number: usize) -> Option<&'static str> {
    T::CODE.split(',').nth(number + 1)
}

/// Writes an output of a task that is `volatile`, which counts by its value.
pub fn key_of<O: Key + ?Sized>(output: &O, key: &mut KeyWriter) {
    output.key(key);
}

/// Writes the code of a task that other code uses.
pub fn used<T: Task>(code: &mut CodeWriter) {
    code.bytes(type_name::<T>().as_bytes());
    if code.is_new(TypeId::of::<T>()) {
        write::<T>(code);
    }
}

fn write<T: Task>(code: &mut CodeWriter) {
    code.is_new(TypeId::of::<T>());
    match T::VERSION {
        Some(version) => {
            code.bytes(b"version");
            code.value(&version);
        }
        None => {
            code.bytes(T::CODE.split(',').next().unwrap_or_default().as_bytes());
            T::uses(code);
            code.bytes(b"end");
        }
    }
}

#[cfg(test)]
mod tests;
