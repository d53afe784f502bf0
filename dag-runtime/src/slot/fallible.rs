//! Tasks that return a `Result`, and their errors.

use core::mem::{self, needs_drop};

use super::{Sink, Written};
use crate::error::{Outcome, TaskError};

/// The return type of a fallible task.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `core::result::Result`",
    label = "a task whose return type is called `Result` is fallible",
    note = "return `core::result::Result` or an alias of it, or give the type another name"
)]
pub trait Fallible {
    /// The output of the task if it succeeds.
    type Output;
    /// The error.
    type Error;
    /// Stores the output if the task succeeds.
    #[doc(hidden)]
    fn put(self, sink: Sink<'_, Self::Output>) -> Outcome<Written>
    where
        Self::Error: IntoTaskError;
}

/// An error of a fallible task.
#[diagnostic::on_unimplemented(
    message = "a task cannot fail with `{Self}`",
    label = "its error is not `Into<Box<dyn Error + Send + Sync>>`",
    note = "implement `core::error::Error` for `{Self}`, which must be `Send + Sync + 'static`, or fail with a `String`"
)]
pub trait IntoTaskError {
    #[doc(hidden)]
    fn boxed(self) -> TaskError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<TaskError>> IntoTaskError for E {
    #[inline]
    fn boxed(self) -> TaskError {
        self.into()
    }
}

impl<T, E> Fallible for Result<T, E> {
    type Output = T;
    type Error = E;

    #[inline(always)]
    fn put(self, sink: Sink<'_, T>) -> Outcome<Written>
    where
        E: IntoTaskError,
    {
        match self {
            Ok(ref output) => {
                // SAFETY: as in `Sink::put`.
                unsafe { sink.copy(output) };
                if const { needs_drop::<T>() } {
                    mem::forget(self);
                }
                Ok(Written(()))
            }
            Err(error) => Err(error.boxed()),
        }
    }
}
