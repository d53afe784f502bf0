//! What a run knows of the lines of a graph with `keep`.

use core::any::type_name;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Codec, Task, argument_of, code_of};

/// A line of a graph with `keep`.
#[derive(Clone, Copy, Debug)]
pub struct KeptLine {
    /// The path of the task's function, as the type beside it has it: with what the type is generic over.
    path: fn() -> &'static str,
    /// A hash of what the function does, or its version.
    pub(crate) code: fn() -> [u8; 16],
    /// The name of the argument with this number.
    pub(crate) argument: fn(usize) -> Option<&'static str>,
    /// Whether the task always runs, and counts by its output.
    pub(crate) is_volatile: bool,
    /// How outputs are encoded, if the line has `keep`.
    pub(crate) codec: Option<Codec>,
}

impl KeptLine {
    /// A line without `keep`, on task `T`, whose outputs are stored as `O`.
    #[must_use]
    pub const fn of<T: Task, O: ?Sized>() -> Self {
        KeptLine {
            path: type_name::<T>,
            code: code_of::<T>,
            argument: argument_of::<T>,
            is_volatile: T::VOLATILE.is_some(),
            codec: None,
        }
    }

    /// A line with `keep`.
    #[must_use]
    pub const fn kept<T: Task, O: CanBeKept<T>>(codec: Option<Codec>) -> Self {
        KeptLine { codec, ..KeptLine::of::<T, O>() }
    }

    /// The path of the task's function.
    pub(crate) fn path(&self) -> &'static str {
        let path = (self.path)();
        // The generics of the last segment are what is bound in a run.
        let end = path.rfind("::").map_or(0, |at| path[at..].find('<').map_or(path.len(), |end| at + end));
        if end == 0 { path.split('<').next().unwrap_or(path) } else { &path[..end] }
    }
}

/// An output of task `T` that a store can keep.
#[diagnostic::on_unimplemented(
    message = "the output of task `{T}` cannot be kept: `{Self}` is not `Serialize + DeserializeOwned`",
    label = "`keep` writes its output to a store",
    note = "derive `serde::Serialize` and `serde::Deserialize` for it; it must own its parts, as a `String` does and a `&str` does not"
)]
pub trait CanBeKept<T> {}

#[diagnostic::do_not_recommend]
impl<T, O: Serialize + DeserializeOwned> CanBeKept<T> for O {}
