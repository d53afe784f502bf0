//! Keys: what counts for an output, so that a run finds it again.

mod argument;
mod code;
mod content;
mod file;
mod seen;
mod shape;
mod task_key;
mod value;
mod writer;

#[cfg(test)]
mod tests;

pub use argument::{Argument, Constant, NotCountedConstant, NotSkipped, Skips};
pub use code::CodeWriter;
pub use file::File;
pub(crate) use seen::{SeenFile, collect, collect_and_check};
pub(crate) use shape::shape_of;
pub use task_key::TaskKey;
pub(crate) use task_key::{KnownKeys, ListSource, PartOf, digest_of};
pub use value::{Key, begin_key};
pub use writer::KeyWriter;
