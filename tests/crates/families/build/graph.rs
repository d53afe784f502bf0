//! The graph: lines, their members, what they use, and what comes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::Random;
use crate::expression::{Bound, Condition, Expression};
use crate::mix::mix;

/// A line and the indices of a member.
pub(crate) type Member = (usize, Vec<i64>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Borrow,
    Copy,
    Move,
}

/// Which members of a line are used.
#[derive(Clone, Debug)]
pub(crate) enum Choice {
    All,
    One(Vec<Expression>),
    /// The first indices, and the range of the last one, its end exclusive.
    Slice(Vec<Expression>, Option<Expression>, Option<Expression>),
}

/// A use, where all conditions hold.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) to: usize,
    pub(crate) choice: Choice,
    pub(crate) conditions: Vec<Condition>,
}

/// An argument: the first of the uses that is there.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) how: How,
    pub(crate) is_one: bool,
    /// Whether what it takes is not `Copy`.
    pub(crate) is_owned: bool,
    pub(crate) uses: Vec<Use>,
}

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) dims: Vec<(Bound, Bound)>,
    pub(crate) members: Vec<Vec<i64>>,
    pub(crate) is_owned: bool,
    pub(crate) is_fallible: bool,
    pub(crate) salt: u64,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) after: Vec<Use>,
    /// Lines that its attribute depends on.
    pub(crate) attribute: Vec<usize>,
    pub(crate) is_output: bool,
}

#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) lines: Vec<Line>,
}

impl Line {
    /// All combinations of indices, row by row.
    pub(crate) fn combinations(dims: &[(Bound, Bound)]) -> Vec<Vec<i64>> {
        let mut all = vec![Vec::new()];
        for (low, high) in dims {
            let extended = |member: Vec<i64>| {
                (low.value(&member)..high.value(&member)).map(move |index| {
                    let mut longer = member.clone();
                    longer.push(index);
                    longer
                })
            };
            all = all.into_iter().flat_map(extended).collect();
        }
        all
    }

    pub(crate) fn is_family(&self) -> bool {
        !self.dims.is_empty()
    }
}

impl Use {
    /// The members used by the one with these indices, or none where the use is not there.
    pub(crate) fn targets(&self, lines: &[Line], indices: &[i64]) -> Option<Vec<Member>> {
        if !self.conditions.iter().all(|condition| condition.holds(indices)) {
            return None;
        }
        let values = |all: &[Expression]| all.iter().map(|one| one.value(indices)).collect::<Vec<_>>();
        let of_line = lines[self.to].members.iter();
        let members: Vec<Vec<i64>> = match &self.choice {
            Choice::All => of_line.cloned().collect(),
            Choice::One(chosen) => vec![values(chosen)],
            Choice::Slice(prefix, low, high) => {
                let (prefix, last) = (values(prefix), prefix.len());
                let low = low.as_ref().map_or(i64::MIN, |low| low.value(indices));
                let high = high.as_ref().map_or(i64::MAX, |high| high.value(indices));
                of_line
                    .filter(|member| member[..last] == prefix && (low..high).contains(&member[last]))
                    .cloned()
                    .collect()
            }
        };
        Some(members.into_iter().map(|member| (self.to, member)).collect())
    }
}

impl Argument {
    pub(crate) fn targets(&self, lines: &[Line], indices: &[i64]) -> Option<Vec<Member>> {
        self.uses.iter().find_map(|of| of.targets(lines, indices))
    }
}

impl Graph {
    /// All members, each with what it reads and what it is only after.
    pub(crate) fn members(&self) -> impl Iterator<Item = Member> + '_ {
        let of = |(k, line): (usize, &Line)| {
            line.members.iter().map(move |member| (k, member.clone())).collect::<Vec<_>>()
        };
        self.lines.iter().enumerate().flat_map(of)
    }

    pub(crate) fn reads(&self, (line, indices): &Member) -> Vec<Member> {
        let of = &self.lines[*line];
        let whole = |to: usize| self.lines[to].members.iter().map(move |member| (to, member.clone()));
        let by_attribute = of.attribute.iter().flat_map(|&to| whole(to));
        let by_line =
            of.arguments.iter().filter_map(|argument| argument.targets(&self.lines, indices)).flatten();
        by_attribute.chain(by_line).collect()
    }

    pub(crate) fn dependencies(&self, member: &Member) -> BTreeSet<Member> {
        let after =
            self.lines[member.0].after.iter().filter_map(|of| of.targets(&self.lines, &member.1)).flatten();
        self.reads(member).into_iter().chain(after).collect()
    }

    /// The number of each member.
    pub(crate) fn numbers(&self) -> BTreeMap<Member, u64> {
        let mut numbers = BTreeMap::new();
        for member in self.members() {
            self.number(&member, &mut numbers);
        }
        numbers
    }

    fn number(&self, member: &Member, numbers: &mut BTreeMap<Member, u64>) -> u64 {
        if let Some(&number) = numbers.get(member) {
            return number;
        }
        let (line, indices) = (&self.lines[member.0], &member.1);
        let mut number = indices.iter().fold(line.salt, |number, &index| mix(number, index as u64));
        let all = |targets: &[Member], number: u64, numbers: &mut BTreeMap<Member, u64>| {
            let mut mixed = mix(number, targets.len() as u64);
            for target in targets {
                mixed = mix(mixed, self.number(target, numbers));
            }
            mixed
        };
        for &to in &line.attribute {
            let targets: Vec<Member> =
                self.lines[to].members.iter().map(|member| (to, member.clone())).collect();
            number = all(&targets, number, numbers);
        }
        for argument in &line.arguments {
            number = match (argument.targets(&self.lines, indices), argument.is_one) {
                (None, true) => mix(number, 0),
                (Some(targets), true) => mix(number, self.number(&targets[0], numbers)),
                (targets, false) => all(&targets.unwrap_or_default(), number, numbers),
            };
        }
        numbers.insert(member.clone(), number);
        number
    }

    /// Has arguments be moved whose targets nobody else reads.
    pub(crate) fn move_what_can_be(&mut self, random: &mut Random) {
        let mut readers: BTreeMap<Member, usize> = BTreeMap::new();
        for member in self.members() {
            for target in self.reads(&member) {
                *readers.entry(target).or_default() += 1;
            }
        }
        for k in 0..self.lines.len() {
            for a in 0..self.lines[k].arguments.len() {
                let argument = &self.lines[k].arguments[a];
                let is_only = |member: &Vec<i64>| {
                    let targets = argument.targets(&self.lines, member).unwrap_or_default();
                    targets.iter().all(|target| readers[target] == 1 && !self.lines[target.0].is_output)
                };
                let can_move =
                    argument.is_one && argument.is_owned && self.lines[k].members.iter().all(is_only);
                if can_move && !random.one_in(4) {
                    self.lines[k].arguments[a].how = How::Move;
                }
            }
        }
    }
}
