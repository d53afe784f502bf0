//! How a rank waits: it spins shortly, then lets others run, then sleeps.

use core::time::Duration;
use std::thread;
use std::time::Instant;

/// How often a rank looks again at once, where it has a core of its own.
const SPINS: u32 = 2000;
/// How often it does so before it looks at the clock, which takes longer than to look for messages.
const UNTIMED: u32 = 16;
/// A look that has taken so long has let others run: an MPI library does so where it was started for more ranks than cores.
/// To do it again would leave what has come meanwhile for one more turn of all others.
const TURN: Duration = Duration::from_micros(1);
/// How long it then only lets others run. While outputs are under way, it does so for a nanosecond longer for each of their
/// bytes: a rank that sleeps hears late that they are there, and on some machines its core is slow after that.
const YIELDS: Duration = Duration::from_millis(1);
/// How long it sleeps at first.
const NAP: Duration = Duration::from_micros(20);
/// It sleeps for so much of the time that it has waited: a sleep makes what it waits for late by a part of that.
const PER_NAP: u32 = 16;
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
    /// For how long it does not sleep.
    awake: Duration,
    /// When it began to look for the last time, if there was nothing at the look before.
    last: Option<Instant>,
}

impl Idle {
    pub(crate) fn new(crowded: bool, crowded_apart: bool) -> Self {
        Idle { crowded: [crowded, crowded_apart], count: 0, since: None, awake: YIELDS, last: None }
    }

    /// There was something to do.
    #[inline]
    pub(crate) fn reset(&mut self) {
        self.count = 0;
        self.since = None;
        self.last = None;
    }

    /// While it waits, this many bytes are under way.
    #[inline]
    pub(crate) fn expect(&mut self, bytes: usize) {
        self.awake = YIELDS + Duration::from_nanos(bytes as u64);
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
        if spins {
            self.since.get_or_insert_with(Instant::now);
            return core::hint::spin_loop();
        }
        let now = Instant::now();
        let waited = now - *self.since.get_or_insert(now);
        if !(busy && crowded) && waited < self.awake {
            let has_yielded = self.last.is_none_or(|last| now - last >= TURN);
            self.last = Some(if has_yielded {
                now
            } else {
                thread::yield_now();
                Instant::now()
            });
        } else {
            thread::park_timeout(nap(waited, busy));
        }
    }
}

/// How long it sleeps when it has waited for so long.
fn nap(waited: Duration, busy: bool) -> Duration {
    (waited / PER_NAP).clamp(NAP, LONGEST[usize::from(busy)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rank_waits_for_is_late_by_a_part_of_the_wait() {
        for micros in [1_000, 2_000, 5_000, 1_000_000] {
            let waited = Duration::from_micros(micros);
            let [alone, beside] = [false, true].map(|busy| nap(waited, busy));
            assert!(alone <= waited / 16 && beside <= alone, "{alone:?} and {beside:?} after {waited:?}");
        }
        assert_eq!(nap(Duration::ZERO, true), NAP);
    }
}
