//! A machine of virtual threads, each on a core of its own. One thread runs at a time, on one thread of the system.
//!
//! Each thread has a clock. The thread whose clock is lowest goes on, up to its next access of an atomic; a seed breaks ties.
//! An access takes [`HIT`] if the thread has the cache line: a write needs it alone, a read may share it. Otherwise the line
//! is *transferred*, which takes [`TRANSFER`]; transfers of the same line follow one another. These times, and those of tasks,
//! only make the order of accesses a likely one. What counts is the number of transfers.
//!
//! All memory is sequentially consistent. Lines that no thread has accessed yet are those of thread 0, which has made the run.

use core::cell::RefCell;
use core::cmp::Reverse;
use core::panic::Location;
use std::boxed::Box;
use std::collections::{BTreeMap, BinaryHeap};
use std::vec;
use std::vec::Vec;

use generator::Gn;

/// Nanoseconds to transfer a line from one core to another.
const TRANSFER: u64 = 60;
/// Nanoseconds for any other access.
const HIT: u64 = 1;
/// Nanoseconds of `spin_loop`.
const SPIN: u64 = 15;
/// Nanoseconds until a thread runs that was woken.
const WAKE: u64 = 3_000;
/// Bytes in a line.
const LINE: usize = 64;
/// Words on the stack of a virtual thread.
const STACK: usize = 0x2000;

/// What was counted.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) transfers: u64,
    /// The most transfers of one line that were asked for and not over.
    pub(super) longest_queue: u64,
    /// Transfers of the line that is transferred most.
    pub(super) hottest: u64,
    /// Where that line is accessed: the name of a file.
    pub(super) hottest_at: &'static str,
    /// Transfers by the name of the file that has the access.
    pub(super) by_file: BTreeMap<&'static str, u64>,
}

/// A cache line.
struct Line {
    /// One bit for each thread that has it.
    sharers: u128,
    /// Whether the only thread that has it may write.
    exclusive: bool,
    /// When all transfers that were asked for are over.
    free_at: u64,
    transfers: u64,
}

struct Machine {
    /// The clock of each thread.
    clocks: Vec<u64>,
    current: usize,
    /// The threads that can run, but for the current one: clock, tie-break, thread.
    runnable: BinaryHeap<Reverse<(u64, u64, usize)>>,
    parked: Vec<bool>,
    /// Whether a thread was woken, and has not parked since.
    woken: Vec<bool>,
    lines: BTreeMap<usize, Line>,
    random: u64,
    counts: Counts,
    over: bool,
}

std::thread_local! {
    static MACHINE: RefCell<Option<Machine>> = const { RefCell::new(None) };
}

/// Calls `f` with the machine, if one runs on this thread.
fn with<T: Default>(f: impl FnOnce(&mut Machine) -> T) -> T {
    MACHINE.with_borrow_mut(|machine| machine.as_mut().map_or_else(T::default, f))
}

/// Runs virtual threads until all have ended. Returns what was counted until [`end`].
pub(super) fn simulate(seed: u64, threads: Vec<Box<dyn FnOnce() + Send + '_>>) -> Counts {
    let len = threads.len();
    let mut machine = Machine {
        clocks: vec![0; len],
        current: 0,
        runnable: BinaryHeap::new(),
        parked: vec![false; len],
        woken: vec![false; len],
        lines: BTreeMap::new(),
        random: seed,
        counts: Counts::default(),
        over: false,
    };
    (0..len).for_each(|thread| machine.queue(thread));
    MACHINE.set(Some(machine));
    let mut threads: Vec<_> = threads.into_iter().map(|body| Gn::<()>::new_opt(STACK, body)).collect();
    while let Some(thread) = with(Machine::next) {
        threads[thread].resume();
        if !threads[thread].is_done() {
            with(|machine| machine.requeue(thread));
        }
    }
    assert!(threads.iter().all(|thread| thread.is_done()), "all threads are parked, and tasks are left");
    MACHINE.take().unwrap().counts
}

/// Called before each access of an atomic.
pub(super) fn access(address: usize, writes: bool, at: &'static Location<'static>) {
    spend(HIT);
    with(|machine| machine.touch(address / LINE, writes, at));
}

/// Lets this thread do something else for a time. All that others do meanwhile happens before this returns.
pub(super) fn spend(nanos: u64) {
    let others_first = with(|machine| {
        let clock = &mut machine.clocks[machine.current];
        *clock += nanos;
        machine.runnable.peek().is_some_and(|&Reverse((first, ..))| first < *clock)
    });
    if others_first {
        switch();
    }
}

pub(in super::super) fn spin() {
    spend(SPIN);
}

/// A random number below `bound`.
pub(super) fn random(bound: usize) -> usize {
    with(|machine| machine.random() as usize % bound)
}

/// Waits until another thread wakes this one, or has done so since it last parked.
pub(super) fn park() {
    let parks = with(|machine| {
        let current = machine.current;
        machine.parked[current] = !machine.woken[current];
        machine.woken[current] = false;
        machine.parked[current]
    });
    if parks {
        switch();
    }
}

/// Wakes a thread.
pub(super) fn unpark(thread: usize) {
    with(|machine| {
        if machine.parked[thread] {
            machine.parked[thread] = false;
            machine.clocks[thread] = machine.clocks[thread].max(machine.clocks[machine.current] + WAKE);
            machine.queue(thread);
        } else {
            machine.woken[thread] = true;
        }
    });
}

/// Ends the counting: the last task has ended.
pub(super) fn end() {
    with(|machine| machine.over = true);
}

#[allow(deprecated, reason = "an atomic has no place for the scope that the newer function needs")]
fn switch() {
    generator::yield_with(());
}

impl Machine {
    fn random(&mut self) -> u64 {
        // SplitMix64.
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.random;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    fn queue(&mut self, thread: usize) {
        let tie = self.random();
        self.runnable.push(Reverse((self.clocks[thread], tie, thread)));
    }

    /// After a thread has stopped at an access, or has parked.
    fn requeue(&mut self, thread: usize) {
        if !self.parked[thread] {
            self.queue(thread);
        }
    }

    fn next(&mut self) -> Option<usize> {
        let Reverse((.., thread)) = self.runnable.pop()?;
        self.current = thread;
        Some(thread)
    }

    /// Accesses a line.
    fn touch(&mut self, line: usize, writes: bool, at: &'static Location<'static>) {
        let (me, now) = (1 << self.current, self.clocks[self.current]);
        let line =
            self.lines.entry(line).or_insert(Line { sharers: 1, exclusive: true, free_at: 0, transfers: 0 });
        let has = if writes { line.exclusive && line.sharers == me } else { line.sharers & me != 0 };
        if has {
            return;
        }
        line.free_at = line.free_at.max(now) + TRANSFER;
        line.sharers = if writes { me } else { line.sharers | me };
        line.exclusive = writes;
        self.clocks[self.current] = line.free_at;
        if self.over {
            return;
        }
        let (file, counts) = (file_of(at), &mut self.counts);
        counts.transfers += 1;
        *counts.by_file.entry(file).or_default() += 1;
        counts.longest_queue = counts.longest_queue.max((line.free_at - now).div_ceil(TRANSFER));
        line.transfers += 1;
        if line.transfers > counts.hottest {
            (counts.hottest, counts.hottest_at) = (line.transfers, file);
        }
    }
}

/// The name of a file, without its folder and its ending.
fn file_of(at: &'static Location<'static>) -> &'static str {
    let name = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".rs").unwrap_or(name)
}
