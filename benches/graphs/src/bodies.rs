//! What the tasks do: as good as nothing, in a way that can be watched.

use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering};

use dag_runtime::task;

use crate::mix::mix;
use crate::witness::mark;

/// Ends a task that gives a number. The number is one that the compiler does not know.
#[inline]
#[must_use]
pub fn give(task: u32, value: u64) -> u64 {
    let value = black_box(value);
    mark(task, value);
    value
}

/// A task that gives nothing.
#[task]
#[inline]
pub fn unit(this: u32) {
    mark(this, 0);
}

/// A task that gives a number, without a dependency.
#[task]
#[inline]
pub fn source(this: u32, seed: u64) -> u64 {
    give(this, mix(this.into(), seed))
}

/// A task that gives a number, with one dependency.
#[task]
#[inline]
pub fn one(this: u32, a: u64) -> u64 {
    give(this, mix(this.into(), a))
}

/// A task that gives a number, with two dependencies.
#[task]
#[inline]
pub fn two(this: u32, a: u64, b: u64) -> u64 {
    give(this, mix(mix(this.into(), a), b))
}

/// A task that gives a number, with three dependencies.
#[task]
#[inline]
pub fn three(this: u32, a: u64, b: u64, c: u64) -> u64 {
    give(this, mix(mix(mix(this.into(), a), b), c))
}

/// A task that gives a number, with those dependencies that it has.
#[task]
#[inline]
pub fn corner(this: u32, seed: u64, a: Option<u64>, b: Option<u64>) -> u64 {
    match (a, b) {
        (None, None) => source(this, seed),
        (Some(a), None) | (None, Some(a)) => one(this, a),
        (Some(a), Some(b)) => two(this, a, b),
    }
}

/// Says how many outputs exist.
static LIVE: Live = Live { now: AtomicI64::new(0), peak: AtomicI64::new(0) };

struct Live {
    now: AtomicI64,
    peak: AtomicI64,
}

/// An output that is counted while it exists.
#[derive(Debug)]
pub struct Counted(u64);

impl Counted {
    fn new(value: u64) -> Self {
        let now = LIVE.now.fetch_add(1, Ordering::SeqCst) + 1;
        LIVE.peak.fetch_max(now, Ordering::SeqCst);
        Counted(value)
    }

    /// How many exist, and how many existed at once at most since the last call.
    pub fn live() -> (i64, i64) {
        let now = LIVE.now.load(Ordering::SeqCst);
        (now, LIVE.peak.swap(now, Ordering::SeqCst))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A task with a counted output, without a dependency.
#[task]
pub fn counted_source(this: u32, seed: u64) -> Counted {
    Counted::new(source(this, seed))
}

/// A task with a counted output, with one dependency.
#[task]
pub fn counted_one(this: u32, a: &Counted) -> Counted {
    Counted::new(one(this, a.0))
}

/// A task with a counted output, with two dependencies.
#[task]
pub fn counted_two(this: u32, a: &Counted, b: &Counted) -> Counted {
    Counted::new(two(this, a.0, b.0))
}

/// A task with a counted output, with three dependencies.
#[task]
pub fn counted_three(this: u32, a: &Counted, b: &Counted, c: &Counted) -> Counted {
    Counted::new(three(this, a.0, b.0, c.0))
}
