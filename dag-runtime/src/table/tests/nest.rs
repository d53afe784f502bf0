//! Positions and indices as a run computes them, against a list of all members.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use proptest::prelude::*;

use super::plan::{LineSpec, ranges};
use crate::table::nest::{at, behind, between, indices, range};
use crate::table::shape::{Dim, Shape};

/// Checks a shape that has these members, with `D` indices.
fn check<const D: usize>(shape: &'static Shape<'static>, members: &[Vec<isize>]) {
    let dims: [Dim<'_>; D] = shape.dims.try_into().unwrap();
    for (position, member) in members.iter().enumerate() {
        let member: [isize; D] = member[..].try_into().unwrap();
        assert_eq!(at(dims, member), position);
        assert_eq!(indices(shape, position as u32), member);
        assert_eq!(at(shape, member), position);
        for (k, &last) in member.iter().enumerate() {
            let prefix = &member[..k];
            let start = last.saturating_sub(1);
            for (lo, hi) in [(start, last + 2), (last, last), (isize::MIN, last + 1), (last, isize::MAX)] {
                let expected = shape.slice(prefix, lo, hi).unwrap();
                let (start, end) = match *prefix {
                    [] => ends(between(shape, [], lo, hi)),
                    [a] => ends(between(shape, [a], lo, hi)),
                    [a, b] => ends(between(shape, [a, b], lo, hi)),
                    _ => ends(between(shape, [member[0], member[1], member[2]], lo, hi)),
                };
                assert_eq!((start, end), expected);
            }
        }
    }
    // As the loops of an expansion go.
    let mut met = Vec::new();
    loops(shape, 0, 0, &mut vec![], &mut met);
    assert_eq!(met, members);
}

fn ends(positions: Range<usize>) -> (u32, u32) {
    (positions.start as u32, positions.end as u32)
}

fn loops(
    shape: &'static Shape<'static>,
    k: usize,
    before: usize,
    member: &mut Vec<isize>,
    met: &mut Vec<Vec<isize>>,
) {
    if k == shape.dims.len() {
        assert_eq!(before, met.len());
        return met.push(member.clone());
    }
    let (mut index, end) = range(shape, k, before);
    while index < end {
        member.push(index);
        loops(shape, k + 1, behind(shape, k, before, index), member, met);
        member.pop();
        index += 1;
    }
}

proptest! {
    #[test]
    fn positions_and_indices_agree_with_a_list(ranges in ranges(4)) {
        let line = LineSpec { ranges, attribute: vec![], uses: vec![], output: false };
        let (shape, members) = (line.shape(), line.members());
        match shape.dims.len() {
            0 => check::<0>(shape, &members),
            1 => check::<1>(shape, &members),
            2 => check::<2>(shape, &members),
            3 => check::<3>(shape, &members),
            _ => check::<4>(shape, &members),
        }
    }
}

const MIN: i128 = isize::MIN as i128;
const MAX: i128 = isize::MAX as i128;

static LIMITS: Shape<'static> = Shape::new(&[Dim::range(MIN, MIN + 3), Dim::range(MAX - 2, MAX)]);

#[test]
fn ranges_may_end_at_the_limits() {
    let members = (0..3).flat_map(|i| [2, 1].map(|j| vec![isize::MIN + i, isize::MAX - j]));
    for (position, member) in members.enumerate() {
        assert_eq!(at(&LIMITS, [member[0], member[1]]), position);
        assert_eq!(indices(&LIMITS, position as u32), [member[0], member[1]]);
    }
    assert_eq!(between(&LIMITS, [isize::MIN + 1], isize::MIN, isize::MAX), 2..4);
}

#[test]
#[should_panic = "index 3, number 0 of a member"]
fn an_index_above_its_range_is_refused() {
    static SHAPE: Shape<'static> = Shape::new(&[Dim::range(0, 3), Dim::range(0, 9)]);
    let _ = at(&SHAPE, [3, 0]);
}

#[test]
#[should_panic = "number 1 of a member"]
fn an_index_below_its_range_is_refused() {
    let _ = at(&LIMITS, [isize::MIN, isize::MIN]);
}
