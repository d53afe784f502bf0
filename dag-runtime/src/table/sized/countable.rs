//! Whether the tasks of a graph can be counted, whatever its sizes are: by intervals.

use super::{MAX_SIZE, Proven};
use crate::table::symbolic::{Code, Op, Ranges};
use crate::table::{MAX_INDICES, Proof, Rows};

/// The most steps of an expression that are followed.
const DEPTH: usize = 16;

/// The values that an expression may have.
#[derive(Clone, Copy)]
struct Interval {
    lo: i128,
    hi: i128,
}

const NONE: Interval = Interval { lo: 0, hi: 0 };

/// No value of an expression that is followed is further away from 0.
const FAR: i128 = 1 << 62;

impl Interval {
    const fn of(lo: i128, hi: i128) -> Option<Self> {
        if lo < -FAR || hi > FAR { None } else { Some(Interval { lo, hi }) }
    }

    /// The values of an expression over indices with these values; `None` if they are unknown.
    const fn of_code(code: Code, indices: &[Interval]) -> Option<Self> {
        let (mut stack, mut height) = ([NONE; DEPTH], 0);
        let mut ops = code;
        while let &[op, ref rest @ ..] = ops {
            ops = rest;
            let value = match op {
                Op::Index(k) if (k as usize) < indices.len() => Some(indices[k as usize]),
                Op::Size(_) => Interval::of(0, MAX_SIZE as i128),
                Op::Number(number) => Interval::of(number as i128, number as i128),
                Op::Add | Op::Sub if height >= 2 => {
                    height -= 2;
                    let (a, b) = (stack[height], stack[height + 1]);
                    if matches!(op, Op::Add) {
                        Interval::of(a.lo + b.lo, a.hi + b.hi)
                    } else {
                        Interval::of(a.lo - b.hi, a.hi - b.lo)
                    }
                }
                Op::Neg if height >= 1 => {
                    height -= 1;
                    Interval::of(-stack[height].hi, -stack[height].lo)
                }
                _ => None,
            };
            match value {
                Some(value) if height < DEPTH => stack[height] = value,
                _ => return None,
            }
            height += 1;
        }
        if height == 1 { Some(stack[0]) } else { None }
    }
}

/// The most members of a family with these ranges, as far as that is known.
const fn most_members(ranges: &Ranges) -> Option<i128> {
    let mut indices = [NONE; MAX_INDICES];
    let (mut members, mut k) = (1, 0);
    while k < ranges.dims.len() {
        let (start, end) = ranges.dims[k];
        let earlier = indices.split_at(k).0;
        let (Some(lo), Some(hi)) = (Interval::of_code(start, earlier), Interval::of_code(end, earlier))
        else {
            return None;
        };
        let most = if hi.hi > lo.lo { hi.hi - lo.lo } else { 0 };
        if most > MAX_SIZE as i128 {
            return None;
        }
        members *= most;
        if members > MAX_SIZE as i128 {
            return None;
        }
        indices[k] = Interval { lo: lo.lo, hi: hi.hi };
        k += 1;
    }
    Some(members)
}

impl Proven {
    /// What is proven of the graph with these rows.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<const NODES: usize, const EDGES: usize>(
        rows: &Rows<NODES, EDGES>,
        proof: &Proof,
    ) -> Self {
        let (mut tasks, mut line) = (0, 0);
        let mut countable = true;
        while line < NODES {
            match rows.ranges[line] {
                None => tasks += 1,
                Some(ranges) => match most_members(ranges) {
                    Some(most) => tasks += most,
                    None => countable = false,
                },
            }
            line += 1;
        }
        Proven {
            inside: proof.is_inside(),
            moved_once: proof.moves_once(),
            ordered: proof.is_ordered(),
            countable: countable && tasks <= MAX_SIZE as i128,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: Code = &[Op::Size(0)];
    const ZERO: Code = &[Op::Number(0)];

    const fn ranges(dims: &'static [(Code, Code)]) -> Ranges {
        Ranges { names: &["i", "j"], dims }
    }

    #[test]
    fn members_are_counted_by_intervals() {
        assert_eq!(most_members(&ranges(&[(ZERO, N)])), Some(MAX_SIZE as i128));
        assert_eq!(most_members(&ranges(&[(ZERO, N), (ZERO, N)])), None);
        assert_eq!(most_members(&ranges(&[(&[Op::Number(3)], &[Op::Number(1)])])), Some(0));
        const TRIANGLE: &[(Code, Code)] =
            &[(ZERO, &[Op::Number(10)]), (ZERO, &[Op::Index(0), Op::Number(1), Op::Add])];
        assert_eq!(most_members(&ranges(TRIANGLE)), Some(110));
        assert_eq!(most_members(&ranges(&[(&[Op::Size(0), Op::Neg], &[Op::Number(1)])])), None);
        assert_eq!(most_members(&ranges(&[(ZERO, &[Op::Size(0), Op::Number(2), Op::Div])])), None);
        assert_eq!(most_members(&ranges(&[(ZERO, &[])])), None);
    }
}
