//! How a rank waits: it spins shortly, then lets others run, then sleeps.

use core::time::Duration;
use std::thread;
use std::time::Instant;

/// How often a rank looks again at once, where it has a core of its own.
const SPINS: u32 = 2000;
/// How often it does so before it looks at the clock, which takes longer than to look for messages.
const UNTIMED: u32 = 16;
/// How long it then only lets others run.
const YIELDS: Duration = Duration::from_micros(200);
/// How long it sleeps at first.
const NAP: Duration = Duration::from_micros(20);
/// How long it sleeps at most, while nobody runs tasks in this process and while somebody does.
const LONGEST: [Duration; 2] = [Duration::from_micros(500), Duration::from_micros(100)];

/// A rank that waits.
#[derive(Debug)]
pub(crate) struct Idle {
    /// There are fewer cores than threads that want one, while this one alone runs tasks of its rank, and
    /// while others do.
    crowded: [bool; 2],
    count: u32,
    since: Option<Instant>,
    nap: Duration,
}

impl Idle {
    pub(crate) fn new(crowded: bool, crowded_apart: bool) -> Self {
        Idle { crowded: [crowded, crowded_apart], count: 0, since: None, nap: NAP }
    }

    /// There was something to do.
    #[inline]
    pub(crate) fn reset(&mut self) {
        self.count = 0;
        self.since = None;
        self.nap = NAP;
    }

    /// How long there has been nothing to do.
    pub(crate) fn waited(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Waits a little. `busy`: other threads of this rank run tasks. They wake this one when they are done, and
    /// it takes no time from them that they could use.
    #[inline]
    pub(crate) fn wait(&mut self, busy: bool) {
        self.count += 1;
        let crowded = self.crowded[usize::from(busy)];
        let spins = !busy && !crowded && self.count < SPINS;
        if spins && self.count < UNTIMED {
            return core::hint::spin_loop();
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        if spins {
            core::hint::spin_loop();
        } else if !(busy && crowded) && since.elapsed() < YIELDS {
            thread::yield_now();
        } else {
            thread::park_timeout(self.nap);
            self.nap = (self.nap * 5 / 4).min(LONGEST[usize::from(busy)]);
        }
    }
}
