//! Ctrl-C: no more tasks start.

use std::io::Write as _;
use std::sync::OnceLock;
use std::{io, process};

use crate::cli::INTERRUPTED;
use crate::stop::Stop;

/// From now on Ctrl-C stops the runs that have this, and a second one the program.
pub(super) fn listen() -> Stop {
    static STOP: OnceLock<Stop> = OnceLock::new();
    let stop = STOP.get_or_init(Stop::new);
    let handler = || {
        if stop.is_stopped() {
            process::exit(INTERRUPTED.into());
        }
        stop.stop();
        let _ = writeln!(io::stderr(), "interrupted: what runs is let finish; once more to stop at once");
    };
    // Where there is another handler, it is the program's own, which knows better.
    let _ = ctrlc::set_handler(handler);
    stop.clone()
}
