//! A graph run without `std`: the allocator, the panic handler and the entry point are this
//! program's own. Exits with 0 if all results are right, else with another code.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::alloc::{GlobalAlloc, Layout};
use core::ffi::{c_char, c_int};
use core::panic::PanicInfo;

use dag_runtime::{Auto, Serial, dag, task};

/// Numbers from 1.
#[task]
fn numbers(count: u32) -> Vec<u32> {
    (1..=count).collect()
}

#[task(depends = [numbers], each = numbers)]
fn doubled(numbers: u32, largest: u32) -> Result<u32, String> {
    if numbers <= largest { Ok(2 * numbers) } else { Err(format!("{numbers} is more than {largest}")) }
}

#[task(depends = [doubled])]
fn sum(doubled: &[u32]) -> u32 {
    doubled.iter().sum()
}

#[task(depends = [doubled, sum])]
fn shares(doubled: &[u32], sum: u32) -> Vec<f64> {
    doubled.iter().map(|&number| f64::from(number) / f64::from(sum)).collect()
}

#[task(depends = [shares])]
fn largest(shares: &[f64], limit: f64) -> Result<f64, String> {
    let largest = shares.iter().copied().fold(0.0, f64::max);
    if largest <= limit { Ok(largest) } else { Err(format!("{largest} is more than {limit}")) }
}

dag! {
    graph Shares(count: u32, limit: f64) -> (shares, largest) {
        largest(limit),
        shares,
        sum,
        doubled(4),
        numbers(count),
    }
}

/// Runs the graph in several ways; the number of the first check that does not hold, else 0.
fn check() -> c_int {
    let expected = (vec![0.1, 0.2, 0.3, 0.4], 0.4);
    let good = Shares { count: 4, limit: 0.5 };
    if good.run(&Serial).ok().as_ref() != Some(&expected) {
        return 1;
    }
    let bad = Shares { count: 4, limit: 0.1 };
    let Err(error) = bad.run(&Serial) else { return 2 };
    if format!("{error}") != "task `largest` of graph `Shares` failed: 0.4 is more than 0.1" {
        return 3;
    }
    let Err(error) = (Shares { count: 9, limit: 0.5 }).run(&Serial.keep_going()) else { return 4 };
    if format!("{error}") != "task `doubled[4]` of graph `Shares` failed: 5 is more than 4" {
        return 5;
    }
    let good = Shares { count: 4, limit: 0.5 };
    if good.run(&Serial.keep_going()).ok().as_ref() != Some(&expected) {
        return 6;
    }
    let good = Shares { count: 4, limit: 0.5 };
    match Auto::new().and_then(|auto| good.run(&auto)) {
        Ok(outputs) if outputs == expected => 0,
        _ => 7,
    }
}

/// The entry point that the C library calls.
// SAFETY: no other symbol of this program or its libraries is called `main`.
#[unsafe(no_mangle)]
extern "C" fn main(_: c_int, _: *const *const c_char) -> c_int {
    check()
}

/// The allocator of the C library.
struct Malloc;

#[global_allocator]
static ALLOCATOR: Malloc = Malloc;

// SAFETY: `aligned_alloc` returns memory of the requested size and alignment, or null, and `free` frees it.
unsafe impl GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // It wants a multiple of the alignment, and at least that of a pointer.
        let layout = layout.align_to(align_of::<usize>()).map(|layout| layout.pad_to_align());
        match layout {
            // SAFETY: the alignment is a power of two, and the size is a multiple of it.
            Ok(layout) => unsafe { libc::aligned_alloc(layout.align(), layout.size()).cast() },
            Err(_) => core::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, memory: *mut u8, _: Layout) {
        // SAFETY: the caller's promise: `alloc` gave this.
        unsafe { libc::free(memory.cast()) }
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: `abort` has no preconditions.
    unsafe { libc::abort() }
}

/// `alloc` comes compiled to unwind and asks for these. With `panic = "abort"` nobody calls them.
mod unwinding {
    // SAFETY: `std`, which defines these symbols too, is not linked.
    #[unsafe(no_mangle)]
    extern "C" fn rust_eh_personality() {}

    // SAFETY: as above.
    #[unsafe(no_mangle)]
    extern "C" fn _Unwind_Resume() -> ! {
        // SAFETY: `abort` has no preconditions.
        unsafe { libc::abort() }
    }
}
