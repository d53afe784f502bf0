//! How far apart things are on the stacks of threads.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use ::rayon::ThreadPoolBuilder;

use super::{HERE, Here, Message, Receiver, Sharing, Spot, note_start, scoped_as, send};

/// How far jobs are from other things on the stack of a thread, in this process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Distances {
    /// At the top of a thread, from its thread-locals: on many systems these are at the start of the stack. None where not.
    pub(super) locals: Option<usize>,
    /// At the top of a thread, from where [`note_start`] was.
    pub(super) start: Option<usize>,
    /// In the wait at the end of a run, from where [`scoped_as`] was.
    pub(super) wait: Option<usize>,
}

/// The distances, measured when they are first asked for.
pub(super) fn distances() -> &'static Distances {
    static DISTANCES: OnceLock<Distances> = OnceLock::new();
    // On a thread of its own: one of a pool might be given something else to do meanwhile, which asks as well.
    DISTANCES.get_or_init(|| {
        thread::Builder::new()
            .spawn(measure)
            .map_or_else(|_| Distances::default(), |thread| thread.join().unwrap_or_default())
    })
}

/// Measures distances on two threads that nobody else knows.
fn measure() -> Distances {
    #[derive(Default)]
    struct Probe(Mutex<[usize; 2]>);

    impl Receiver for Probe {
        fn receive<'scope>(&'scope self, _: Message, Spot(at): Spot, _: &Sharing<'_, 'scope>) {
            let of = |here: &Here| [core::ptr::from_ref(here).addr(), here.base.get()];
            let distances = HERE.with(of).map(|from| from.wrapping_sub(at));
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = distances;
        }
    }

    /// In the wait, the distance from where `scoped_as` was.
    #[derive(Default)]
    struct InWait(Mutex<usize>);

    impl Receiver for InWait {
        fn receive<'scope>(&'scope self, _: Message, Spot(at): Spot, _: &Sharing<'_, 'scope>) {
            let distance = HERE.with(|here| here.wait.get().0).wrapping_sub(at);
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = distance;
        }
    }

    let start = || ThreadPoolBuilder::new().num_threads(1).start_handler(|_| note_start()).build();
    let (Ok(one), Ok(other)) = (start(), start()) else { return Distances::default() };
    let [one, other] = [one, other].map(|pool| {
        let (top, wait) = (Probe::default(), InWait::default());
        pool.in_place_scope(|scope| send(&Sharing { scope, began: 0 }, &top, Message::Work));
        pool.install(|| scoped_as(0, &mut |sharing| send(sharing, &wait, Message::Work)));
        let [locals, start] = top.0.into_inner().unwrap_or_default();
        [locals, start, wait.0.into_inner().unwrap_or_default()]
    });
    let [locals, start, wait] = [0, 1, 2].map(|k| (one[k] == other[k]).then_some(one[k]));
    Distances { locals, start, wait }
}

/// Where the stack is.
#[inline(never)]
pub(super) fn stack_pointer() -> usize {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        let pointer: usize;
        #[allow(unsafe_code)]
        // SAFETY: copies a register, and touches no memory.
        unsafe {
            core::arch::asm!("mov {}, rsp", out(reg) pointer, options(nomem, nostack, preserves_flags));
        }
        pointer
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    {
        let pointer: usize;
        #[allow(unsafe_code)]
        // SAFETY: copies a register, and touches no memory.
        unsafe {
            core::arch::asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags));
        }
        pointer
    }
    #[cfg(not(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri))))]
    {
        let here = 0_u8;
        core::ptr::from_ref(core::hint::black_box(&here)).addr()
    }
}
