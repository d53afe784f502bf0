//! Random graphs with families, and naive computations on their members.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use crate::table::delta::{Delta, Form};
use crate::table::shape::Span;
use crate::table::site::LINE_SITE;
use crate::table::{Dim, Edge, Expand, Line, RawEdge, Shape, Use};

/// A linear combination of indices, plus a constant.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    pub(super) factors: Vec<isize>,
    pub(super) constant: isize,
}

impl Sum {
    pub(super) fn of(&self, indices: &[isize]) -> isize {
        self.factors.iter().zip(indices).map(|(factor, index)| factor * index).sum::<isize>() + self.constant
    }

    /// How the index at a position differs from the user's own.
    fn delta(&self, position: usize, own: usize) -> Delta {
        let is_own = |(k, &factor): (usize, &isize)| k >= own || factor == isize::from(k == position);
        if position < own && self.factors.iter().enumerate().all(is_own) {
            Delta::By(self.constant)
        } else {
            Delta::Unknown
        }
    }
}

/// The target of a use.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    Whole,
    All,
    One(Vec<Sum>),
    Some(Vec<Sum>, Sum, Sum),
}

#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) to: u32,
    pub(super) how: Use,
    pub(super) choice: Choice,
    /// Holds if this is not negative.
    pub(super) condition: Sum,
}

#[derive(Clone, Debug)]
pub(super) struct LineSpec {
    /// The bounds of each index, as sums of the earlier ones; empty for a line that is not a family.
    pub(super) ranges: Vec<(Sum, Sum)>,
    /// What the attribute depends on.
    pub(super) attribute: Vec<(u32, Use, bool)>,
    pub(super) uses: Vec<Part>,
    pub(super) output: bool,
}

/// A graph whose lines are called `a`, `b` and so on.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) lines: Vec<LineSpec>,
}

/// A use of a member that does not exist: the task and the site.
pub(super) type OutOfRangeUse = (u32, u32);

impl LineSpec {
    /// The indices of all members.
    pub(super) fn members(&self) -> Vec<Vec<isize>> {
        self.ranges.iter().fold(vec![vec![]], |all, (lo, hi)| {
            let longer = |indices: Vec<isize>| {
                let values = lo.of(&indices)..hi.of(&indices);
                values.map(move |value| [&indices[..], &[value]].concat())
            };
            all.into_iter().flat_map(longer).collect()
        })
    }

    pub(super) fn shape(&self) -> &'static Shape<'static> {
        let mut dims = Vec::new();
        for (k, (lo, hi)) in self.ranges.iter().enumerate() {
            let earlier = LineSpec { ranges: self.ranges[..k].to_vec(), ..self.clone() }.members();
            let mut first = 0;
            let spans: Vec<Span> = earlier
                .iter()
                .map(|indices| {
                    let (lo, hi) = (lo.of(indices), hi.of(indices));
                    let span = Span { lo, len: (hi - lo).max(0) as u32, first };
                    first += span.len;
                    span
                })
                .collect();
            let varies = lo.factors.iter().chain(&hi.factors).any(|&factor| factor != 0);
            dims.push(if varies {
                Dim::Varying(spans.leak())
            } else {
                Dim::range(lo.constant as i128, hi.constant as i128)
            });
        }
        Box::leak(Box::new(Shape::new(dims.leak())))
    }
}

