//! Errors on stderr.

use alloc::string::{String, ToString as _};
use core::error::Error as StdError;
use core::fmt;
use core::iter::successors;
use std::io::Write;

use crate::error::{Error, one_line};

/// The most failures of a run that are printed.
const MOST_FAILURES: usize = 10;
/// The most errors of a chain of sources that are examined: an error may be its own source.
const MOST_CAUSES: usize = 64;

/// Prints an error with those of its sources whose text it does not contain. If several tasks have failed, each has a
/// line.
pub(super) fn print_error(err: &mut dyn Write, error: &(dyn StdError + 'static)) {
    print(err, &error, error.source());
    let Some(run) = run_behind(error) else { return };
    let failures = run.lines();
    let more = failures.len().saturating_sub(MOST_FAILURES);
    // The first one was printed as the error of the run.
    for (line, cause) in failures.take(MOST_FAILURES).skip(1) {
        print(err, &line, cause);
    }
    if more > 0 {
        let s = if more == 1 { "" } else { "s" };
        let _ = writeln!(err, "and {more} more failure{s}");
    }
}

/// The error of a run in the chain of sources.
pub(super) fn run_behind<'error>(error: &'error (dyn StdError + 'static)) -> Option<&'error Error> {
    chain(Some(error)).find_map(|error| error.downcast_ref())
}

fn chain<'error>(
    error: Option<&'error (dyn StdError + 'static)>,
) -> impl Iterator<Item = &'error (dyn StdError + 'static)> {
    successors(error, |&error| error.source()).take(MOST_CAUSES)
}

/// Prints a message with those of its sources whose text it does not contain.
fn print(err: &mut dyn Write, message: &dyn fmt::Display, cause: Option<&(dyn StdError + 'static)>) {
    let mut text = String::new();
    for line in message.to_string().lines() {
        // Continuation lines are indented.
        text += if text.is_empty() { "" } else { "\n  " };
        text += line.trim_end();
    }
    let mut printed = one_line(&text).to_string();
    for cause in chain(cause) {
        let text_of_cause = one_line(&cause.to_string()).to_string();
        let text_of_cause = text_of_cause.trim_end();
        if !printed.contains(text_of_cause) {
            for text in [&mut printed, &mut text] {
                *text += ": ";
                *text += text_of_cause;
            }
        }
    }
    let _ = writeln!(err, "error: {text}");
}
