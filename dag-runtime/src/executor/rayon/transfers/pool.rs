//! A pool of the classic design: a deque for each thread, after Chase and Lev, and random stealing.
//!
//! A thread that finds no job goes through all deques, [`ROUNDS`] times, and then sleeps. A thread that pushes a job wakes
//! another one, if some sleep and none is looking for jobs; a thread that finds a job and was the last one to look does the
//! same.

use core::sync::atomic::{self as plain, Ordering};
use std::boxed::Box;
use std::sync::Mutex;
use std::vec::Vec;

use super::machine;
use crate::executor::rayon::sync::{AtomicU32, AtomicU64, AtomicUsize};

/// How often a thread looks through all deques before it sleeps.
const ROUNDS: usize = 32;
/// Nanoseconds between two of these rounds.
const ROUND: u64 = 200;

/// In the count of idle threads: one that looks for jobs, and one that sleeps.
const LOOKING: u64 = 1;
const SLEEPING: u64 = 1 << 32;

/// A value that shares no cache line with another one.
#[repr(align(128))]
pub(super) struct Padded<T>(pub(super) T);

struct Deque {
    top: Padded<AtomicUsize>,
    bottom: Padded<AtomicUsize>,
    slots: Box<[AtomicU32]>,
}

enum Stolen {
    Job(u32),
    Empty,
    Again,
}

impl Deque {
    /// A deque for this many jobs.
    fn new(len: usize) -> Self {
        let slots = (0..len.next_power_of_two()).map(|_| AtomicU32::new(0)).collect();
        Deque { top: Padded(AtomicUsize::new(1)), bottom: Padded(AtomicUsize::new(1)), slots }
    }

    fn slot(&self, at: usize) -> &AtomicU32 {
        &self.slots[at & (self.slots.len() - 1)]
    }

    fn push(&self, job: u32) {
        let bottom = self.bottom.0.load(Ordering::Relaxed);
        self.slot(bottom).store(job, Ordering::Relaxed);
        self.bottom.0.store(bottom + 1, Ordering::Release);
    }

    fn pop(&self) -> Option<u32> {
        let bottom = self.bottom.0.load(Ordering::Relaxed) - 1;
        self.bottom.0.store(bottom, Ordering::SeqCst);
        let top = self.top.0.load(Ordering::SeqCst);
        if top < bottom {
            return Some(self.slot(bottom).load(Ordering::Relaxed));
        }
        let last = top == bottom && self.advance(top);
        let job = last.then(|| self.slot(bottom).load(Ordering::Relaxed));
        self.bottom.0.store(bottom + 1, Ordering::Relaxed);
        job
    }

    fn steal(&self) -> Stolen {
        let top = self.top.0.load(Ordering::SeqCst);
        if top >= self.bottom.0.load(Ordering::SeqCst) {
            return Stolen::Empty;
        }
        let job = self.slot(top).load(Ordering::Relaxed);
        if self.advance(top) { Stolen::Job(job) } else { Stolen::Again }
    }

    fn advance(&self, top: usize) -> bool {
        self.top.0.compare_exchange(top, top + 1, Ordering::SeqCst, Ordering::Relaxed).is_ok()
    }
}

pub(super) struct Pool {
    deques: Vec<Deque>,
    /// How many threads look for jobs, and how many sleep.
    idle: Padded<AtomicU64>,
    /// For each thread what it sleeps on.
    wakes: Vec<Padded<AtomicU32>>,
    /// Which threads sleep. Not counted.
    sleepers: Mutex<Vec<usize>>,
    /// Whether all tasks have ended. How threads learn of it is not counted.
    over: plain::AtomicBool,
}

impl Pool {
    /// A pool whose threads push at most this many jobs each. All but the first one sleep.
    pub(super) fn new(threads: usize, jobs: usize) -> Self {
        Pool {
            deques: (0..threads).map(|_| Deque::new(jobs + 1)).collect(),
            idle: Padded(AtomicU64::new(SLEEPING * (threads as u64 - 1))),
            wakes: (0..threads).map(|_| Padded(AtomicU32::new(0))).collect(),
            sleepers: Mutex::new((1..threads).collect()),
            over: plain::AtomicBool::new(false),
        }
    }

