//! Ctrl-C, and the signal that batch systems send at the time limit: no further task starts.

use std::io::Write as _;
use std::sync::OnceLock;
use std::{io, process};

use crate::cli::exit::INTERRUPTED;
use crate::stop::Stop;

/// Returns a `Stop` that the first Ctrl-C or SIGTERM stops. A second one ends the program.
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

fn interrupt(stop: &Stop, by: &str) {
    if stop.is_stopped() {
        process::exit(INTERRUPTED.into());
    }
    stop.stop_because(by);
    let _ = writeln!(
        io::stderr(),
        "interrupted: running tasks are allowed to finish; press again to stop at once"
    );
}

/// SIGHUP is not handled, since `nohup` ignores it.
#[cfg(unix)]
fn receive(stop: &'static Stop) {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    // Without a handler, the signals end the program.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    let _ = std::thread::Builder::new().name("dag-signals".into()).spawn(move || {
        let name = |signal| if signal == SIGINT { "Ctrl-C" } else { "SIGTERM" };
        signals.forever().for_each(|signal| interrupt(stop, name(signal)));
    });
}

#[cfg(not(unix))]
fn receive(stop: &'static Stop) {
    // If there is a handler already, it is the program's own and has precedence.
    let _ = ctrlc::set_handler(|| interrupt(stop, "Ctrl-C"));
}
