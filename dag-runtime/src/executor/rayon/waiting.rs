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
pub(super) const SLEEP_FRACTION: u32 = 32;

/// The shortest and the longest sleep.
pub(super) const MIN_SLEEP: Duration = Duration::from_micros(50);
pub(super) const MAX_SLEEP: Duration = Duration::from_millis(1);

thread_local! {
    /// The runs whose hand-offs this thread forwards.
    static FORWARDING: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    /// When the first hand-off came in the present wait, and when the last one was forwarded.
    static WAIT: Cell<Option<(Instant, Instant)>> = const { Cell::new(None) };
}

/// Whether this thread forwards a hand-off of this run, further down on its stack.
pub(super) fn is_forwarding(run: u64) -> bool {
    FORWARDING.with(|runs| runs.borrow().contains(&run))
}

/// Runs one other job of the pool, before this thread forwards a hand-off of a run: what it waits for may need just that job.
/// Returns whether there was one.
pub(super) fn run_other(run: u64) -> bool {
    struct Release;
    impl Drop for Release {
        fn drop(&mut self) {
            FORWARDING.with(|runs| runs.borrow_mut().pop());
        }
    }

    let now = Instant::now();
    let same = WAIT.take().filter(|&(_, last)| now.saturating_duration_since(last) < SAME_WAIT);
    FORWARDING.with(|runs| runs.borrow_mut().push(run));
    let _release = Release;
    if ::rayon::yield_now() == Some(Yield::Executed) {
        return true;
    }
    WAIT.set(Some((same.map_or(now, |(since, _)| since), now)));
    false
}

/// Sleeps after [`run_other`] has found no job and the hand-off was forwarded: longer, the longer this wait lasts.
pub(super) fn sleep() {
    let Some((since, _)) = WAIT.get() else { return };
    match (since.elapsed() / SLEEP_FRACTION).min(MAX_SLEEP) {
        sleep if sleep < MIN_SLEEP => thread::yield_now(),
        sleep => thread::sleep(sleep),
    }
    WAIT.set(Some((since, Instant::now())));
}
