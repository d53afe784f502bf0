//! Where on its thread a job was started: at the top, in the wait at the end of a run, or inside of something
//! else that waits. The README beside this file says why that matters.
//!
//! A thread of a rayon pool runs jobs in one loop at the top of its stack, and in each wait further down. Rayon does not tell
//! which, and a stolen job carries nothing of ours. But all jobs of this crate are spawned by [`spawn_job`], so the calls
//! between such a loop and the job are always the same ones. So the stack pointer is always the same at the top of a thread.

mod distances;
#[cfg(all(test, not(loom)))]
mod tests;

use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};
use std::thread_local;

#[cfg(feature = "mpi")]
use ::rayon::ThreadPool;
use ::rayon::{Scope, in_place_scope};

use distances::{Distances, distances, stack_pointer};

/// What the jobs of [`spawn_job`] call.
pub(in crate::executor) trait JobReceiver: Sync {
    /// A job has started, `at` this place of the stack.
    fn receive<'scope>(&'scope self, request: Request, at: StackPosition, scope: &RunScope<'_, 'scope>);
}

/// A run that has started on this pool, as its jobs see it. Only [`in_run`] and `in_run_on` make one.
pub(in crate::executor) struct RunScope<'a, 'scope> {
    scope: &'a Scope<'scope>,
    run: u64,
}

impl RunScope<'_, '_> {
    /// The number of the run.
    #[inline]
    pub(in crate::executor) fn run_number(&self) -> u64 {
        self.run
    }
}

/// What a job is to do.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) enum Request {
    /// To work, as one of the workers that are counted already.
    Work,
    /// To work if there is room for a worker.
    HandOff,
    /// To run the tasks of this thread of a static schedule.
    Static(usize),
}

/// The stack pointer at the start of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::executor) struct StackPosition(usize);

/// Spawns a job of a run.
///
/// No other function does so: therefore the stack frames below a job are always the same ones.
#[inline(never)]
pub(in crate::executor) fn spawn_job<'scope>(
    scope: &RunScope<'_, 'scope>,
    receiver: &'scope dyn JobReceiver,
    request: Request,
) {
    let run = scope.run;
    scope.scope.spawn(move |scope| receive(&RunScope { scope, run }, receiver, request));
}

#[inline(never)]
fn receive<'scope>(scope: &RunScope<'_, 'scope>, receiver: &'scope dyn JobReceiver, request: Request) {
    receiver.receive(request, StackPosition(stack_pointer()), scope);
}

/// Starts a run on this thread of the pool: calls `body`, and waits for all jobs that it spawns. That is the wait at the end
/// of the run.
///
/// The run gets its number here: on the thread that then waits, after all that is below on its stack has started.
pub(super) fn in_run<'scope>(body: &mut dyn FnMut(&RunScope<'_, 'scope>)) {
    in_numbered_run(next_run(), body);
}

/// Starts a run on a pool, from a thread of no pool: calls `body`, and waits for all jobs that it spawns.
#[cfg(feature = "mpi")]
pub(in crate::executor) fn in_run_on<'scope, T>(
    pool: &ThreadPool,
    body: impl FnOnce(&RunScope<'_, 'scope>) -> T,
) -> T {
    let run = next_run();
    pool.in_place_scope(|scope| body(&RunScope { scope, run }))
}

/// The number of a new run: higher than those of all runs that have started.
fn next_run() -> u64 {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    RUNS.fetch_add(1, Ordering::Relaxed)
}

#[inline(never)]
fn in_numbered_run<'scope>(run: u64, body: &mut dyn FnMut(&RunScope<'_, 'scope>)) {
    struct Leave((usize, u64));
    impl Drop for Leave {
        fn drop(&mut self) {
            STACK.with(|stack| stack.wait.set(self.0));
        }
    }
    let from = stack_pointer();
    let _leave = Leave(STACK.with(|stack| stack.wait.get()));
    in_place_scope(|scope| {
        body(&RunScope { scope, run });
        STACK.with(|stack| stack.wait.set((from, run)));
    });
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
    /// Whether a task of this run may start here: at the top of a thread, or in the wait of a run that began no
    /// later. That run was not started inside of a task of this run, which had not begun.
    pub(in crate::executor) fn may_start(self, run: u64) -> bool {
        let known = distances();
        STACK.with(|stack| {
            let (from, other) = stack.wait.get();
            let waits = known.wait == Some(from.wrapping_sub(self.0)) && other <= run;
            waits || self.is_top(stack, known)
        })
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

/// Measures what [`StackPosition::may_start`] needs, unless that was done before.
pub(super) fn measure() {
    distances();
}

/// Runs a task of a run, or a part of one. Debug builds check that this thread is inside of no other task
/// of that run.
#[inline]
pub(in crate::executor) fn inside_task<T>(run: u64, body: impl FnOnce() -> T) -> T {
    #[cfg(debug_assertions)]
    let _inside = checks::Inside::new(run);
    #[cfg(not(debug_assertions))]
    let _ = run;
    body()
}

#[cfg(debug_assertions)]
mod checks {
    use alloc::vec::Vec;
    use core::cell::RefCell;
    use std::thread_local;

    thread_local! {
        /// The runs inside of whose tasks this thread is.
        static RUNS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) struct Inside;

    impl Inside {
        pub(super) fn new(run: u64) -> Self {
            RUNS.with(|runs| {
                let mut runs = runs.borrow_mut();
                assert!(!runs.contains(&run), "a task starts inside of another task of its run");
                runs.push(run);
            });
            Inside
        }
    }

    impl Drop for Inside {
        fn drop(&mut self) {
            RUNS.with(|runs| runs.borrow_mut().pop());
        }
    }
}
