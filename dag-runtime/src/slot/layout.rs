//! The slots of a graph: a struct with only slots, which the table describes, and the memory for it in a run.

use alloc::boxed::Box;
use core::mem::{MaybeUninit, size_of};

use crate::table::Line;

/// Slots above this size, in bytes, are kept on the heap instead of on the caller's stack.
const MAX_ON_STACK: usize = 64 * 1024;

/// What slots need to know about a graph.
pub trait Layout {
    /// A `repr(C)` struct with a `Slot` or `Members` for each line, and nothing else.
    type Slots;
    /// The lines, in the same order.
    const LINES: &'static [Line<'static>];
}

/// Calls `run` with empty slots for a graph.
#[inline]
pub(crate) fn with_slots<G: Layout, R>(run: impl FnOnce(&G::Slots) -> R) -> R {
    // A constant, so that only one of the two is compiled: the drop of all slots is as long as the graph.
    if const { is_trivial(G::LINES) } { with_trivial(run) } else { with_zeroed(run) }
}

/// Whether the slots of these lines need no drop, so that no flag is used.
pub(crate) const fn is_trivial(lines: &[Line<'_>]) -> bool {
    let mut line = 0;
    while line < lines.len() && lines[line].release.is_none() {
        line += 1;
    }
    line == lines.len() && !cfg!(debug_assertions)
}

/// Whether slots are kept on the caller's stack.
const fn fits<S>() -> bool {
    size_of::<S>() <= MAX_ON_STACK
}

/// Calls `run` with slots whose flags are not used: a value of `S`, a struct whose fields are all `Slot`s.
#[inline]
fn with_trivial<S, R>(run: impl FnOnce(&S) -> R) -> R {
    #[inline(never)]
    fn on_heap<S, R>(run: impl FnOnce(&S) -> R) -> R {
        let slots = Box::<S>::new_uninit();
        // SAFETY: as below.
        run(unsafe { slots.assume_init_ref() })
    }
    #[inline(always)]
    fn on_stack<S, R>(run: impl FnOnce(&S) -> R) -> R {
        let slots = MaybeUninit::<S>::uninit();
        // SAFETY: an empty `Slot` consists of a flag and a value, and any bytes are valid for both. `S` is a struct of
        // `Slot`s: `Graph::Slots`, which only `dag!` implements.
        run(unsafe { slots.assume_init_ref() })
    }
    if const { fits::<S>() } { on_stack(run) } else { on_heap(run) }
}

/// Calls `run` with empty slots: a value of `S`, a struct whose fields are all `Slot`s.
#[inline]
pub(crate) fn with_zeroed<S, R>(run: impl FnOnce(&S) -> R) -> R {
    #[inline(never)]
    fn on_heap<S, R>(run: impl FnOnce(&S) -> R) -> R {
        let mut slots = Box::<S>::new_uninit();
        // SAFETY: the box is memory for one `S`. The rest is as below.
        let slots = unsafe {
            slots.as_mut_ptr().write_bytes(0, 1);
            slots.assume_init()
        };
        run(&slots)
    }
    // Separate, and inlined only with optimisations: without them, the function above would reserve stack for the slots
    // in any case.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn on_stack<S, R>(run: impl FnOnce(&S) -> R) -> R {
        // SAFETY: as in `with_trivial`. The flags are zeros, which they must be where they are used.
        let slots = unsafe { MaybeUninit::<S>::zeroed().assume_init() };
        run(&slots)
    }
    if const { fits::<S>() } { on_stack(run) } else { on_heap(run) }
}
