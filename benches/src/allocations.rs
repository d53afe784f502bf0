//! How often memory is allocated, and how much.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The system's allocator, which counts when it is asked to.
struct Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Bytes that are allocated, and the most of them at once.
static BYTES: AtomicUsize = AtomicUsize::new(0);
static MOST_BYTES: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: each call is passed on to `System`, which keeps the contract. Counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(0, layout.size());
        // SAFETY: the caller's promise, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(0, layout.size());
        // SAFETY: the caller's promise, handed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(layout.size(), size);
        // SAFETY: the caller's promise, handed on.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if COUNTS.load(Ordering::Relaxed) {
            BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        }
        // SAFETY: the caller's promise, handed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Reading a flag is all that this costs where times are taken.
#[inline]
fn count(before: usize, after: usize) {
    if COUNTS.load(Ordering::Relaxed) {
        COUNT.fetch_add(1, Ordering::Relaxed);
        let bytes = BYTES.fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
        MOST_BYTES.fetch_max(bytes.wrapping_add(after).wrapping_sub(before), Ordering::Relaxed);
    }
}

/// How many allocations all threads make during a call, those that make one larger among them.
pub(crate) fn during(call: impl FnOnce()) -> usize {
    let before = COUNT.load(Ordering::SeqCst);
    COUNTS.store(true, Ordering::SeqCst);
    call();
    COUNTS.store(false, Ordering::SeqCst);
    COUNT.load(Ordering::SeqCst) - before
}

/// How many bytes a call allocates and does not free, and how many it had at once. It frees none that were allocated before,
/// and no other thread allocates.
pub(crate) fn bytes_during(call: impl FnOnce()) -> (usize, usize) {
    BYTES.store(0, Ordering::SeqCst);
    MOST_BYTES.store(0, Ordering::SeqCst);
    COUNTS.store(true, Ordering::SeqCst);
    call();
    COUNTS.store(false, Ordering::SeqCst);
    (BYTES.load(Ordering::SeqCst), MOST_BYTES.load(Ordering::SeqCst))
}
