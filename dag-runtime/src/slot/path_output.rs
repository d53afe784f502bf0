//! What cannot be kept: outputs that are paths, and those of tasks that always run.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::marker::PhantomData;
use std::path::{Path, PathBuf};

use super::Task;

/// Whether a type is a path, or holds some: `IsPath::<O>::VALUE`, with [`NotPath`] in scope.
#[derive(Debug)]
pub struct IsPath<O>(PhantomData<O>);

/// See [`IsPath`].
pub trait NotPath {
    /// It is not.
    const VALUE: bool = false;
}

impl<O> NotPath for IsPath<O> {}

macro_rules! paths {
    ($($path:ty)*) => {$(
        impl IsPath<$path> {
            /// It is.
            pub const VALUE: bool = true;
        }
    )*};
}

paths! { PathBuf Box<Path> Option<PathBuf> Vec<PathBuf> Option<Vec<PathBuf>> }

/// Refuses to keep an output of task `T` that is a path, and any output of a task that always runs.
///
/// # Panics
///
/// Panics if it is one.
#[track_caller]
pub const fn refuse_kept<T: Task>(is_path: bool) {
    assert!(!is_path, "a path cannot be kept, since it does not say what is in the file: return a `File`");
    assert!(
        T::VOLATILE.is_none(),
        "a `volatile` task always runs, so its output would never be found: leave out `keep` here, and keep what is made of this output"
    );
}
