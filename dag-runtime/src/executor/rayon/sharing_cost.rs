//! What it costs to share a run: how long it takes until a thread that sleeps is awake.

use core::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::OnceLock;
use std::thread;
use std::time::Instant;

/// The one of this process.
static COST: SharingCost = SharingCost::new();

/// What it costs to share a run, and when that was measured.
struct SharingCost {
    /// In nanoseconds. Until it is measured, a usual one.
    nanos: AtomicU32,
    /// When the first measurement has started.
    first: OnceLock<Instant>,
    /// How many have started after the first one.
    repeated: AtomicUsize,
}

/// When it is measured again, after the start of the first measurement: the machine may have been busy before, and the shortest
/// time of a process counts.
const AGAIN: [Duration; 4] =
    [Duration::from_millis(50), Duration::from_millis(500), Duration::from_secs(5), Duration::from_secs(50)];

impl SharingCost {
    const fn new() -> Self {
        SharingCost { nanos: AtomicU32::new(10_000), first: OnceLock::new(), repeated: AtomicUsize::new(0) }
    }

    /// Whether it is time to measure again, as it is for the first caller.
    fn is_due(&self) -> bool {
        let repeated = self.repeated.load(Ordering::Relaxed);
        let (Some(first), Some(&wait)) = (self.first.get(), AGAIN.get(repeated)) else { return false };
        let claim = || {
            let (next, order) = (repeated + 1, Ordering::Relaxed);
            self.repeated.compare_exchange(repeated, next, order, order).is_ok()
        };
        first.elapsed() >= wait && claim()
    }

    /// Takes the result of a measurement into account: the first one, or one after it.
    fn keep(&self, is_first: bool, nanos: u32) {
        let nanos = nanos.clamp(MIN, MAX);
        if is_first {
            self.nanos.store(nanos, Ordering::Relaxed);
        } else {
            self.nanos.fetch_min(nanos, Ordering::Relaxed);
        }
    }
}

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
    COST.nanos.load(Ordering::Relaxed)
}

/// Whether this was measured, or is being measured.
pub(super) fn is_being_measured() -> bool {
    COST.first.get().is_some()
}

/// Starts to measure this, unless it was started before. Does not wait for the result.
#[cold]
pub(super) fn start_measuring() {
    if COST.first.set(Instant::now()).is_ok() {
        spawn(true);
    }
}

/// Starts to measure this again if it is time for that. To be called in runs that are long enough for it to matter.
#[cold]
pub(super) fn measure_again() {
    if COST.is_due() {
        spawn(false);
    }
}

/// Measures, on threads of its own.
fn spawn(is_first: bool) {
    let measure = move || {
        if let Some(nanos) = measure() {
            COST.keep(is_first, nanos);
        }
    };
    // Without another thread, what is known is good enough.
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

    #[test]
    fn a_busy_start_does_not_spoil_a_process() {
        let cost = SharingCost::new();
        assert!(!cost.is_due());
        let long_ago = Instant::now().checked_sub(Duration::from_millis(300)).unwrap();
        cost.first.set(long_ago).unwrap();
        cost.keep(true, 4_000_000);
        assert_eq!(cost.nanos.load(Ordering::Relaxed), MAX);
        // It is 50 ms ago, but not 500 ms.
        assert!(cost.is_due());
        assert!(!cost.is_due());
        cost.keep(false, 8_000);
        assert_eq!(cost.nanos.load(Ordering::Relaxed), 8_000);
        cost.keep(false, 30_000);
        assert_eq!(cost.nanos.load(Ordering::Relaxed), 8_000);
    }
}
