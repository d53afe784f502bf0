//! The members of a sized graph for given sizes, and their uses, one by one.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::parse::Line;
use crate::table::symbolic::{Code, Condition, Op, Ranges, Relation, UseForm};

/// The members of a graph for given sizes.
pub(super) struct Members<'a> {
    sizes: &'a [isize],
    /// For each line its ranges, if it is a family.
    ranges: Vec<Option<&'static Ranges>>,
    /// For each line the numbers of its members.
    lines: Vec<BTreeMap<Vec<isize>, usize>>,
    count: usize,
}

/// What the uses of all members are.
pub(super) struct Found {
    pub(super) inside: bool,
    pub(super) acyclic: bool,
    pub(super) moved_once: bool,
}

impl<'a> Members<'a> {
    pub(super) fn new(lines: &[Line], sizes: &'a [isize]) -> Self {
        let ranges = lines.iter().map(|line| line.ranges).collect();
        let mut members = Members { sizes, ranges, lines: vec![], count: 0 };
        for line in lines {
            let mut all = vec![];
            members.combinations(line.ranges, &mut vec![], &mut all);
            let numbers = all.into_iter().zip(members.count..).collect::<BTreeMap<_, _>>();
            members.count += numbers.len();
            members.lines.push(numbers);
        }
        members
    }

    fn combinations(&self, ranges: Option<&Ranges>, so_far: &mut Vec<isize>, all: &mut Vec<Vec<isize>>) {
        match ranges.and_then(|ranges| ranges.dims.get(so_far.len())) {
            None => all.push(so_far.clone()),
            Some((start, end)) => {
                let of = |code| self.evaluate(code, so_far).expect("ranges do not overflow");
                for index in of(start)..of(end) {
                    so_far.push(index);
                    self.combinations(ranges, so_far, all);
                    so_far.pop();
                }
            }
        }
    }

    /// The value as Rust calculates it; `None` if that panics.
    fn evaluate(&self, code: Code, indices: &[isize]) -> Option<isize> {
        let mut stack = vec![];
        for op in code {
            let value = match *op {
                Op::Index(k) => indices[k as usize],
                Op::Size(k) => self.sizes[k as usize],
                Op::Number(number) => number,
                Op::Neg => isize::checked_neg(stack.pop()?)?,
                Op::Unknown => panic!("no value"),
                _ => {
                    let (right, left): (isize, isize) = (stack.pop()?, stack.pop()?);
                    match op {
                        Op::Add => left.checked_add(right)?,
                        Op::Sub => left.checked_sub(right)?,
                        Op::Mul => left.checked_mul(right)?,
                        Op::Div => left.checked_div(right)?,
                        Op::Rem => left.checked_rem(right)?,
                        Op::Shl => left.checked_shl(u32::try_from(right).ok()?)?,
                        _ => left.checked_shr(u32::try_from(right).ok()?)?,
                    }
                }
            };
            stack.push(value);
        }
        stack.pop()
    }

    fn holds(&self, condition: &Condition, indices: &[isize]) -> Option<bool> {
        let left = self.evaluate(condition.left, indices)?;
        let right = self.evaluate(condition.right, indices)?;
        Some(match condition.relation {
            Relation::Less => left < right,
            Relation::LessOrEqual => left <= right,
            Relation::Greater => left > right,
            Relation::GreaterOrEqual => left >= right,
            Relation::Equal => left == right,
            Relation::NotEqual => left != right,
        })
    }

    /// The members that a member uses, as far as they exist, and whether all of them do.
    fn used(&self, indices: &[isize], to: usize, form: Option<&UseForm>) -> (Vec<usize>, bool) {
        let all = &self.lines[to];
        let Some(form) = form else { return (all.values().copied().collect(), true) };
        for condition in form.conditions {
            match self.holds(condition, indices) {
                Some(true) => {}
                Some(false) => return (vec![], true),
                None => return (vec![], false),
            }
        }
        let given: Option<Vec<isize>> =
            form.indices.iter().map(|code| self.evaluate(code, indices)).collect();
        let Some(given) = given else { return (vec![], false) };
        let Some((start, end)) = form.slice else {
            return all.get(&given).map_or((vec![], false), |&one| (vec![one], true));
        };
        let side = |code: Code, open| if code.is_empty() { Some(open) } else { self.evaluate(code, indices) };
        let (Some(start), Some(end)) = (side(start, isize::MIN), side(end, isize::MAX)) else {
            return (vec![], false);
        };
        let k = given.len();
        let used: Vec<usize> = all
            .iter()
            .filter(|(other, _)| other[..k] == given && start <= other[k] && other[k] < end)
            .map(|(_, &number)| number)
            .collect();
        (used, self.is_in_range(to, &given))
    }

    /// Whether the first indices are in their ranges, in which no member may be left.
    fn is_in_range(&self, to: usize, first: &[isize]) -> bool {
        let dims = self.ranges[to].map_or(&[][..], |ranges| ranges.dims);
        dims.iter().zip(first).enumerate().all(|(k, ((start, end), index))| {
            let of = |code| self.evaluate(code, &first[..k]).expect("ranges do not overflow");
            (of(start)..of(end)).contains(index)
        })
    }

    /// Looks at all uses.
    pub(super) fn look(&self, lines: &[Line]) -> Found {
        let mut inside = true;
        let (mut edges, mut taken, mut read) =
            (vec![vec![]; self.count], vec![0; self.count], vec![0; self.count]);
        for (line, members) in lines.iter().zip(&self.lines) {
            for (indices, &number) in members {
                for written in &line.uses {
                    let (used, exist) = self.used(indices, written.to, written.form);
                    inside &= exist;
                    for one in used {
                        edges[number].push(one);
                        *if written.value { &mut taken[one] } else { &mut read[one] } += 1;
                    }
                }
            }
        }
        let moved_once = taken.iter().zip(&read).all(|(&taken, &read)| taken == 0 || taken + read == 1);
        Found { inside, acyclic: is_acyclic(&edges), moved_once }
    }
}

/// By Kahn's method.
fn is_acyclic(edges: &[Vec<usize>]) -> bool {
    let mut users = vec![0; edges.len()];
    edges.iter().flatten().for_each(|&to| users[to] += 1);
    let mut free: Vec<usize> = (0..edges.len()).filter(|&node| users[node] == 0).collect();
    let mut seen = 0;
    while let Some(node) = free.pop() {
        seen += 1;
        for &to in &edges[node] {
            users[to] -= 1;
            if users[to] == 0 {
                free.push(to);
            }
        }
    }
    seen == edges.len()
}
