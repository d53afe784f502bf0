//! What a thread does that waits in rayon inside something else, while tasks of a run are ready that it may not start.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use std::thread;
use std::thread_local;
use std::time::{Duration, Instant};

use ::rayon::Yield;

/// Two offers come to a thread in the same wait if they are no further apart.
const SAME_WAIT: Duration = Duration::from_micros(2);

/// This part of the time that it has waited, a thread sleeps before it looks again. So no wait becomes much longer.
const PART: u32 = 32;

/// How long it sleeps at least, if at all, and at most.
const NAP: [Duration; 2] = [Duration::from_micros(50), Duration::from_millis(1)];

thread_local! {
    /// The runs whose offers this thread holds.
    static HELD: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    /// Since when offers have come in the same wait, and when the last one was sent on.
    static WAIT: Cell<Option<(Instant, Instant)>> = const { Cell::new(None) };
}

/// An offer of the run that `began` then has come to this thread, on which no task of the run may start.
///
/// `then` is given what to do before the offer is sent on: to let this thread run another job of the pool, since what it waits for may
/// need just that. None where that job has been given the offer in turn: it is not to be sent on, since this thread, further down on
/// its stack, makes another one.
pub(super) fn hold(began: u64, then: impl FnOnce(Option<&dyn Fn()>)) {
    struct Release;
    impl Drop for Release {
        fn drop(&mut self) {
            HELD.with(|held| held.borrow_mut().pop());
        }
    }

    if HELD.with(|held| held.borrow().contains(&began)) {
        return then(None);
    }
    let now = Instant::now();
    let same = WAIT.take().filter(|&(_, last)| now.saturating_duration_since(last) < SAME_WAIT);
    let found_nothing = Cell::new(false);
    {
        HELD.with(|held| held.borrow_mut().push(began));
        let _release = Release;
        then(Some(&|| found_nothing.set(::rayon::yield_now() != Some(Yield::Executed))));
    }
    if !found_nothing.get() {
        return;
    }
    // The offer is sent on: who is free takes it meanwhile.
    let since = same.map_or(now, |(since, _)| since);
    match (now.saturating_duration_since(since) / PART).min(NAP[1]) {
        nap if nap < NAP[0] => thread::yield_now(),
        nap => thread::sleep(nap),
    }
    WAIT.set(Some((since, Instant::now())));
}
