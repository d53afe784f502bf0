//! Where on its thread a job was started: at the top, in the wait at the end of a run, or inside of something
//! else that waits. The README beside this file says why that matters.
//!
//! A thread of a rayon pool runs jobs in one loop at the top of its stack, and in each wait further down. Rayon does not tell
//! which, and a stolen job carries nothing of ours. But all jobs of this crate are spawned by [`spawn_job`], so the calls
//! between such a loop and the job are always the same ones. So the stack pointer is always the same at the top of a thread.

mod distances;
mod entry;
mod inside;
mod lent;
#[cfg(all(test, not(loom)))]
mod tests;

use alloc::sync::Arc;
use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};
use std::thread_local;

use ::rayon::{ThreadPool, current_thread_index};

use super::context::threads;
use distances::{Distances, distances, stack_pointer};
use entry::{Entry, with_entry};
use lent::Lent;

pub(in crate::executor) use inside::inside_task;

/// What the jobs of [`spawn_job`] call.
pub(in crate::executor) trait JobReceiver: Sync {
    /// A job has started, `at` this place of the stack. Returns what it does after that, when it does not touch the run.
    fn receive(&self, request: Request, at: StackPosition, scope: &RunScope<'_>) -> Then;

    /// Whether the thread that owns the run has more to do.
    fn has_work(&self) -> bool {
        false
    }

    /// Whether the run may end when no job is in it.
    fn may_end(&self) -> bool {
        true
    }
}

/// A run that has started, as its owner and its jobs see it. Only [`in_run`] and `in_run_on` make one.
pub(in crate::executor) struct RunScope<'a> {
    entry: &'a Arc<Entry>,
    run: u64,
    /// None stands for the current pool.
    pool: Option<&'a ThreadPool>,
    /// Whether its helpers are [lent](Lent).
    is_lent: bool,
}

impl RunScope<'_> {
    /// The number of the run.
    #[inline]
    pub(in crate::executor) fn run_number(&self) -> u64 {
        self.run
    }

    /// Calls another worker to help after a task was published: the owner, if it waits; or a helper, if there is room for one.
    /// Calls `before` if a thread has to be woken for that, or a job sent.
    #[cold]
    pub(super) fn call(&self, room: bool, before: impl FnOnce()) {
        if self.entry.gate().claim_wake() {
            before();
            self.entry.wake_owner();
        } else if room && (!self.is_lent || Lent::has_room(threads(self.pool))) && self.entry.gate().call() {
            before();
            spawn_job(self, Request::Work);
        }
    }
}

/// What a job is to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::executor) enum Request {
    /// To work, if there is room for a worker.
    Work,
    /// To work if there is room for a worker, or to be forwarded to a thread on which tasks may start.
    HandOff,
    /// To go on after a hand-off was [forwarded](Then::Forward).
    Resume,
}

/// What a job does after [`JobReceiver::receive`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::executor) enum Then {
    /// It ends.
    Leave,
    /// It waits for a moment whether it is called again.
    Linger,
    /// It runs one other job of the pool, and is then received as [`Request::Resume`].
    Forward,
}

/// The stack pointer at the start of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::executor) struct StackPosition(usize);

/// Where a job has started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::executor) enum Place {
    /// At the top of a thread.
    Top,
    /// In the wait at the end of a run.
    Wait,
    /// Anywhere else: perhaps inside of a task of the run.
    Inside,
}

/// Spawns a job of a run. It may get its turn after the run has ended: then it does nothing.
///
/// No other function does so: therefore the stack frames below a job are always the same ones.
#[inline(never)]
pub(in crate::executor) fn spawn_job(scope: &RunScope<'_>, request: Request) {
    let (entry, run) = (Arc::clone(scope.entry), scope.run);
    let job = move || receive(&entry, request, run);
    match scope.pool {
        None => ::rayon::spawn(job),
        Some(pool) => pool.spawn(job),
    }
}

#[inline(never)]
fn receive(entry: &Arc<Entry>, request: Request, run: u64) {
    if run != MEASURING {
        // Before the job enters the run, which does not end while a job is inside.
        measure();
    }
    entry.receive(StackPosition(stack_pointer()), request, run);
}

