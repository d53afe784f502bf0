//! Errors, as they are told on stderr.

use alloc::string::{String, ToString as _};
use core::error::Error as StdError;
use core::fmt;
use core::iter::successors;
use std::io::Write;

use crate::error::{Error, one_line};

/// How many failures of a run are told.
const MOST_FAILURES: usize = 10;
/// How many errors behind one another are looked at: one may be behind itself.
const MOST_CAUSES: usize = 64;

/// Says what went wrong, with what is behind it where the message does not have it. Of a run in which several tasks have
/// failed, each has a line.
pub(super) fn complain(err: &mut dyn Write, error: &(dyn StdError + 'static)) {
    tell(err, &error, error.source());
    let Some(run) = run_behind(error) else { return };
    let failures = run.lines();
    let more = failures.len().saturating_sub(MOST_FAILURES);
    // The first one was told as that of the run.
    for (line, cause) in failures.take(MOST_FAILURES).skip(1) {
        tell(err, &line, cause);
    }
    if more > 0 {
        let s = if more == 1 { "" } else { "s" };
        let _ = writeln!(err, "and {more} more failure{s}");
    }
}

/// The failed run that an error is, or that is behind it.
pub(super) fn run_behind<'error>(error: &'error (dyn StdError + 'static)) -> Option<&'error Error> {
    chain(Some(error)).find_map(|error| error.downcast_ref())
}

fn chain<'error>(
    error: Option<&'error (dyn StdError + 'static)>,
) -> impl Iterator<Item = &'error (dyn StdError + 'static)> {
    successors(error, |&error| error.source()).take(MOST_CAUSES)
}

/// Writes a message, and those behind it that it does not have.
fn tell(err: &mut dyn Write, message: &dyn fmt::Display, cause: Option<&(dyn StdError + 'static)>) {
    let mut text = String::new();
    for line in message.to_string().lines() {
        // What goes on belongs to the line before it.
        text += if text.is_empty() { "" } else { "\n  " };
        text += line.trim_end();
    }
    let mut told = one_line(&text).to_string();
    for cause in chain(cause) {
        let said = one_line(&cause.to_string()).to_string();
        let said = said.trim_end();
        if !told.contains(said) {
            for text in [&mut told, &mut text] {
                *text += ": ";
                *text += said;
            }
        }
    }
    let _ = writeln!(err, "error: {text}");
}
