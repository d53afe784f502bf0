//! Bounds and indices at or beyond the limits of `isize`: none is wrapped.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn listed(some: &[usize]) -> Vec<usize> {
    some.to_vec()
}

const WIDE: u128 = 1 << 64;
const LOW: i128 = -(1 << 64);
const HIGH: u64 = u64::MAX;

dag! {
    graph Ends -> (all, wide, none) {
        x[i in 0..6] = one(i),
        all[k in 0..8] = listed(match k {
            0 => &x[..usize::MAX],
            1 => &x[..=u64::MAX],
            2 => &x[..=isize::MAX],
            3 => &x[isize::MIN..=isize::MAX],
            4 => &x[LOW..WIDE],
            5 => &x[i128::MIN..u128::MAX],
            6 => &x[..=i128::MAX],
            _ => &x[..1u128 << 64],
        }),
        wide[j in 0..3] = listed(&x[j..=if j == 2 { isize::MAX } else { 3 }]),
        none[j in 0..3] = listed(if j == 0 { &x[WIDE..] } else if j == 1 { &x[..LOW] } else { &x[u128::MAX..=u128::MAX] }),
    }
}

#[test]
fn slices_are_clipped_to_the_family_however_far_they_go() {
    let (all, wide, none) = Everywhere::new().agree(|executor| Ends.run(executor).unwrap());
    assert!(all.iter().all(|x| *x == [0, 1, 2, 3, 4, 5]), "{all:?}");
    assert_eq!(wide, [vec![0, 1, 2, 3], vec![1, 2, 3], vec![2, 3, 4, 5]]);
    assert_eq!(none, [[0; 0]; 3]);
}

dag! {
    graph Conditions -> (below, above, started, empty) {
        x[i in 0..4] = one(i),
        below[i in 0..4] = listed(if i < HIGH { &x[i..=i] } else { &[] }),
        above[i in 0..4] = listed(if i > LOW && i < u128::MAX { &x[i..=i] } else { &[] }),
        started[i in (1i128 << 3) - 8..WIDE - (1u128 << 64) + 3] = one(i),
        empty[i in u128::MAX..WIDE] = one(i),
    }
}

#[test]
fn constants_beside_indices_are_not_wrapped() {
    let (below, above, started, empty) =
        Everywhere::new().agree(|executor| Conditions.run(executor).unwrap());
    assert_eq!(below, [[0], [1], [2], [3]]);
    assert_eq!(above, [[0], [1], [2], [3]]);
    assert_eq!((started, empty), (vec![0, 1, 2], vec![]));
}

const STARTS: [usize; 3] = [0, 2, 5];

dag! {
    graph Lookups -> (rows, late) {
        x[i in 0..6] = one(i),
        rows[i in 0..3] = listed(if i + 1 < STARTS.len() { &x[STARTS[i]..STARTS[i + 1]] } else { &x[STARTS[i]..] }),
        late[i in 0..3, j in 0..3] = listed(if i > 0 && i + j < 3 { &x[i as u64 - 1..STARTS[i + j] as u8] } else { &[] }),
    }
}

/// A bound is calculated at compile time wherever it is used, and only there.
#[test]
fn bounds_are_calculated_only_under_their_conditions() {
    let (rows, late) = Everywhere::new().agree(|executor| Lookups.run(executor).unwrap());
    assert_eq!(rows, [vec![0, 1], vec![2, 3, 4], vec![5]]);
    let expected = [&[][..], &[], &[], &[0, 1], &[0, 1, 2, 3, 4], &[], &[1, 2, 3, 4], &[], &[]];
    assert_eq!(late, expected);
}