/// Starts a run on this thread, which owns it, with help of this pool, or of the current pool: calls `body`, and again whenever the run [has work](JobReceiver::has_work)
/// for this thread, and returns when the run has no more work and no job is in it. The time in between is the wait at the
/// end of the run.
///
/// The run gets its number here: after all that is below on the stack of this thread has started.
pub(super) fn in_run(
    pool: Option<&ThreadPool>,
    receiver: &dyn JobReceiver,
    body: &mut dyn FnMut(&RunScope<'_>),
) {
    // Here rather than where the first helper arrives, which is there to help. It waits for the result, and the owner does not.
    distances::start_measuring();
    let is_lent = current_thread_index().is_none();
    with_entry(|entry| in_numbered_run(next_run(), entry, (pool, is_lent), receiver, body));
}

/// Starts a run on a pool, from a thread of no pool: calls `body`, and waits for all jobs that are in the run then.
#[cfg(feature = "mpi")]
pub(in crate::executor) fn in_run_on<T>(
    pool: &ThreadPool,
    receiver: &dyn JobReceiver,
    body: impl FnOnce(&RunScope<'_>) -> T,
) -> T {
    let (mut body, mut result) = (Some(body), None);
    let mut once = |scope: &RunScope<'_>| result = body.take().map(|body| body(scope));
    measure();
    with_entry(|entry| in_numbered_run(next_run(), entry, (Some(pool), false), receiver, &mut once));
    result.expect("the body was called")
}

/// The number of the runs in which distances are measured.
const MEASURING: u64 = 0;

/// The number of a new run: higher than those of all runs that have started.
fn next_run() -> u64 {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    RUNS.fetch_add(1, Ordering::Relaxed)
}

#[inline(never)]
fn in_numbered_run(
    run: u64,
    entry: &Arc<Entry>,
    (pool, is_lent): (Option<&ThreadPool>, bool),
    receiver: &dyn JobReceiver,
    body: &mut dyn FnMut(&RunScope<'_>),
) {
    struct Leave((usize, u64));
    impl Drop for Leave {
        fn drop(&mut self) {
            STACK.with(|stack| stack.wait.set(self.0));
        }
    }
    let from = stack_pointer();
    let before = STACK.with(|stack| stack.wait.get());
    let _leave = Leave(before);
    let open = entry.open(run, receiver, is_lent);
    loop {
        body(&RunScope { entry, run, pool, is_lent });
        STACK.with(|stack| stack.wait.set((from, run)));
        if open.wait() {
            break;
        }
        STACK.with(|stack| stack.wait.set(before));
    }
    open.end();
}

/// What is known of the stack of a thread.
struct ThreadStack {
    /// The stack pointer when the thread started, if its pool is one of ours; else 0.
    base: Cell<usize>,
    /// The stack pointer in the last call of [`in_numbered_run`] whose body has ended, and the number of that run.
    wait: Cell<(usize, u64)>,
    /// The highest position at which a job has started, and how often.
    highest: Cell<(usize, u32)>,
}

thread_local! {
    static STACK: ThreadStack = const {
        ThreadStack {
            base: Cell::new(0),
            wait: Cell::new((0, 0)),
            highest: Cell::new((0, 0)),
        }
    };
}

/// What each thread of our pools does first.
pub(super) fn record_stack_base() {
    STACK.with(|stack| stack.base.set(stack_pointer()));
}

impl StackPosition {
    /// Where a job of this run has started. In the wait of a run that began no later, no task of this run is below on the
    /// stack: this run had not begun.
    pub(in crate::executor) fn place(self, run: u64) -> Place {
        let known = distances();
        STACK.with(|stack| {
            let (from, other) = stack.wait.get();
            if known.wait == Some(from.wrapping_sub(self.0)) && other <= run {
                Place::Wait
            } else if self.is_top(stack, known) {
                Place::Top
            } else {
                Place::Inside
            }
        })
    }

    /// Whether a task of this run may start here.
    #[cfg(any(all(test, not(loom)), feature = "mpi"))]
    pub(in crate::executor) fn may_start(self, run: u64) -> bool {
        self.place(run) != Place::Inside
    }

    fn is_top(self, stack: &ThreadStack, known: &Distances) -> bool {
        /// Positions that are further apart are on different stacks.
        const FAR: usize = 1 << 20;
        const OFTEN: u32 = 2;

        let base = stack.base.get();
        if base != 0 && known.start.is_some() {
            return known.start == Some(base.wrapping_sub(self.0));
        }
        if let Some(locals) = known.locals {
            return locals == core::ptr::from_ref(stack).addr().wrapping_sub(self.0);
        }
        // The best guess: the highest position at which two jobs have started.
        let (highest, times) = stack.highest.get();
        let now = match times {
            0 => (self.0, 1),
            _ if self.0 == highest => (highest, times.saturating_add(1)),
            _ if self.0 > highest && self.0 - highest < FAR => (self.0, 1),
            _ => return false,
        };
        stack.highest.set(now);
        now.1 >= OFTEN
    }
}

/// Measures what [`StackPosition::place`] needs, unless that was done before.
pub(super) fn measure() {
    distances();
}
