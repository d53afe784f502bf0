//! Failures that tasks with `catch` return, counted for the user.

use alloc::format;
use alloc::string::{String, ToString as _};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use crate::error::Failure;
use crate::observe::{Observer, RunId, TaskEvent};
use crate::table::Table;

/// An observer that counts the failures that were caught, and keeps the first one.
#[derive(Debug, Default)]
pub(super) struct CaughtFailures(Mutex<Found>);

#[derive(Debug, Default)]
struct Found {
    count: usize,
    first: Option<First>,
}

/// The first failure in the order of the list and of elements.
#[derive(Debug)]
struct First {
    place: (RunId, usize, Option<usize>),
    name: String,
    text: String,
}

impl CaughtFailures {
    /// The observer, if there is a task that catches. Other runs are faster without one.
    pub(super) fn of(table: &Table) -> Option<Self> {
        table.lines().iter().any(|line| line.catches).then(CaughtFailures::default)
    }

    /// Prints how many there were, if any.
    pub(super) fn print(&self, err: &mut dyn Write) {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(First { place: (.., element), name, text }) = &found.first else { return };
        let element = element.map_or_else(String::new, |element| format!(", element {element}"));
        let _ = match found.count {
            1 => writeln!(err, "caught: 1 failure, in {name}{element}: {text}"),
            count => writeln!(err, "caught: {count} failures, the first in {name}{element}: {text}"),
        };
    }
}

impl Observer for CaughtFailures {
    fn caught(&self, event: &TaskEvent<'_>, failure: &Failure) {
        let place = (event.run, event.task.index(), event.element);
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.count += 1;
        if found.first.as_ref().is_none_or(|first| place < first.place) {
            let (name, text) = (event.task.name().to_string(), failure.to_string());
            found.first = Some(First { place, name, text });
        }
    }
}
