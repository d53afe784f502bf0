//! Outputs that are paths cannot be kept.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::marker::PhantomData;
use std::path::{Path, PathBuf};

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

/// Refuses a kept output that is a path.
///
/// # Panics
///
/// Panics if it is one.
#[track_caller]
pub const fn refuse_path(is_path: bool) {
    assert!(!is_path, "a path cannot be kept, since it does not say what is in the file: return a `File`");
}
