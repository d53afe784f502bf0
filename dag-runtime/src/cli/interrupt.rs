//! Ctrl-C: no more tasks start.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::io::Write as _;
use std::panic::resume_unwind;
use std::{io, process};

use crate::cli::INTERRUPTED;
use crate::observe::{Observer, TaskEvent};

static PRESSED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C stops runs that have an [`Interrupt`], and a second one the program.
pub(super) fn listen() -> Interrupt {
    let handler = || {
        if PRESSED.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
        let _ = writeln!(io::stderr(), "interrupted: what runs is let finish; once more to stop at once");
    };
    // Where there is another handler, it is the program's own, which knows better.
    let _ = ctrlc::set_handler(handler);
    Interrupt::by(&PRESSED)
}

/// An observer by which no more tasks start once the flag is set.
///
/// A panic in `started` is one of the task, on each executor: so a run ends as when a task fails. It does not
/// go through the panic hook, which would tell of a bug.
#[derive(Debug)]
pub(super) struct Interrupt {
    flag: &'static AtomicBool,
    finished: AtomicUsize,
}

impl Interrupt {
    pub(super) fn by(flag: &'static AtomicBool) -> Self {
        Interrupt { flag, finished: AtomicUsize::new(0) }
    }

    /// Whether it was asked for.
    pub(super) fn is_on(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }

    /// How many tasks have finished.
    pub(super) fn finished(&self) -> usize {
        self.finished.load(Ordering::Relaxed)
    }

    fn check(&self) {
        if self.is_on() {
            resume_unwind(Box::new("interrupted"));
        }
    }
}

impl Observer for Interrupt {
    fn started(&self, _: &TaskEvent) {
        self.check();
    }

    fn elements(&self, _: &TaskEvent, _: usize, _: usize) {
        self.check();
    }

    fn finished(&self, _: &TaskEvent, _: Duration) {
        self.finished.fetch_add(1, Ordering::Relaxed);
    }
}
