//! What it costs to share a run: how long it takes until a thread that sleeps is awake.

use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use core::time::Duration;
use std::thread;
use std::time::Instant;

/// In nanoseconds. Until it is measured, a usual one.
static SHARING_COST: AtomicU32 = AtomicU32::new(10_000);

/// Whether a measurement has started.
static HAS_STARTED: AtomicBool = AtomicBool::new(false);

/// The cost is taken to be in this interval. A thread that wakes on the core of the one that wakes it is there in 2 µs, but is no
/// help.
pub(super) const MIN: u32 = 5_000;
pub(super) const MAX: u32 = 50_000;

/// How often a thread is woken to measure that. The shortest time counts, since the machine may be busy.
const SAMPLES: u64 = 16;

/// How long the thread sleeps each time.
const SLEEP: Duration = Duration::from_micros(200);

/// What it costs to share a run, in nanoseconds.
#[inline]
pub(crate) fn sharing_cost() -> u32 {
    SHARING_COST.load(Ordering::Relaxed)
}

/// Whether this was measured, or is being measured.
pub(super) fn is_being_measured() -> bool {
    HAS_STARTED.load(Ordering::Relaxed)
}

/// Starts to measure this, unless it was started before. Does not wait for the result.
#[cold]
pub(super) fn start_measuring() {
    if HAS_STARTED.swap(true, Ordering::Relaxed) {
        return;
    }
    let measure = || {
        if let Some(nanos) = measure() {
            SHARING_COST.store(nanos.clamp(MIN, MAX), Ordering::Relaxed);
        }
    };
    // Without another thread, the usual cost is good enough.
    drop(thread::Builder::new().name("dag-measure".into()).spawn(measure));
}

/// The shortest time from waking another thread until it runs. None if there cannot be another thread.
fn measure() -> Option<u32> {
    let (asked, answered) = (AtomicU64::new(0), AtomicU64::new(0));
    let start = Instant::now();
    let now = || start.elapsed().as_nanos() as u64;
    let sleep_and_answer = || {
        for sample in 1..=SAMPLES {
            while asked.load(Ordering::Acquire) < sample {
                thread::park();
            }
            answered.store(now(), Ordering::Release);
        }
    };
    thread::scope(|scope| {
        let sleeper = thread::Builder::new().spawn_scoped(scope, sleep_and_answer).ok()?;
        let mut shortest = u64::MAX;
        for sample in 1..=SAMPLES {
            thread::sleep(SLEEP);
            let sent = now();
            asked.store(sample, Ordering::Release);
            sleeper.thread().unpark();
            while answered.load(Ordering::Acquire) < sent {
                // Another thread may need the core that this one runs on.
                if now() - sent > 100_000 { thread::yield_now() } else { core::hint::spin_loop() }
            }
            shortest = shortest.min(answered.load(Ordering::Acquire) - sent);
        }
        u32::try_from(shortest).ok()
    })
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn it_takes_time_to_wake_a_thread() {
        // No machine wakes a thread in 100 ns, and an upper bound would fail on a busy one.
        assert!(measure().unwrap() > 100);
    }
}
