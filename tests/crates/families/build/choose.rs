//! Random graphs.

use crate::Random;
use crate::expression::{Bound, Condition, Expression};
use crate::graph::{Argument, Choice, Graph, How, Line, Use};

/// How many values the first index of the families has that go along with each other.
const CLOCK: i64 = 4;

/// How the members of a line may follow those of another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// All are earlier.
    Free,
    /// Those whose first index is smaller, or not larger.
    Clock {
        least: i64,
    },
    Never,
}

impl Graph {
    /// Some lines. Those at `clocked` have a first index that goes from 0 to a common end, and may use each other
    /// where that was smaller.
    pub(crate) fn random(random: &mut Random) -> Self {
        let len = 3 + random.below(5);
        let first = random.below(len);
        let clocked = first..(first + 1 + random.below(3)).min(len);
        let mut lines: Vec<Line> = Vec::new();
        for k in 0..len {
            let mut dims = Vec::new();
            let count = if clocked.contains(&k) { 1 + random.below(3) } else { random.below(4) };
            for position in 0..count {
                dims.push(match position {
                    0 if clocked.contains(&k) => (Bound::constant(0), Bound::constant(CLOCK)),
                    _ => range(position, random),
                });
            }
            let members = Line::combinations(&dims);
            let [is_owned, is_fallible] = [2, 4].map(|n| random.one_in(n));
            let salt = random.below(1000) as u64;
            let (arguments, after, attribute) = (Vec::new(), Vec::new(), Vec::new());
            lines.push(Line {
                dims,
                members,
                is_owned,
                is_fallible,
                salt,
                arguments,
                after,
                attribute,
                is_output: false,
            });
        }
        for k in 0..len {
            let order = |to: usize| match (clocked.contains(&k), clocked.contains(&to)) {
                (true, true) => Order::Clock { least: i64::from(to >= k) },
                _ if to < k => Order::Free,
                _ if to == k && lines[k].is_family() => Order::Clock { least: 1 },
                _ => Order::Never,
            };
            let targets: Vec<(usize, Order)> =
                (0..len).map(|to| (to, order(to))).filter(|&(_, order)| order != Order::Never).collect();
            if targets.is_empty() {
                continue;
            }
            let arguments =
                (0..random.below(4)).filter_map(|_| argument(k, &lines, &targets, random)).collect();
            let after = (0..random.below(2)).filter_map(|_| {
                let &(to, order) = &targets[random.below(targets.len())];
                let choice = choice(k, to, &lines, order, random.below(3), random)?;
                Some(conditional(k, to, choice, &lines, random))
            });
            let after = after.collect();
            let whole = targets.iter().filter(|&&(to, order)| order == Order::Free && lines[to].is_family());
            let attribute = whole.map(|&(to, _)| to).filter(|_| random.one_in(6)).collect();
            let line = &mut lines[k];
            (line.arguments, line.after, line.attribute) = (arguments, after, attribute);
        }
        let mut graph = Graph { lines };
        for line in &mut graph.lines {
            line.is_output = random.one_in(2);
        }
        graph.lines[len - 1].is_output = true;
        graph
    }
}

/// The range of an index at a position.
fn range(position: usize, random: &mut Random) -> (Bound, Bound) {
    let index = if position > 0 && random.one_in(2) { Some(random.below(position)) } else { None };
    let low = random.between(-2, 2);
    match (index, random.below(3)) {
        (None, _) => (Bound::constant(low), Bound::constant(low + random.between(0, 4))),
        (index, 0) => (Bound::constant(0), Bound { index, sign: 1, constant: random.between(0, 2) }),
        (index, 1) => {
            (Bound { index, sign: 1, constant: random.between(-1, 1) }, Bound::constant(random.between(2, 5)))
        }
        (index, _) => (Bound::constant(-1), Bound { index, sign: -1, constant: random.between(1, 4) }),
    }
}

