//! How jobs enter a run that may have ended when they get their turn.

use alloc::sync::Arc;
use core::cell::{Cell, UnsafeCell};
use core::mem;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread_local;
use std::time::{Duration, Instant};

use ::rayon::{Yield, current_thread_index};

use super::lent::Lent;
use super::{JobReceiver, Request, RunScope, StackPosition, Then};
use crate::executor::rayon::gate::Gate;
use crate::executor::rayon::waiting::{self, MAX_SLEEP, MIN_SLEEP, SLEEP_FRACTION};
use crate::unwind::{Payload, catch, discard};

/// The way into the runs that one thread owns, one after the other. Jobs share it, and outlive the runs.
pub(super) struct Entry {
    gate: Gate,
    alarm: Alarm,
    /// The run that the gate leads to, while it is open.
    run: UnsafeCell<Option<ActiveRun>>,
    /// The first panic of a job of this run that is not one of a task.
    panic: Mutex<Option<Payload>>,
}

#[derive(Clone, Copy)]
struct ActiveRun {
    number: u64,
    receiver: *const dyn JobReceiver,
    /// Whether its helpers are lent: see [`Lent`].
    is_lent: bool,
}

#[allow(unsafe_code)]
// SAFETY: `run` is written only by `Entry::open`, on the one thread that uses the entry for its runs, while the gate is closed and
// nobody is inside; and read only by jobs that are inside. Closing the gate sees what those that left have done, and entering sees
// what was done before the gate was opened. A receiver is `Sync`.
unsafe impl Sync for Entry {}

#[allow(unsafe_code)]
// SAFETY: as above; the pointer is only used inside of the gate, on any thread.
unsafe impl Send for Entry {}

thread_local! {
    /// The entry for the runs of this thread. None while one is used: runs inside of that run have others.
    static ENTRY: Cell<Option<Arc<Entry>>> = const { Cell::new(None) };
}

/// Calls `body` with an entry of which this thread is the owner, and no run uses it.
pub(super) fn with_entry(body: impl FnOnce(&Arc<Entry>)) {
    let entry = ENTRY.try_with(Cell::take).ok().flatten().unwrap_or_else(|| Arc::new(Entry::new()));
    body(&entry);
    // Dropped if the thread ends just now. Runs that this one was inside of put theirs there later.
    _ = ENTRY.try_with(|idle| idle.set(Some(entry)));
}

impl Entry {
    fn new() -> Self {
        Entry {
            gate: Gate::new(),
            alarm: Alarm::default(),
            run: UnsafeCell::new(None),
            panic: Mutex::default(),
        }
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Wakes the owner. To be called by the one that has claimed that.
    pub(super) fn wake_owner(&self) {
        self.alarm.ring();
    }

    /// Opens the gate for a run. To be called by the owner, after the run before has ended.
    pub(super) fn open<'run>(
        &'run self,
        number: u64,
        receiver: &'run dyn JobReceiver,
        is_lent: bool,
    ) -> Open<'run> {
        let pointer: *const (dyn JobReceiver + 'run) = receiver;
        #[allow(unsafe_code)]
        // SAFETY: these types differ in a lifetime alone. `Entry::inside` shows that the receiver lives whenever it is used.
        let pointer: *const (dyn JobReceiver + 'static) = unsafe { mem::transmute(pointer) };
        #[allow(unsafe_code)]
        // SAFETY: the gate is closed, and nobody is inside. So no other thread uses the cell.
        unsafe {
            *self.run.get() = Some(ActiveRun { number, receiver: pointer, is_lent });
        }
        self.gate.open();
        Open { entry: self, receiver }
    }

    /// Calls `body` inside of the gate, with the number of the run and its receiver. None if the gate is closed.
    fn inside(&self, body: impl FnOnce(ActiveRun, &dyn JobReceiver) -> Then) -> Option<Then> {
        struct Leave<'a>(&'a Entry);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                if self.0.gate.leave() {
                    self.0.alarm.ring();
                }
            }
        }

        if !self.gate.enter() {
            return None;
        }
        let _leave = Leave(self);
        let result = catch(|| {
            #[allow(unsafe_code)]
            // SAFETY: this thread is inside, so the gate was opened for a run, after the cell was written. The receiver of that
            // run is borrowed by `Open`, which does not end before the gate was closed, when nobody is inside.
            let (run, receiver) = unsafe {
                let run = (*self.run.get()).expect("an open gate leads to a run");
                (run, &*run.receiver)
            };
            let lent = run.is_lent.then(Lent::take);
            if let Some(None) = lent {
                return Then::Leave;
            }
            body(run, receiver)
        });
        match result {
            Ok(then) => Some(then),
            Err(payload) => {
                let mut first = self.panic.lock().unwrap_or_else(PoisonError::into_inner);
                match *first {
                    None => *first = Some(payload),
                    Some(_) => discard(payload),
                }
                Some(Then::Leave)
            }
        }
    }

    /// What a job of the run with this number does.
    pub(super) fn receive(self: &Arc<Self>, at: StackPosition, mut request: Request, mut number: u64) {
        if request == Request::Work {
            self.gate.arrive();
        }
        let mut found_nothing = false;
        loop {
            let then = self.inside(|current, receiver| {
                if current.number != number && request != Request::Work {
                    // The run that had to hand tasks off has ended.
                    return Then::Leave;
                }
                number = current.number;
                let scope = RunScope { entry: self, run: number, pool: None, is_lent: current.is_lent };
                receiver.receive(request, at, &scope)
            });
            match then {
                Some(Then::Forward) => {
                    found_nothing = !waiting::run_other(number);
                    request = Request::Resume;
                }
                Some(Then::Linger) if self.gate.linger() => request = Request::Work,
                _ => break,
            }
        }
        if found_nothing {
            // The hand-off was forwarded: a thread that becomes free takes it meanwhile.
            waiting::sleep();
        }
    }
}

