//! Tests of the indices of members against a list of all members.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::plan::{LineSpec, Sum, ranges};
use crate::table::cursor::{Cursor, Indices};
use crate::table::shape::{Dim, Shape, inside};

fn line(ranges: Vec<(Sum, Sum)>) -> LineSpec {
    LineSpec { ranges, attribute: vec![], uses: vec![], output: false }
}

/// All combinations over which a cursor iterates.
fn all(next: impl FnMut() -> Option<Vec<isize>>) -> Vec<Vec<isize>> {
    core::iter::from_fn(next).collect()
}

#[test]
#[should_panic = "a family has at most 4294967295 members"]
fn more_members_than_can_be_counted_are_refused() {
    let dim = Dim::range(0, 70_000);
    let _ = Shape::positions(&[dim, dim]);
}

#[test]
#[should_panic = "and a range as many values"]
fn more_values_than_can_be_counted_are_refused() {
    let _ = Dim::range(-1, 1 << 32);
}

const MIN: i128 = isize::MIN as i128;
const MAX: i128 = isize::MAX as i128;

#[test]
#[should_panic = "an index is an `isize` below"]
fn a_range_above_all_indices_is_refused() {
    let _ = Dim::range(MAX - 2, MAX + 1);
}

#[test]
#[should_panic = "an index is an `isize` below"]
fn a_range_below_all_indices_is_refused() {
    let _ = Dim::range(MIN - 1, MIN);
}

#[test]
fn an_empty_range_may_be_anywhere() {
    static SHAPE: Shape<'static> = Shape::new(&[Dim::range(i128::MAX, i128::MIN)]);
    assert!(SHAPE.is_empty() && SHAPE.position(&[0]).is_none());
}

#[test]
fn ranges_may_end_at_the_limits() {
    static SHAPE: Shape<'static> = Shape::new(&[Dim::range(MAX - 3, MAX), Dim::range(3, -3)]);
    assert!(SHAPE.is_empty() && SHAPE.position(&[isize::MAX - 1, 0]).is_none());
    static LOW: Shape<'static> = Shape::new(&[Dim::range(MIN, MIN + 2)]);
    assert_eq!(LOW.position(&[isize::MIN + 1]), Some(1));
    assert_eq!(LOW.position(&[isize::MAX]), None);
    assert_eq!(LOW.slice(&[], isize::MIN, isize::MAX), Some((0, 2)));
    assert!(inside(&LOW, 0, &[], isize::MIN) && !inside(&LOW, 0, &[], 0));
}

#[test]
fn a_mask_takes_along_what_its_ranges_are_told_by() {
    // A triangle, and the same row for each place in it.
    let sum = |factors: &[isize], constant| Sum { factors: factors.to_vec(), constant };
    let triangle =
        vec![(sum(&[], 0), sum(&[], 3)), (sum(&[0], 0), sum(&[1], 1)), (sum(&[0, 0], 5), sum(&[0, 0], 7))];
    let shape = line(triangle).shape();
    let over = |mask: u32, k: usize| {
        let mut m = Indices::over(shape, mask);
        all(|| m.next().then(|| (0..k).map(|k| m.index(k)).collect()))
    };
    assert_eq!(over(0b001, 1), [[0], [1], [2]]);
    assert_eq!(over(0b011, 2), [[0, 0], [1, 0], [1, 1], [2, 0], [2, 1], [2, 2]]);
    assert_eq!(over(0b100, 3), [[0, 0, 5], [0, 0, 6]]);
    assert_eq!(over(0b000, 0).len(), 1);

    // The last range is found by the third index, although it does not use it. For the first value of the second index
    // it is empty.
    let steps = vec![
        (sum(&[], 0), sum(&[], 1)),
        (sum(&[0], 0), sum(&[0], 2)),
        (sum(&[0, 0], 0), sum(&[0, 1], 0)),
        (sum(&[1, 0, 0], 0), sum(&[1, 0, 0], 1)),
    ];
    let mut m = Indices::over(line(steps).shape(), 0b1001);
    assert!(m.next() && (m.index(0), m.index(3)) == (0, 0) && !m.next());
}

proptest! {
    #[test]
    fn positions_and_indices_agree_with_a_list(ranges in ranges(4)) {
        let line = line(ranges);
        let (shape, members) = (line.shape(), line.members());
        prop_assert_eq!(shape.len(), members.len());
        let mut cursor = Cursor::new(shape.dims);
        let by_cursor = all(|| cursor.next().then(|| (0..shape.dims.len()).map(|k| cursor.index(k)).collect()));
        prop_assert_eq!(&by_cursor, &members);
        for (position, member) in members.iter().enumerate() {
            prop_assert_eq!(shape.position(member), Some(position as u32));
            prop_assert_eq!(&shape.member(position as u32)[..], &member[..]);
            // All around it.
            for k in 0..member.len() {
                for change in [-2, -1, 1, 2] {
                    let mut near = member.clone();
                    near[k] += change;
                    let at = members.iter().position(|other| *other == near).map(|at| at as u32);
                    prop_assert_eq!(shape.position(&near), at);
                    let earlier = members.iter().any(|other| other[..=k] == near[..=k]);
                    prop_assert!(!earlier || inside(shape, k, &near[..k], near[k]));
                }
            }
            prop_assert_eq!(shape.position(&[&member[..], &[0]].concat()), None);
            if let [prefix @ .., last] = &member[..] {
                for (lo, hi) in [(last - 1, last + 2), (*last, *last), (isize::MIN, last + 1), (last + 1, last - 1)] {
                    let (start, end) = shape.slice(prefix, lo, hi).unwrap();
                    let within: Vec<_> = members
                        .iter()
                        .zip(0_u32..)
                        .filter(|(other, _)| other[..prefix.len()] == *prefix && (lo..hi).contains(&other[prefix.len()]))
                        .map(|(_, at)| at)
                        .collect();
                    prop_assert_eq!((start..end).collect::<Vec<_>>(), within);
                }
            }
        }
    }

    #[test]
    fn no_values_are_left_out_of_a_mask(ranges in ranges(4), mask in 0..16_u32) {
        let line = line(ranges);
        let (shape, members) = (line.shape(), line.members());
        // An index includes the indices that its range uses.
        let mut closed = mask;
        for (k, (lo, hi)) in line.ranges.iter().enumerate().rev() {
            let mentioned = lo.factors.iter().zip(&hi.factors).zip(0..);
            let earlier = mentioned.filter(|((lo, hi), _)| **lo != 0 || **hi != 0);
            if closed & (1 << k) != 0 {
                closed |= earlier.fold(0, |mask, (_, k)| mask | 1 << k);
            }
        }
        let masked: Vec<_> = (0..line.ranges.len()).filter(|k| closed & (1 << k) != 0).collect();
        let mut m = Indices::over(shape, closed);
        let met = all(|| m.next().then(|| masked.iter().map(|&k| m.index(k)).collect()));
        let met: BTreeSet<_> = met.into_iter().collect();
        for member in members {
            let values: Vec<_> = masked.iter().map(|&k| member[k]).collect();
            prop_assert!(met.contains(&values), "{values:?} in {met:?}");
        }
        // The same, with the last of them as a range.
        if let Some((&last, earlier)) = masked.split_last() {
            let mut m = Indices::before(shape, closed & !(1 << last), last);
            let mut by_range = BTreeSet::new();
            while m.next() {
                let values = |index| earlier.iter().map(|&k| m.index(k)).chain([index]).collect::<Vec<_>>();
                by_range.extend((m.range().0..m.range().1).map(values));
            }
            prop_assert_eq!(by_range, met);
        }
    }
}
