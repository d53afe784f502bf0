//! Errors on stderr.

use alloc::string::ToString as _;
use core::error::Error as StdError;
use std::io::Write;

use crate::error::{Error, Message, MoreFailures, chain};

/// Prints an error with those of its sources whose text it does not contain. If several tasks have failed, each has a
/// line, up to ten of them. Further lines of a text are indented.
pub(super) fn print_error(err: &mut dyn Write, error: &(dyn StdError + 'static)) {
    let mut message = Message::default();
    for error in chain(Some(error)) {
        match error.downcast_ref().and_then(|run: &Error| run.printed_failures().0.next()) {
            Some(first) => first.add_to(&mut message),
            None => message.add(&error.to_string()),
        }
    }
    print(err, &message);
    let Some((failures, more)) = run_behind(error).map(Error::printed_failures) else { return };
    // The first one is in the message.
    failures.skip(1).for_each(|failure| print(err, &failure.message()));
    if more > 0 {
        let _ = writeln!(err, "{}", MoreFailures(more));
    }
}

/// The error of a run in the chain of sources.
pub(super) fn run_behind<'error>(error: &'error (dyn StdError + 'static)) -> Option<&'error Error> {
    chain(Some(error)).find_map(|error| error.downcast_ref())
}

fn print(err: &mut dyn Write, message: &Message) {
    let _ = writeln!(err, "error: {}", message.text());
}
