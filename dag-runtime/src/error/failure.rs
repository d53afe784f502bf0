//! Why a task failed.

#[cfg(feature = "std")]
use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use core::fmt::{self, Write};
#[cfg(feature = "std")]
use std::{any::Any, borrow::ToOwned, sync::Mutex, sync::PoisonError};

use super::message::chain;
use super::one_line::OneLine;
use super::{Error, Stopped, TaskError};
use crate::unwind::Payload;
#[cfg(feature = "mpi")]
use crate::unwind::discard;

/// Why a task failed: it returned an error, or it panicked. The text is one line.
pub struct Failure(Cause);

enum Cause {
    Error(TaskError),
    #[cfg(feature = "std")]
    Panic(Box<Panic>),
}

impl Failure {
    pub(crate) fn error(error: TaskError) -> Self {
        Failure(Cause::Error(error))
    }

    /// The error, for a failure that is no panic.
    pub(crate) fn into_error(self) -> TaskError {
        match self.0 {
            Cause::Error(error) => error,
            #[cfg(feature = "std")]
            Cause::Panic(panic) => panic.into(),
        }
    }

    /// A panic that was caught, with its payload.
    pub(crate) fn panic(payload: Payload) -> Self {
        #[cfg(feature = "std")]
        return Failure(Cause::Panic(Box::new(Panic::new(payload))));
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
    pub(crate) fn stopped_run(&self) -> Option<&Error> {
        let run = chain(self.source()).find_map(|error| error.downcast_ref::<Error>());
        run.filter(|run| run.is_stopped())
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
            Cause::Panic(panic) => &**panic,
        }
    }

    /// The message, with its line breaks.
    pub(crate) fn full_text(&self) -> String {
        match &self.0 {
            Cause::Error(error) => error.to_string(),
            #[cfg(feature = "std")]
            Cause::Panic(panic) => panic.message.clone(),
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
