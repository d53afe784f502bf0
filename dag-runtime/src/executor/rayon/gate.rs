//! The gate of a run: which helpers are inside of it, and whether the thread that owns it still waits for them.
//!
//! A helper is a job that was sent to a pool. When it gets its turn, the run may have ended long ago, and the next one may have
//! begun. So the gate outlives the run. A helper touches the run only between [`Gate::enter`] and [`Gate::leave`], and
//! the owner ends the run only after [`Gate::close`], which succeeds while nobody is inside.

use super::sync::{AtomicBool, AtomicU32, AtomicU64, CacheLine, Ordering, pause, sequential, spin_loop};

/// In [`Gate::state`]: the run has ended, or has not begun.
const CLOSED: u64 = 1;

/// In [`Gate::state`]: one helper that is inside.
const INSIDE: u64 = 2;

/// In [`Gate::state`]: how often a helper has entered is counted in these units, so that [`Gate::close`] sees that one has.
const ENTERED: u64 = 1 << 20;

/// How often a helper that has nothing to do looks whether it is called again before it goes back to its pool: about a
/// microsecond.
const LOOKS: u32 = if cfg!(loom) { 0 } else { 64 };

/// The gate of the runs of one owner, one after the other. Closed at first.
#[derive(Debug)]
pub(super) struct Gate {
    state: CacheLine<AtomicU64>,
    calls: CacheLine<Calls>,
}

/// Who was called, and who can be. Apart from the state of the gate, since each publisher reads it.
#[derive(Debug)]
struct Calls {
    /// Whether a helper was called and has not arrived.
    called: AtomicBool,
    /// How many helpers [linger](Gate::linger).
    lingering: AtomicU32,
    /// Whether the owner waits, and wants to be woken.
    owner_waits: AtomicBool,
}

/// That nobody was inside, at some time: for [`Gate::close`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Vacant(u64);

impl Gate {
    pub(super) fn new() -> Self {
        Gate {
            state: CacheLine(AtomicU64::new(CLOSED)),
            calls: CacheLine(Calls {
                called: AtomicBool::new(false),
                lingering: AtomicU32::new(0),
                owner_waits: AtomicBool::new(false),
            }),
        }
    }

    /// Opens the gate, for a new run.
    pub(super) fn open(&self) {
        self.state.0.fetch_and(!CLOSED, Ordering::SeqCst);
    }

    /// Lets a helper in. Returns false if the gate is closed: then the helper has changed nothing.
    pub(super) fn enter(&self) -> bool {
        sequential();
        let mut state = self.state.0.load(Ordering::SeqCst);
        while state & CLOSED == 0 {
            let entered = state.wrapping_add(ENTERED + INSIDE);
            match self.state.0.compare_exchange(state, entered, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Lets a helper out. Returns whether the owner has to be woken.
    #[must_use]
    pub(super) fn leave(&self) -> bool {
        let before = self.state.0.fetch_sub(INSIDE, Ordering::SeqCst);
        is_vacant(before - INSIDE) && self.claim_wake()
    }

    /// Whether nobody is inside.
    pub(super) fn vacant(&self) -> Option<Vacant> {
        sequential();
        let state = self.state.0.load(Ordering::SeqCst);
        is_vacant(state).then_some(Vacant(state))
    }

    /// Closes the gate, if nobody has entered since it was seen vacant.
    pub(super) fn close(&self, Vacant(seen): Vacant) -> bool {
        self.state.0.compare_exchange(seen, seen | CLOSED, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Calls a helper after a task was published, unless one was called and has not arrived: that one looks for tasks after
    /// it has arrived. Returns whether a job has to be sent.
    #[must_use]
    pub(super) fn call(&self) -> bool {
        sequential();
        if self.calls.0.called.load(Ordering::SeqCst) || self.calls.0.called.swap(true, Ordering::SeqCst) {
            return false;
        }
        sequential();
        self.calls.0.lingering.load(Ordering::SeqCst) == 0
    }

    /// A helper that was called arrives. To be called before [`Gate::enter`].
    pub(super) fn arrive(&self) {
        self.calls.0.called.store(false, Ordering::SeqCst);
        sequential();
    }

    /// What a helper does before it goes back to its pool: looks for about a microsecond whether it is called again. Returns
    /// whether it is: then it has arrived.
    #[must_use]
    pub(super) fn linger(&self) -> bool {
        self.calls.0.lingering.fetch_add(1, Ordering::SeqCst);
        for _ in 0..LOOKS {
            if self.calls.0.called.load(Ordering::Relaxed) {
                break;
            }
            spin_loop();
        }
        self.calls.0.lingering.fetch_sub(1, Ordering::SeqCst);
        sequential();
        // Who saw this helper linger has called before that, and relies on it.
        self.calls.0.called.load(Ordering::SeqCst) && self.calls.0.called.swap(false, Ordering::SeqCst)
    }

    /// Announces that the owner waits. Then it has to look once more for what it waits for.
    pub(super) fn announce_wait(&self) {
        self.calls.0.owner_waits.store(true, Ordering::SeqCst);
        sequential();
    }

    /// Ends the wait of the owner. Returns whether the caller is the one to wake it: for the first caller.
    #[must_use]
    pub(super) fn claim_wake(&self) -> bool {
        sequential();
        self.calls.0.owner_waits.load(Ordering::SeqCst)
            && self.calls.0.owner_waits.swap(false, Ordering::SeqCst)
    }

    /// Closes the gate when nobody is inside: for a run that ends by a panic.
    pub(super) fn close_soon(&self) {
        while self.state.0.load(Ordering::SeqCst) & CLOSED == 0 {
            match self.vacant() {
                Some(vacant) => _ = self.close(vacant),
                None => pause(),
            }
        }
    }
}

fn is_vacant(state: u64) -> bool {
    state & (ENTERED - INSIDE) == 0
}
