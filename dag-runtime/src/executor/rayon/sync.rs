//! The atomics of the protocol: loom's, where it is model-checked.

#[cfg(not(loom))]
pub(super) use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
#[cfg(loom)]
pub(super) use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// Stands between two accesses that are sequentially consistent by themselves.
///
/// Loom weakens such accesses to acquire and release; under it, this makes up for that.
#[inline(always)]
pub(super) fn sequential() {
    #[cfg(loom)]
    loom::sync::atomic::fence(Ordering::SeqCst);
}

/// Lets others go on, while this thread waits for one of them.
#[inline(always)]
pub(super) fn pause() {
    #[cfg(loom)]
    loom::thread::yield_now();
    #[cfg(not(loom))]
    std::thread::yield_now();
}