/// What wakes an owner. Not `park`: the token of `unpark` belongs to the program.
#[derive(Debug, Default)]
struct Alarm {
    has_rung: Mutex<bool>,
    rings: Condvar,
}

impl Alarm {
    fn has_rung(&self) -> MutexGuard<'_, bool> {
        self.has_rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        *self.has_rung() = true;
        self.rings.notify_one();
    }

    /// Waits until another thread rings, or for this time. May end too early, after a late ring.
    fn sleep(&self, limit: Option<Duration>) {
        let silent = |has_rung: &mut bool| !*has_rung;
        let has_rung = self.has_rung();
        let mut has_rung = match limit {
            None => self.rings.wait_while(has_rung, silent).unwrap_or_else(PoisonError::into_inner),
            Some(limit) => {
                let waited = self.rings.wait_timeout_while(has_rung, limit, silent);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        *has_rung = false;
    }
}

/// A run whose gate is open.
pub(super) struct Open<'run> {
    entry: &'run Entry,
    receiver: &'run dyn JobReceiver,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.entry.gate.close_soon();
    }
}

/// How often the owner looks for the end of the run before it reads the clock.
const LOOKS: u32 = 64;

/// How long the owner looks for the end of the run before it sleeps: to be woken takes longer.
const AWAKE: Duration = Duration::from_micros(50);

impl Open<'_> {
    /// Waits until the run has work for its owner, or ends. Returns whether it has ended. A thread of the pool runs other jobs
    /// of the pool meanwhile.
    #[inline(never)]
    pub(super) fn wait(&self) -> bool {
        let is_inside = current_thread_index().is_some();
        let mut since = None;
        loop {
            for _ in 0..LOOKS {
                if self.receiver.has_work() {
                    return false;
                }
                if let Some(vacant) = self.entry.gate.vacant() {
                    // Nobody is inside who could publish a task.
                    if self.receiver.has_work() {
                        return false;
                    }
                    if self.receiver.may_end() && self.entry.gate.close(vacant) {
                        return true;
                    }
                }
                core::hint::spin_loop();
            }
            if is_inside && ::rayon::yield_now() == Some(Yield::Executed) {
                since = None;
                continue;
            }
            let waited = since.get_or_insert_with(Instant::now).elapsed();
            // Not `yield_now`: beside a busy process, a thread that yields gets its core back after milliseconds.
            if waited > AWAKE {
                // A thread of the pool looks for other jobs again and again.
                self.sleep(is_inside.then(|| (waited / SLEEP_FRACTION).clamp(MIN_SLEEP, MAX_SLEEP)));
            }
        }
    }

    /// Sleeps until another thread wakes this one, or for this time.
    fn sleep(&self, limit: Option<Duration>) {
        let gate = &self.entry.gate;
        gate.announce_wait();
        let ends = gate.vacant().is_some() && self.receiver.may_end();
        if !ends && !self.receiver.has_work() {
            self.entry.alarm.sleep(limit);
        }
        _ = gate.claim_wake();
    }

    /// Ends a run that [`Open::wait`] has ended. Goes on with the panic of a job, if there was one.
    pub(super) fn end(self) {
        let payload = self.entry.panic.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(payload) = payload {
            resume_unwind(payload);
        }
    }
}
