//! Where on its thread a job of a run was started: at the top, in the wait at the end of a run, or inside of something
//! else that waits there. The README beside this file says why that matters.
//!
//! A thread of a rayon pool runs jobs in one loop at the top of its stack, and in each wait further down. Rayon does not say
//! which, and what a thread has stolen carries nothing of ours. But all jobs of this crate go the same few calls from
//! such a loop to [`send`]'s closure, so the stack pointer there tells: at the top of a thread it is the same each time.

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

/// Who gets the jobs that [`send`] sends.
pub(in crate::executor) trait Receiver: Sync {
    /// A job is there, started `here` on this thread.
    fn receive<'scope>(&'scope self, message: Message, here: Spot, sharing: &Sharing<'_, 'scope>);
}

/// A run that has begun on this pool, as its jobs see it. Only [`scoped`] and `scoped_on` make one.
pub(in crate::executor) struct Sharing<'a, 'scope> {
    scope: &'a Scope<'scope>,
    began: u64,
}

impl Sharing<'_, '_> {
    /// The number of the run.
    #[inline]
    pub(in crate::executor) fn began(&self) -> u64 {
        self.began
    }
}

/// What a job is to do.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) enum Message {
    /// To work, as one of the workers that are counted already.
    Work,
    /// To work if there is room for a worker.
    Offer,
    /// To run the tasks of this thread of a static schedule.
    Static(usize),
}

/// Where a job was started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::executor) struct Spot(usize);

/// Sends a job to the pool of a run.
///
/// The only place that does so: the frames below a job are the same, then.
#[inline(never)]
pub(in crate::executor) fn send<'scope>(
    sharing: &Sharing<'_, 'scope>,
    receiver: &'scope dyn Receiver,
    message: Message,
) {
    let began = sharing.began;
    sharing.scope.spawn(move |scope| receive(&Sharing { scope, began }, receiver, message));
}

#[inline(never)]
fn receive<'scope>(sharing: &Sharing<'_, 'scope>, receiver: &'scope dyn Receiver, message: Message) {
    receiver.receive(message, Spot(stack_pointer()), sharing);
}

/// Begins a run on this thread, which is one of the pool: calls `body`, and waits for all that it sends. In that wait this
/// thread is at the end of the run.
///
/// The run gets its number here and nowhere else: on the thread that then waits, after all that is below on its stack.
pub(super) fn scoped<'scope>(body: &mut dyn FnMut(&Sharing<'_, 'scope>)) {
    scoped_as(next_run(), body);
}

/// Begins a run on a pool from a thread of no pool: calls `body`, and waits for all that it sends.
#[cfg(feature = "mpi")]
pub(in crate::executor) fn scoped_on<'scope, T>(
    pool: &ThreadPool,
    body: impl FnOnce(&Sharing<'_, 'scope>) -> T,
) -> T {
    let began = next_run();
    pool.in_place_scope(|scope| body(&Sharing { scope, began }))
}

/// The number of a run, higher than those of all that began before.
fn next_run() -> u64 {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    RUNS.fetch_add(1, Ordering::Relaxed)
}

#[inline(never)]
fn scoped_as<'scope>(began: u64, body: &mut dyn FnMut(&Sharing<'_, 'scope>)) {
    struct Leave((usize, u64));
    impl Drop for Leave {
        fn drop(&mut self) {
            HERE.with(|here| here.wait.set(self.0));
        }
    }
    let from = stack_pointer();
    let _leave = Leave(HERE.with(|here| here.wait.get()));
    in_place_scope(|scope| {
        body(&Sharing { scope, began });
        HERE.with(|here| here.wait.set((from, began)));
    });
}

/// What is known of a thread.
struct Here {
    /// Where the stack was when the thread started, if its pool is one of ours; else 0.
    base: Cell<usize>,
    /// Where it was in the last call of [`scoped_as`] whose body has ended, and when that run began.
    wait: Cell<(usize, u64)>,
    /// The highest address that a job was seen at, and how often.
    highest: Cell<(usize, u32)>,
}

thread_local! {
    static HERE: Here = const {
        Here {
            base: Cell::new(0),
            wait: Cell::new((0, 0)),
            highest: Cell::new((0, 0)),
        }
    };
}

/// What the threads of our pools do first.
pub(super) fn note_start() {
    HERE.with(|here| here.base.set(stack_pointer()));
}

impl Spot {
    /// Whether a task of a run that `began` then may start here: at the top of a thread, or in the wait of a run that began no
    /// later. This one was not begun inside of a task of the first one, which had not begun.
    pub(in crate::executor) fn is_clear(self, began: u64) -> bool {
        let known = distances();
        HERE.with(|here| {
            let (from, other) = here.wait.get();
            let waits = known.wait == Some(from.wrapping_sub(self.0)) && other <= began;
            waits || self.is_top(here, known)
        })
    }

    fn is_top(self, here: &Here, known: &Distances) -> bool {
        /// Beyond that, it is another stack.
        const FAR: usize = 1 << 20;
        const OFTEN: u32 = 2;

        let base = here.base.get();
        if base != 0 && known.start.is_some() {
            return known.start == Some(base.wrapping_sub(self.0));
        }
        if let Some(locals) = known.locals {
            return locals == core::ptr::from_ref(here).addr().wrapping_sub(self.0);
        }
        // The highest address that comes again is the best guess.
        let (highest, times) = here.highest.get();
        let now = match times {
            0 => (self.0, 1),
            _ if self.0 == highest => (highest, times.saturating_add(1)),
            _ if self.0 > highest && self.0 - highest < FAR => (self.0, 1),
            _ => return false,
        };
        here.highest.set(now);
        now.1 >= OFTEN
    }
}

/// Measures what [`Spot::is_clear`] needs, if that was not done.
pub(super) fn prepare() {
    distances();
}

/// Runs a task, or a part of one, of the run that `began` then. Debug builds check that this thread is inside of no other task
/// of that run.
#[inline]
pub(in crate::executor) fn inside<T>(began: u64, body: impl FnOnce() -> T) -> T {
    #[cfg(debug_assertions)]
    let _inside = checks::Inside::new(began);
    #[cfg(not(debug_assertions))]
    let _ = began;
    body()
}

#[cfg(debug_assertions)]
mod checks {
    use alloc::vec::Vec;
    use core::cell::RefCell;
    use std::thread_local;

    thread_local! {
        /// The runs of whose tasks this thread is inside.
        static RUNS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) struct Inside;

    impl Inside {
        pub(super) fn new(began: u64) -> Self {
            RUNS.with(|runs| {
                let mut runs = runs.borrow_mut();
                assert!(!runs.contains(&began), "a task starts inside of another one of its run");
                runs.push(began);
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