fn argument(k: usize, lines: &[Line], targets: &[(usize, Order)], random: &mut Random) -> Option<Argument> {
    let kind = random.below(3);
    let mut argument: Option<Argument> = None;
    for _ in 0..1 + random.below(3) {
        let &(to, order) = &targets[random.below(targets.len())];
        let Some(choice) = choice(k, to, lines, order, kind, random) else { continue };
        let (is_one, is_owned) =
            (!lines[to].is_family() || matches!(choice, Choice::One(_)), lines[to].is_owned);
        let of = conditional(k, to, choice, lines, random);
        match &mut argument {
            None => {
                let how = if is_one && !is_owned && random.one_in(2) { How::Copy } else { How::Borrow };
                argument = Some(Argument { how, is_one, is_owned, uses: vec![of] });
            }
            Some(argument) if (argument.is_one, argument.is_owned) == (is_one, is_owned) => {
                argument.uses.push(of)
            }
            Some(_) => {}
        }
    }
    argument
}

/// Members of a line: one, some or all.
fn choice(
    k: usize,
    to: usize,
    lines: &[Line],
    order: Order,
    kind: usize,
    random: &mut Random,
) -> Option<Choice> {
    let (own, dims) = (lines[k].dims.len(), lines[to].dims.len());
    if dims == 0 {
        return (order == Order::Free).then_some(Choice::All);
    }
    let mut chosen: Vec<Expression> = (0..dims).map(|position| expression(own, position, random)).collect();
    if let Order::Clock { least } = order {
        chosen[0] = Expression::Plus(0, -random.between(least, 2));
    }
    match kind {
        0 => Some(Choice::One(chosen)),
        1 if order == Order::Free && random.one_in(3) => Some(Choice::All),
        // The only index may not become a range, where it has to be smaller.
        _ if order != Order::Free && dims == 1 => Some(Choice::One(chosen)),
        _ => {
            chosen.pop();
            let mut end = || (!random.one_in(3)).then(|| expression(own, dims - 1, random));
            let (low, high) = (end(), end());
            Some(Choice::Slice(chosen, low, high))
        }
    }
}

fn expression(own: usize, position: usize, random: &mut Random) -> Expression {
    if own == 0 {
        return Expression::Constant(random.between(-1, 3));
    }
    let index = if position < own && !random.one_in(4) { position } else { random.below(own) };
    match random.below(9) {
        0 => Expression::Constant(random.between(-1, 3)),
        1 => Expression::Minus(random.between(0, 4), index),
        2 => Expression::Double(index, random.between(-1, 1)),
        3 => Expression::Half(index, random.between(0, 1)),
        4 => Expression::Modulo(index, random.between(-2, 2), random.between(1, 4)),
        5 => Expression::Sum(index, random.below(own)),
        _ => Expression::Plus(index, random.between(-2, 2)),
    }
}

/// The use, on the conditions that keep it inside and maybe others.
fn conditional(k: usize, to: usize, choice: Choice, lines: &[Line], random: &mut Random) -> Use {
    let mut conditions = Vec::new();
    let own = lines[k].dims.len();
    if own > 0 && random.one_in(3) {
        let index = random.below(own);
        let mut condition =
            Condition::Is(expression(own, index, random), random.between(0, 2), random.one_in(3));
        if random.one_in(2) {
            condition = Condition::Either(Box::new(condition), index, random.between(0, 3));
        }
        conditions.push(condition);
    }
    if let Choice::One(chosen) | Choice::Slice(chosen, ..) = &choice {
        for (position, one) in chosen.iter().enumerate() {
            let (low, high) = &lines[to].dims[position];
            let at_least = Condition::AtLeast(one.clone(), low.clone(), chosen.clone());
            let below = Condition::Below(one.clone(), high.clone(), chosen.clone());
            for condition in [at_least, below] {
                // What holds anyway is left out.
                let needed = lines[k].members.iter().any(|member| {
                    conditions.iter().all(|other| other.holds(member)) && !condition.holds(member)
                });
                if needed {
                    conditions.push(condition);
                }
            }
        }
    }
    Use { to, choice, conditions }
}