impl Plan {
    /// The lines of the table.
    pub(super) fn nodes(&self) -> Vec<Line<'static>> {
        let mut first = 0;
        let node = |(i, line): (usize, &LineSpec)| {
            let name = ["a", "b", "c", "d", "e"][i];
            let edges: Vec<_> = line
                .attribute
                .iter()
                .map(|&(to, how, indirect)| Edge { to, how, indirect, optional: false })
                .collect();
            let shape = (!line.ranges.is_empty()).then(|| line.shape());
            let node = Line { name, first, shape, output: line.output, edges: edges.leak(), ..Line::EMPTY };
            first += node.len() as u32;
            node
        };
        self.lines.iter().enumerate().map(node).collect()
    }

    /// The rows between lines, and their forms.
    pub(super) fn rows(&self) -> (Vec<RawEdge>, Vec<Form>) {
        let (mut rows, mut forms) = (Vec::new(), Vec::new());
        for (line, i) in self.lines.iter().zip(0..) {
            for (&(to, how, indirect), k) in line.attribute.iter().zip(0..) {
                let part = false;
                rows.push(RawEdge { node: i, to, how, indirect, part, site: k });
                forms.push(Form::Deltas(&[]));
            }
            for (part, k) in line.uses.iter().zip(0..) {
                let (site, to, how) = (LINE_SITE + k, part.to, part.how);
                let whole = matches!(part.choice, Choice::Whole);
                let row = RawEdge { node: i, to, how, indirect: false, part: !whole, site };
                rows.push(row);
                let own = line.ranges.len();
                let of = self.lines[to as usize].ranges.len();
                let mut form: Vec<_> = match &part.choice {
                    Choice::One(sums) | Choice::Some(sums, ..) if own > 0 => {
                        sums.iter().enumerate().map(|(k, sum)| sum.delta(k, own)).collect()
                    }
                    _ => vec![],
                };
                if !form.is_empty() {
                    form.resize(of, Delta::Unknown);
                }
                forms.push(Form::Deltas(form.leak()));
            }
        }
        (rows, forms)
    }

    /// What `dag!` would write.
    pub(super) fn expand(&self, x: &mut Expand<'_>) {
        for (line, i) in self.lines.iter().zip(0..) {
            if line.uses.iter().all(|part| matches!(part.choice, Choice::Whole)) {
                continue;
            }
            x.lines(i);
            while x.member(i) {
                let indices: Vec<_> = (0..line.ranges.len()).map(|k| x.index(k)).collect();
                let of = |sums: &[Sum]| sums.iter().map(|sum| sum.of(&indices)).collect::<Vec<_>>();
                for (k, part) in line.uses.iter().enumerate() {
                    if part.condition.of(&indices) < 0 {
                        continue;
                    }
                    match &part.choice {
                        Choice::Whole => {}
                        Choice::All => x.all(k, part.to, part.how),
                        Choice::One(sums) => x.one(k, part.to, part.how, &of(sums)),
                        Choice::Some(sums, lo, hi) => {
                            x.some(k, part.to, part.how, &of(sums), lo.of(&indices), hi.of(&indices));
                        }
                    }
                }
            }
        }
        x.lines(self.lines.len() as u32);
    }

    /// The edges between tasks, and the first use of each site that is out of range.
    pub(super) fn edges(&self) -> (Vec<RawEdge>, Vec<OutOfRangeUse>) {
        let mut numbers = BTreeMap::new();
        for (i, line) in self.lines.iter().enumerate() {
            for indices in line.members() {
                numbers.insert((i as u32, indices), numbers.len() as u32);
            }
        }
        let (mut edges, mut out_of_range): (Vec<RawEdge>, Vec<(OutOfRangeUse, u32)>) = (vec![], vec![]);
        let of_line = |to: u32| numbers.iter().filter(move |((line, _), _)| *line == to);
        for ((line, indices), &node) in &numbers {
            let LineSpec { attribute, uses, .. } = &self.lines[*line as usize];
            for (&(to, how, indirect), k) in attribute.iter().zip(0..) {
                for (_, &to) in of_line(to) {
                    let part = false;
                    edges.push(RawEdge { node, to, how, indirect, part, site: k });
                }
            }
            for (part, k) in uses.iter().zip(0..) {
                let site = LINE_SITE + k;
                let mut edge = |to: u32| {
                    let (how, indirect) = (part.how, false);
                    edges.push(RawEdge { node, to, how, indirect, part: false, site });
                };
                let of = |sums: &[Sum]| sums.iter().map(|sum| sum.of(indices)).collect::<Vec<_>>();
                let mut push = || {
                    if !out_of_range.iter().any(|&((_, other), on)| (other, on) == (site, *line)) {
                        out_of_range.push(((node, site), *line));
                    }
                };
                match &part.choice {
                    Choice::Whole => of_line(part.to).for_each(|(_, &to)| edge(to)),
                    _ if part.condition.of(indices) < 0 => {}
                    Choice::All => of_line(part.to).for_each(|(_, &to)| edge(to)),
                    Choice::One(sums) => match numbers.get(&(part.to, of(sums))) {
                        Some(&to) => edge(to),
                        None => push(),
                    },
                    Choice::Some(sums, lo, hi) => {
                        let prefix = of(sums);
                        let ranges = self.lines[part.to as usize].ranges[..prefix.len()].to_vec();
                        let earlier = LineSpec { ranges, ..self.lines[part.to as usize].clone() };
                        if !earlier.members().contains(&prefix) {
                            push();
                        }
                        for value in lo.of(indices)..hi.of(indices) {
                            let member = [&prefix[..], &[value]].concat();
                            numbers.get(&(part.to, member)).into_iter().for_each(|&to| edge(to));
                        }
                    }
                }
            }
        }
        (edges, out_of_range.into_iter().map(|(found, _)| found).collect())
    }

    /// The name of a member.
    pub(super) fn names(&self) -> Vec<alloc::string::String> {
        let name = |(i, line): (usize, &LineSpec)| {
            let family = ["a", "b", "c", "d", "e"][i];
            let name = move |indices: Vec<isize>| match &indices[..] {
                [] => family.into(),
                all => format!("{family}{all:?}"),
            };
            line.members().into_iter().map(name).collect::<Vec<_>>()
        };
        self.lines.iter().enumerate().flat_map(name).collect()
    }
}

