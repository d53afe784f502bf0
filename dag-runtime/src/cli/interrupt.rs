//! Ctrl-C, and the request to end that batch systems send when time is up: no more tasks start.

use std::io::Write as _;
use std::sync::OnceLock;
use std::{io, process};

use crate::cli::exit::INTERRUPTED;
use crate::stop::Stop;

/// From now on Ctrl-C and SIGTERM stop the runs that have this, and a second one ends the program.
pub(super) fn listen() -> Stop {
    static STOP: OnceLock<Stop> = OnceLock::new();
    let mut is_first = false;
    let stop = STOP.get_or_init(|| {
        is_first = true;
        Stop::new()
    });
    if is_first {
        receive(stop);
    }
    stop.clone()
}

fn interrupt(stop: &Stop) {
    if stop.is_stopped() {
        process::exit(INTERRUPTED.into());
    }
    stop.stop();
    let _ =
        writeln!(io::stderr(), "interrupted: running tasks are allowed to finish; once more to stop at once");
}

/// Not SIGHUP, which `nohup` keeps away.
#[cfg(unix)]
fn receive(stop: &'static Stop) {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    // Where there cannot be a handler, the signals end the program.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    let _ = std::thread::Builder::new()
        .name("dag-signals".into())
        .spawn(move || signals.forever().for_each(|_| interrupt(stop)));
}

#[cfg(not(unix))]
fn receive(stop: &'static Stop) {
    // Where there is another handler, it is the program's own, which knows better.
    let _ = ctrlc::set_handler(|| interrupt(stop));
}
