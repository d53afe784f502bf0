//! Threads that wait in rayon inside of something else, while tasks of a run are ready that may not start there.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use std::thread;
use std::thread_local;
use std::time::{Duration, Instant};

use ::rayon::Yield;

/// Two hand-offs came to a thread in the same wait if they are no further apart.
const SAME_WAIT: Duration = Duration::from_micros(2);

/// A thread sleeps for this part of the time that it has waited. So no wait becomes much longer.
const SLEEP_FRACTION: u32 = 32;

/// The shortest and the longest sleep.
const MIN_SLEEP: Duration = Duration::from_micros(50);
const MAX_SLEEP: Duration = Duration::from_millis(1);

thread_local! {
    /// The runs whose hand-offs this thread forwards.
    static FORWARDING: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    /// When the first hand-off came in the present wait, and when the last one was forwarded.
    static WAIT: Cell<Option<(Instant, Instant)>> = const { Cell::new(None) };
}

/// Forwards a hand-off of a run from this thread, on which no task of the run may start.
///
/// `then` gets what to do before it forwards the hand-off: to run one other job of the pool, since what this thread waits for
/// may need just that. It gets none if that other job has received a hand-off of the same run: that one is not forwarded, since
/// this thread starts another one further down on its stack.
pub(super) fn forward(run: u64, then: impl FnOnce(Option<&dyn Fn()>)) {
    struct Release;
    impl Drop for Release {
        fn drop(&mut self) {
            FORWARDING.with(|runs| runs.borrow_mut().pop());
        }
    }

    if FORWARDING.with(|runs| runs.borrow().contains(&run)) {
        return then(None);
    }
    let now = Instant::now();
    let same = WAIT.take().filter(|&(_, last)| now.saturating_duration_since(last) < SAME_WAIT);
    let found_nothing = Cell::new(false);
    {
        FORWARDING.with(|runs| runs.borrow_mut().push(run));
        let _release = Release;
        then(Some(&|| found_nothing.set(::rayon::yield_now() != Some(Yield::Executed))));
    }
    if !found_nothing.get() {
        return;
    }
    // The hand-off was forwarded: a thread that becomes free takes it meanwhile.
    let since = same.map_or(now, |(since, _)| since);
    match (now.saturating_duration_since(since) / SLEEP_FRACTION).min(MAX_SLEEP) {
        sleep if sleep < MIN_SLEEP => thread::yield_now(),
        sleep => thread::sleep(sleep),
    }
    WAIT.set(Some((since, Instant::now())));
}
