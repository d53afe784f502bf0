//! Distances on the stacks of threads.

use std::sync::{Mutex, Once, OnceLock, PoisonError};
use std::thread;

use ::rayon::ThreadPoolBuilder;

use super::{
    JobReceiver, MEASURING, Request, RunScope, STACK, StackPosition, Then, ThreadStack, in_numbered_run,
    record_stack_base, spawn_job, with_entry,
};

/// How far a job is from other places on the stack of a thread, in this process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Distances {
    /// At the top of a thread, from its thread-locals. None if these are not on the stack.
    pub(super) locals: Option<usize>,
    /// At the top of a thread, from [`record_stack_base`].
    pub(super) start: Option<usize>,
    /// In the wait at the end of a run, from [`in_numbered_run`].
    pub(super) wait: Option<usize>,
}

static DISTANCES: OnceLock<Distances> = OnceLock::new();

/// The distances, measured on the first call.
pub(super) fn distances() -> &'static Distances {
    // On a thread of its own: a thread of a pool might run another job meanwhile, which also calls this function.
    DISTANCES.get_or_init(|| {
        thread::Builder::new()
            .spawn(measure)
            .map_or_else(|_| Distances::default(), |thread| thread.join().unwrap_or_default())
    })
}

/// Starts to measure the distances, unless that was done before. Does not wait for the result.
pub(super) fn start_measuring() {
    static START: Once = Once::new();
    START.call_once(|| drop(thread::Builder::new().spawn(|| DISTANCES.get_or_init(measure))));
}

/// Measures the distances on two threads that run nothing else.
fn measure() -> Distances {
    #[derive(Default)]
    struct Probe(Mutex<[usize; 2]>);

    impl JobReceiver for Probe {
        fn receive(&self, _: Request, StackPosition(at): StackPosition, _: &RunScope<'_>) -> Then {
            let of = |stack: &ThreadStack| [core::ptr::from_ref(stack).addr(), stack.base.get()];
            let distances = STACK.with(of).map(|from| from.wrapping_sub(at));
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = distances;
            Then::Leave
        }

        fn may_end(&self) -> bool {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) != [0; 2]
        }
    }

    /// In the wait, the distance from `in_numbered_run`.
    #[derive(Default)]
    struct InWait(Mutex<usize>);

    impl JobReceiver for InWait {
        fn receive(&self, _: Request, StackPosition(at): StackPosition, _: &RunScope<'_>) -> Then {
            let distance = STACK.with(|stack| stack.wait.get().0).wrapping_sub(at);
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = distance;
            Then::Leave
        }

        fn may_end(&self) -> bool {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) != 0
        }
    }

    let start = || ThreadPoolBuilder::new().num_threads(1).start_handler(|_| record_stack_base()).build();
    let (Ok(one), Ok(other)) = (start(), start()) else { return Distances::default() };
    let [one, other] = [one, other].map(|pool| {
        let (top, wait) = (Probe::default(), InWait::default());
        let mut send = |scope: &RunScope<'_>| spawn_job(scope, Request::Work);
        with_entry(|entry| in_numbered_run(MEASURING, entry, (Some(&pool), false), &top, &mut send));
        pool.install(|| {
            with_entry(|entry| {
                in_numbered_run(MEASURING, entry, (None, false), &wait, &mut |scope| {
                    spawn_job(scope, Request::Work)
                })
            })
        });
        let [locals, start] = top.0.into_inner().unwrap_or_default();
        [locals, start, wait.0.into_inner().unwrap_or_default()]
    });
    let [locals, start, wait] = [0, 1, 2].map(|k| (one[k] == other[k]).then_some(one[k]));
    Distances { locals, start, wait }
}

/// The stack pointer.
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
