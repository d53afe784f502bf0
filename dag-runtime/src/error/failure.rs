//! Why a task failed, as one line of text.

#[cfg(feature = "std")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
use alloc::string::String;
use core::fmt::{self, Write};
#[cfg(feature = "std")]
use std::{any::Any, borrow::ToOwned, sync::Mutex, sync::PoisonError};

use super::{Error, Stopped, TaskError};
use crate::unwind::Payload;
#[cfg(feature = "mpi")]
use crate::unwind::discard;

/// The most errors of a chain of sources that are examined.
const MOST_SOURCES: usize = 64;

/// Why a task failed: it returned an error, or it panicked. The text is one line.
pub struct Failure(Cause);

enum Cause {
    Error(TaskError),
    #[cfg(feature = "std")]
    Panic(Panic),
}

impl Failure {
    pub(crate) fn error(error: TaskError) -> Self {
        Failure(Cause::Error(error))
    }

    /// A panic that was caught, with its payload.
    pub(crate) fn panic(payload: Payload) -> Self {
        #[cfg(feature = "std")]
        return Failure(Cause::Panic(Panic::new(payload)));
        #[cfg(not(feature = "std"))]
        match payload {}
    }

    /// The failure, with `text` before its own message.
    #[cfg(feature = "mpi")]
    pub(crate) fn context(self, text: &str) -> Self {
        let failure = Failure::error(alloc::format!("{text}: {self}").into());
        discard(self);
        failure
    }

    /// Whether this is no failure: the task does not start because the run is stopped.
    pub(crate) fn is_stop(&self) -> bool {
        self.source().is_some_and(|error| error.is::<Stopped>())
    }

    /// The error of a run inside the task that was stopped and caused this failure, if that is so.
    pub(super) fn stopped_run(&self) -> Option<&Error> {
        let mut error = self.source();
        // An error may have itself as its source.
        for _ in 0..MOST_SOURCES {
            match error.map(|error| (error.downcast_ref::<Error>(), error.source())) {
                Some((Some(run), _)) => return run.is_stopped().then_some(run),
                Some((None, source)) => error = source,
                None => break,
            }
        }
        None
    }

    /// Whether the task panicked.
    pub fn is_panic(&self) -> bool {
        !matches!(self.0, Cause::Error(_))
    }

    /// The payload of the panic, unless it was taken before.
    #[cfg(feature = "std")]
    pub(crate) fn take_payload(&mut self) -> Option<Box<dyn Any + Send>> {
        match &mut self.0 {
            Cause::Panic(panic) => panic.payload.get_mut().unwrap_or_else(PoisonError::into_inner).take(),
            Cause::Error(_) => None,
        }
    }

    /// The error that the task returned or, for a panic, an error that says so.
    pub(super) fn as_error(&self) -> &(dyn core::error::Error + 'static) {
        match &self.0 {
            Cause::Error(error) => &**error,
            #[cfg(feature = "std")]
            Cause::Panic(panic) => panic,
        }
    }

    /// The error that the task returned; `None` if it panicked.
    pub fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.0 {
            Cause::Error(error) => Some(&**error),
            #[cfg(feature = "std")]
            Cause::Panic(_) => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Error(error) => write!(OneLine::new(f), "{error}"),
            #[cfg(feature = "std")]
            Cause::Panic(panic) => OneLine::new(f).write_str(&panic.message),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Error(error) => error.fmt(f),
            #[cfg(feature = "std")]
            Cause::Panic(panic) => f.debug_tuple("Panic").field(&panic.message).finish(),
        }
    }
}

/// A caught panic, as an error.
#[cfg(feature = "std")]
#[derive(Debug)]
struct Panic {
    message: String,
    /// `None` after it was taken. The lock only makes the payload `Sync`; it is never contended.
    payload: Mutex<Option<Box<dyn Any + Send>>>,
}

#[cfg(feature = "std")]
impl Panic {
    fn new(payload: Box<dyn Any + Send>) -> Self {
        let text = match payload.downcast_ref::<String>() {
            Some(text) => Some(text.as_str()),
            None => payload.downcast_ref::<&str>().copied(),
        };
        let message = text.unwrap_or("a panic whose payload is not text").to_owned();
        Panic { message, payload: Mutex::new(Some(payload)) }
    }
}

#[cfg(feature = "std")]
impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("panicked: ")?;
        OneLine::new(f).write_str(&self.message)
    }
}

#[cfg(feature = "std")]
impl core::error::Error for Panic {}

/// Text as one line.
#[cfg(feature = "cli")]
pub(crate) fn one_line(text: &str) -> impl fmt::Display {
    struct Text<'text>(&'text str);
    impl fmt::Display for Text<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            OneLine::new(f).write_str(self.0)
        }
    }
    Text(text)
}

/// Writes text with each line break, and the blanks that follow it, as one space.
pub(super) struct OneLine<'f, 'b> {
    out: &'f mut fmt::Formatter<'b>,
    is_empty: bool,
    after_break: bool,
}

impl<'f, 'b> OneLine<'f, 'b> {
    pub(super) fn new(out: &'f mut fmt::Formatter<'b>) -> Self {
        OneLine { out, is_empty: true, after_break: false }
    }
}

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (k, line) in text.split(['\n', '\r']).enumerate() {
            self.after_break |= k > 0;
            let line = if self.after_break { line.trim_start() } else { line };
            if line.is_empty() {
                continue;
            }
            if self.after_break && !self.is_empty {
                self.out.write_char(' ')?;
            }
            self.out.write_str(line)?;
            self.is_empty = false;
            self.after_break = false;
        }
        Ok(())
    }
}
