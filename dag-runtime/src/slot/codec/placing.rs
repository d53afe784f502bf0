//! Where memory lies that large outputs are received into: it decides how fast they are copied there from another process.

use alloc::vec::Vec;
use core::mem;

use crate::error::Outcome;

/// What has fewer bytes may lie anywhere.
const LARGE: usize = 1 << 17;
/// Bytes are copied in lines of this many, and faster where they lie alike in the lines of both processes.
const LINE: usize = 64;
/// Where allocators place what they get from the system: at the start of a page, or, as glibc, behind a head.
const PAGE: usize = 4096;
const HEAD: usize = 16;
/// How many times more memory is made, at most, to find some that lies so. One after the other, it lies a head further each time.
const MOST_RETRIES: usize = 3;
/// Pages of this size are copied faster, and found to be new less often. Systems use them for what asks for it.
const HUGE_PAGE: usize = 2 << 20;

/// Memory for `len` bytes, which `make` makes and `first` gives the first byte of: where an allocator places what it has not used
/// before, in huge pages as far as there are whole ones.
pub(super) fn placed<M>(
    len: usize,
    mut make: impl FnMut() -> Outcome<M>,
    first: impl Fn(&mut M) -> *mut u8,
) -> Outcome<M> {
    let mut memory = make()?;
    if len < LARGE {
        return Ok(memory);
    }
    let mut others = Vec::new();
    while others.len() < MOST_RETRIES && !lies_well(first(&mut memory).addr()) {
        let Ok(next) = make() else { break };
        // It is kept so long, so that the next one lies elsewhere.
        others.push(mem::replace(&mut memory, next));
    }
    ask_for_huge_pages(first(&mut memory), len);
    Ok(memory)
}

fn lies_well(address: usize) -> bool {
    address % LINE == HEAD || address % PAGE == 0
}

/// Asks the system for huge pages for these bytes.
#[cfg(all(target_os = "linux", not(miri)))]
fn ask_for_huge_pages(first: *mut u8, len: usize) {
    use core::ffi::{c_int, c_void};

    const MADV_HUGEPAGE: c_int = 14;
    unsafe extern "C" {
        fn madvise(address: *mut c_void, len: usize, advice: c_int) -> c_int;
    }
    let to_first = first.addr().next_multiple_of(HUGE_PAGE) - first.addr();
    let whole = len.saturating_sub(to_first) / HUGE_PAGE * HUGE_PAGE;
    if whole > 0 {
        // SAFETY: these pages are a part of the memory. The advice changes nothing of what they hold. Where the system has no
        // huge pages it is refused, and nothing is changed.
        unsafe {
            madvise(first.add(to_first).cast(), whole, MADV_HUGEPAGE);
        }
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
fn ask_for_huge_pages(_: *mut u8, _: usize) {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    /// How many times memory is made that lies at these addresses one after the other, and which one is taken.
    fn take(addresses: &[usize], len: usize) -> (usize, usize) {
        let mut made = 0;
        let make = || {
            made += 1;
            addresses.get(made - 1).copied().ok_or_else(|| "there is no more".into())
        };
        let taken = placed(len, make, |&mut address| core::ptr::without_provenance_mut(address)).unwrap();
        (made, taken)
    }

    #[test]
    fn large_memory_is_made_again_until_it_lies_well() {
        // Below a huge page, so that none is asked for.
        assert_eq!(take(&[0x1020, 0x2030, 0x3000, 0x4010], LARGE), (3, 0x3000));
        assert_eq!(take(&[0x1020, 0x2050], LARGE), (2, 0x2050));
        assert_eq!(take(&[0x1020, 0x2020, 0x3020, 0x4020, 0x5010], LARGE), (4, 0x4020));
        assert_eq!(take(&[0x1020, 0x2020], LARGE), (3, 0x2020), "there is no more memory");
        assert_eq!(take(&[0x1020], LARGE - 1), (1, 0x1020));
    }

    #[cfg(all(target_os = "linux", not(miri)))]
    #[test]
    fn huge_pages_are_asked_for_where_there_are_whole_ones() {
        if !std::path::Path::new("/sys/kernel/mm/transparent_hugepage/enabled").exists() {
            return;
        }
        let len = 64 << 20;
        let mut memory = placed(len, || Ok(Vec::<u8>::with_capacity(len)), Vec::as_mut_ptr).unwrap();
        let middle = memory.as_mut_ptr().addr() + len / 2;
        memory.extend_from_slice(&vec![7; len]);
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut holds = false;
        let flags = maps.lines().find_map(|line| {
            let range = line.split(' ').next().and_then(|range| range.split_once('-'));
            if let Some((Ok(start), Ok(end))) =
                range.map(|(a, b)| (usize::from_str_radix(a, 16), usize::from_str_radix(b, 16)))
            {
                holds = (start..end).contains(&middle);
            }
            line.strip_prefix("VmFlags:").filter(|_| holds)
        });
        assert!(flags.is_some_and(|flags| flags.split(' ').any(|flag| flag == "hg")), "{flags:?}");
        assert!(memory.iter().all(|&byte| byte == 7));
    }
}