/// A sum of this many indices, mostly of one of them, plus a small constant.
fn sum(count: usize, mostly: usize) -> impl Strategy<Value = Sum> {
    let factor = prop_oneof![8 => Just(0_isize), 1 => -1..=1_isize];
    let plain = (0..=2_u8, vec_of(factor, count), -2..=2_isize);
    plain.prop_map(move |(kind, mut factors, constant)| {
        if kind > 0 {
            factors.fill(0);
            if let Some(factor) = factors.get_mut(mostly) {
                *factor = 1;
            }
        }
        Sum { factors, constant }
    })
}

/// The factors and the constant of a sum.
type Drawn = (Vec<isize>, isize);

/// The ranges of some indices, few values each.
pub(super) fn ranges(most: usize) -> impl Strategy<Value = Vec<(Sum, Sum)>> {
    let lo = (vec_of(prop_oneof![3 => Just(0_isize), 1 => Just(1)], most), -2..=2_isize);
    let len = (vec_of(prop_oneof![3 => Just(0_isize), 1 => -1..=1_isize], most), 0..=4_isize);
    vec_of((lo, len), 0..=most).prop_map(|all| {
        let range = |(k, (lo, len)): (usize, (Drawn, Drawn))| {
            let lo = Sum { factors: lo.0[..k].to_vec(), constant: lo.1 };
            let factors = lo.factors.iter().zip(&len.0).map(|(low, more)| low + more).collect();
            let hi = Sum { factors, constant: lo.constant + len.1 };
            (lo, hi)
        };
        all.into_iter().enumerate().map(range).collect()
    })
}

fn how() -> impl Strategy<Value = Use> {
    prop_oneof![2 => Just(Use::Order), 4 => Just(Use::Borrow), 1 => Just(Use::Value)]
}

/// Graphs of a few lines, most of them families.
pub(super) fn plans() -> impl Strategy<Value = Plan> {
    let shapes = vec_of((ranges(3), any::<bool>()), 1..=4);
    shapes.prop_flat_map(|shapes| {
        let counts: Vec<_> = shapes.iter().map(|(ranges, _)| ranges.len()).collect();
        let lines: Vec<_> = shapes
            .into_iter()
            .map(|(ranges, output)| {
                let own = ranges.len();
                let to = 0..counts.len() as u32;
                let attribute = vec_of((to.clone(), how(), proptest::bool::weighted(0.1)), 0..=1);
                let counts = counts.clone();
                let part = to.prop_flat_map(move |to| part(own, to, counts[to as usize]));
                let uses = vec_of(part, 0..=3);
                (attribute, uses).prop_map(move |(mut attribute, uses)| {
                    // Few graphs are correct if every line may depend on every other.
                    attribute.retain(|&(to, _, indirect)| indirect || to % 3 != 1);
                    LineSpec { ranges: ranges.clone(), attribute, uses, output }
                })
            })
            .collect();
        lines.prop_map(|lines| Plan { lines })
    })
}

/// A use of a line with this many indices, in a line with `own`.
fn part(own: usize, to: u32, count: usize) -> impl Strategy<Value = Part> {
    let all = || (0..count).map(|k| sum(own, k)).collect::<Vec<_>>();
    let choice = if count == 0 {
        prop_oneof![1 => Just(Choice::Whole), 1 => Just(Choice::All)].boxed()
    } else {
        let slice = (all(), sum(own, count - 1));
        let slice = slice.prop_map(move |(mut sums, hi)| {
            let lo = sums.pop().expect("there is an index");
            Choice::Some(sums, lo, hi)
        });
        prop_oneof![
            1 => Just(Choice::Whole),
            1 => Just(Choice::All),
            8 => all().prop_map(Choice::One),
            4 => slice,
        ]
        .boxed()
    };
    (choice, how(), sum(own, 0), any::<bool>()).prop_map(move |(choice, how, mut condition, always)| {
        if always {
            condition = Sum { factors: vec![0; own], constant: 0 };
        }
        Part { to, how, choice, condition }
    })
}