    /// Pushes a job on the deque of this thread.
    pub(super) fn push(&self, me: usize, job: u32) {
        self.deques[me].push(job);
        self.wake_one();
    }

    /// What each thread does: runs jobs until all is over.
    pub(super) fn run_thread(&self, me: usize, run: impl Fn(u32)) {
        if me > 0 {
            machine::park();
            if let Some(job) = self.look_awake(me) {
                run(job);
            }
        }
        while let Some(job) = self.deques[me].pop().or_else(|| self.look(me)) {
            run(job);
        }
    }

    /// All tasks have ended.
    pub(super) fn end(&self) {
        machine::end();
        self.over.store(true, Ordering::Relaxed);
        self.sleepers.lock().unwrap().drain(..).chain([0]).for_each(machine::unpark);
    }

    /// Whether all tasks have ended.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Looks for a job on other deques. None when all is over.
    fn look(&self, me: usize) -> Option<u32> {
        if self.is_over() {
            return None;
        }
        self.idle.0.fetch_add(LOOKING, Ordering::SeqCst);
        self.look_awake(me)
    }

    /// Looks for a job, as a thread that is counted as one that does.
    fn look_awake(&self, me: usize) -> Option<u32> {
        loop {
            for _ in 0..ROUNDS {
                if self.is_over() {
                    return None;
                }
                if let Some(job) = self.steal(me) {
                    let idle = self.idle.0.fetch_sub(LOOKING, Ordering::SeqCst);
                    if idle % SLEEPING == LOOKING && idle >= SLEEPING {
                        self.wake_one();
                    }
                    return Some(job);
                }
                machine::spend(ROUND);
            }
            self.sleep(me);
        }
    }

    /// Takes a job, if there is one.
    pub(super) fn take(&self, me: usize) -> Option<u32> {
        self.deques[me].pop().or_else(|| self.steal(me))
    }

    /// Steals from all others in turn, from a random one on.
    fn steal(&self, me: usize) -> Option<u32> {
        let (len, first) = (self.deques.len(), machine::random(self.deques.len()));
        for victim in (0..len).map(|k| (first + k) % len).filter(|&victim| victim != me) {
            loop {
                match self.deques[victim].steal() {
                    Stolen::Job(job) => return Some(job),
                    Stolen::Empty => break,
                    Stolen::Again => {}
                }
            }
        }
        None
    }

    fn sleep(&self, me: usize) {
        self.idle.0.fetch_add(SLEEPING - LOOKING, Ordering::SeqCst);
        self.sleepers.lock().unwrap().push(me);
        let any = self
            .deques
            .iter()
            .any(|deque| deque.top.0.load(Ordering::SeqCst) < deque.bottom.0.load(Ordering::SeqCst));
        let mut sleepers = self.sleepers.lock().unwrap();
        if any && let Some(at) = sleepers.iter().position(|&thread| thread == me) {
            sleepers.swap_remove(at);
            drop(sleepers);
            self.idle.0.fetch_sub(SLEEPING - LOOKING, Ordering::SeqCst);
            return;
        }
        drop(sleepers);
        if !self.is_over() {
            machine::park();
            self.wakes[me].0.store(0, Ordering::Relaxed);
        }
    }

    /// Wakes a thread, if some sleep and none looks for jobs.
    fn wake_one(&self) {
        let mut idle = self.idle.0.load(Ordering::SeqCst);
        while idle >= SLEEPING && idle % SLEEPING == 0 {
            let fewer = idle - SLEEPING + LOOKING;
            match self.idle.0.compare_exchange(idle, fewer, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => {
                    let thread = self.sleepers.lock().unwrap().pop();
                    if let Some(thread) = thread {
                        self.wakes[thread].0.store(1, Ordering::Relaxed);
                        machine::unpark(thread);
                    }
                    return;
                }
                Err(now) => idle = now,
            }
        }
    }
}
