//! Sorting by keys of one type.
//!
//! The compiler translates the sorting of the standard library anew for each type, and its maps for each pair of types. That
//! is much code, which every program pays for in its first build. So what is not in the path of a run sorts by keys of one
//! type, and has maps of one type from keys to positions.

#[cfg(feature = "std")]
mod map;

use alloc::vec::Vec;

#[cfg(feature = "std")]
pub(crate) use map::{Map, insert, nanoseconds, of_task};

/// What things are sorted by. They are compared by the first number, then by the second.
pub(crate) type Key = (u64, u64);

/// Sorts a list. Items with the same key stay in their order.
pub(crate) fn sort_by_key<T>(list: &mut [T], key: impl Fn(&T) -> Key) {
    let keys = list.iter().zip(0..).map(|(item, place)| (key(item), place)).collect();
    sort(keys, &mut |a, b| list.swap(a, b));
}

/// Calls `swap` with places in a list, so that the list becomes sorted. Keys come with the places of their items.
fn sort(mut keys: Vec<(Key, usize)>, swap: &mut dyn FnMut(usize, usize)) {
    keys.sort_unstable();
    let mut target = alloc::vec![0; keys.len()];
    for (&(_, place), to) in keys.iter().zip(0..) {
        target[place] = to;
    }
    for place in 0..target.len() {
        while target[place] != place {
            let to = target[place];
            swap(place, to);
            target.swap(place, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn items_with_the_same_key_stay_in_their_order(keys in proptest::collection::vec((0..9_u64, 0..2_u64), 0..99)) {
            let mut list: Vec<(Key, usize)> = keys.into_iter().zip(0..).collect();
            let mut expected = list.clone();
            expected.sort_by_key(|&(key, _)| key);
            sort_by_key(&mut list, |&(key, _)| key);
            assert_eq!(list, expected);
        }
    }
}
