//! Tasks that return a `Result`, and their errors.

use alloc::string::String;
use core::any::type_name;
use core::fmt::{self, Write};
use core::mem::{self, needs_drop};

use super::{Cx, Sink, Written};
use crate::error::{Failure, Outcome, TaskError};
use crate::probe::WriteText;
use crate::unwind::ignore;

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
    /// As [`put_caught`](Self::put_caught), for a task with `retry`: fails if another attempt follows an `Err`.
    #[doc(hidden)]
    fn put_last(
        self,
        sink: Sink<'_, Self>,
        cx: &Cx<'_>,
        text: [Option<WriteText<Self::Error>>; 2],
        retries: u32,
    ) -> Outcome<Written>
    where
        Self: Sized,
        Self::Error: IntoTaskError;
    /// Stores the whole result, for a task with `catch`.
    #[doc(hidden)]
    fn put_caught(
        self,
        sink: Sink<'_, Self>,
        cx: &Cx<'_>,
        text: [Option<WriteText<Self::Error>>; 2],
    ) -> Outcome<Written>
    where
        Self: Sized;
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

    #[inline]
    fn put_last(
        self,
        sink: Sink<'_, Self>,
        cx: &Cx<'_>,
        text: [Option<WriteText<E>>; 2],
        retries: u32,
    ) -> Outcome<Written>
    where
        E: IntoTaskError,
    {
        match self {
            Err(error) if cx.is_retried(retries) => Err(error.boxed()),
            result => result.put_caught(sink, cx, text),
        }
    }

    #[inline]
    fn put_caught(
        self,
        sink: Sink<'_, Self>,
        cx: &Cx<'_>,
        text: [Option<WriteText<E>>; 2],
    ) -> Outcome<Written> {
        if let Err(error) = &self {
            cx.caught(&mut || Failure::error(text_of(error, text).into()));
        }
        Ok(sink.put(self))
    }
}

/// An error as text: by the first of these ways that there is, else as the name of its type.
#[cold]
fn text_of<E>(error: &E, ways: [Option<WriteText<E>>; 2]) -> String {
    struct Shown<'e, E>(&'e E, WriteText<E>);
    impl<E> fmt::Display for Shown<'_, E> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            (self.1)(self.0, f)
        }
    }
    let mut text = String::new();
    match ways.into_iter().flatten().next() {
        // The error is an output, whatever its text does.
        Some(way) => ignore(|| {
            let _ = write!(text, "{}", Shown(error, way));
        }),
        None => text.push_str(type_name::<E>()),
    }
    text
}
