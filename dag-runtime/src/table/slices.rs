//! Slices in constant evaluation. The corresponding methods of `core` are `const` from Rust 1.87 on.

use core::{ptr, slice};

/// Flattens an array of arrays.
pub(super) const fn flatten<T, const LEN: usize, const ROWS: usize>(rows: &mut [[T; LEN]; ROWS]) -> &mut [T] {
    // SAFETY: an array of arrays consists of all their values, without gaps. It stays borrowed as long as the slice.
    unsafe { slice::from_raw_parts_mut(rows.as_mut_ptr().cast(), LEN * ROWS) }
}

/// Copies a slice to another one of the same length.
///
/// # Panics
///
/// Panics if their lengths differ.
pub(super) const fn copy<T: Copy>(from: &[T], to: &mut [T]) {
    assert!(from.len() == to.len());
    // SAFETY: both are slices of that length, and what is borrowed mutably is borrowed by nothing else.
    unsafe { ptr::copy_nonoverlapping(from.as_ptr(), to.as_mut_ptr(), from.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_follow_each_other() {
        let mut rows = [[1, 2, 3], [4, 5, 6]];
        let flat = flatten(&mut rows);
        assert_eq!(flat, [1, 2, 3, 4, 5, 6]);
        flat[3] = 7;
        assert_eq!(rows, [[1, 2, 3], [7, 5, 6]]);
        assert!(flatten(&mut [[0_u32; 0]; 4]).is_empty());
    }

    #[test]
    fn slices_are_copied_whole() {
        let mut to = [0; 5];
        copy(&[1, 2, 3], to.split_at_mut(3).0);
        assert_eq!(to, [1, 2, 3, 0, 0]);
    }

    #[test]
    #[should_panic(expected = "from.len() == to.len()")]
    fn lengths_have_to_agree() {
        copy(&[1, 2, 3], &mut [0; 2]);
    }
}
