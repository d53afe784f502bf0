//! The atomics of the protocol: loom's, where it is model-checked, and those of a machine of virtual threads, where transfers
//! of cache lines are counted.

#[cfg(all(test, dag_transfers))]
pub(super) use super::transfers::atomics::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize};
#[cfg(not(any(loom, all(test, dag_transfers))))]
pub(super) use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize};
#[cfg(loom)]
pub(super) use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};

#[cfg(not(loom))]
pub(super) use core::sync::atomic::Ordering;
#[cfg(loom)]
pub(super) use loom::sync::Mutex;
#[cfg(not(loom))]
pub(super) use std::sync::Mutex;

/// Keeps what one thread writes apart from what another one writes: one cache line, or two where the prefetcher takes pairs.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct CacheLine<T>(pub(super) T);

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

/// Stands in a loop that looks for something again and again, for a short time.
#[inline(always)]
pub(super) fn spin_loop() {
    #[cfg(all(test, dag_transfers))]
    super::transfers::machine::spin();
    core::hint::spin_loop();
}
