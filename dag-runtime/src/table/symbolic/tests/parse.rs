//! Sized graphs as text.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::table::symbolic::{Code, Condition, Op, Ranges, Relation, UseForm};

/// A family, or a line that is none.
pub(super) struct Line {
    pub(super) ranges: Option<&'static Ranges>,
    pub(super) uses: Vec<Use>,
}

pub(super) struct Use {
    /// The line that is used.
    pub(super) to: usize,
    /// `None` if all of it is used.
    pub(super) form: Option<&'static UseForm>,
    /// Whether it is taken by value.
    pub(super) value: bool,
}

/// The lines of a graph with these sizes. Each is written as `cell[i in 0..n, j in 0..=i]`, and each of its uses as
/// `cell[i - 1, 0..j] if i > 0 && j != i`, with `move` before what is taken by value.
pub(super) fn graph(sizes: &[&str], lines: &[(&str, &[&str])]) -> Vec<Line> {
    let name = |line: &str| line.split('[').next().unwrap().trim().to_string();
    let names: Vec<String> = lines.iter().map(|(line, _)| name(line)).collect();
    let line = |(line, uses): &(&str, &[&str])| {
        let indices = parts(inside(line).unwrap_or_default());
        let indices: Vec<(&str, &str)> =
            indices.iter().map(|index| index.split_once(" in ").unwrap()).collect();
        let own: Vec<&'static str> = indices.iter().map(|(name, _)| &*name.to_string().leak()).collect();
        let scope = Scope { sizes, indices: &own };
        let dims: Vec<(Code, Code)> = indices.iter().map(|(_, range)| scope.range(range).unwrap()).collect();
        let uses = uses.iter().map(|written| {
            let (value, written) =
                written.strip_prefix("move ").map_or((false, *written), |rest| (true, rest));
            let (member, conditions) = written.split_once(" if ").unwrap_or((written, ""));
            let to = names.iter().position(|other| *other == name(member)).expect("a line");
            Use { to, form: inside(member).map(|indices| scope.form(indices, conditions)), value }
        });
        let ranges: Option<&'static Ranges> = match inside(line) {
            Some(_) => Some(Box::leak(Box::new(Ranges { names: own.clone().leak(), dims: dims.leak() }))),
            None => None,
        };
        Line { ranges, uses: uses.collect() }
    };
    lines.iter().map(line).collect()
}

/// What is in the brackets.
fn inside(text: &str) -> Option<&str> {
    Some(text.trim().split_once('[')?.1.strip_suffix(']').unwrap())
}

fn parts(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The names that an expression can use.
pub(super) struct Scope<'a> {
    pub(super) sizes: &'a [&'a str],
    pub(super) indices: &'a [&'static str],
}

impl Scope<'_> {
    pub(super) fn code(&self, text: &str) -> Code {
        let mut parser = Parser { scope: self, rest: text.trim(), code: vec![] };
        parser.binary(0);
        assert!(parser.rest.is_empty(), "{text}: {}", parser.rest);
        parser.code.leak()
    }

    /// The start and the exclusive end of a range. A side that is left out is empty.
    fn range(&self, text: &str) -> Option<(Code, Code)> {
        let side = |text: &str| if text.trim().is_empty() { &[] } else { self.code(text) };
        let (start, end) = text.split_once("..")?;
        let end = match end.strip_prefix('=') {
            Some(last) => [self.code(last), &[Op::Number(1), Op::Add]].concat().leak(),
            None => side(end),
        };
        Some((side(start), end))
    }

    fn form(&self, indices: &str, conditions: &str) -> &'static UseForm {
        let parts = parts(indices);
        let slice = parts.last().and_then(|last| self.range(last));
        let given = if slice.is_some() { &parts[..parts.len() - 1] } else { &parts[..] };
        let indices: Vec<Code> = given.iter().map(|index| self.code(index)).collect();
        let conditions: Vec<Condition> =
            conditions.split("&&").filter(|part| !part.is_empty()).map(|part| self.condition(part)).collect();
        Box::leak(Box::new(UseForm { indices: indices.leak(), slice, conditions: conditions.leak() }))
    }

    fn condition(&self, text: &str) -> Condition {
        const RELATIONS: [(&str, Relation); 6] = [
            (" <= ", Relation::LessOrEqual),
            (" >= ", Relation::GreaterOrEqual),
            (" == ", Relation::Equal),
            (" != ", Relation::NotEqual),
            (" < ", Relation::Less),
            (" > ", Relation::Greater),
        ];
        let found = RELATIONS.iter().find_map(|(sign, relation)| Some((text.split_once(sign)?, *relation)));
        let ((left, right), relation) = found.expect("a comparison");
        Condition { left: self.code(left), relation, right: self.code(right) }
    }
}

struct Parser<'a> {
    scope: &'a Scope<'a>,
    rest: &'a str,
    code: Vec<Op>,
}

/// Operators, those of each level bind stronger than those before.
const LEVELS: [&[(&str, Op)]; 3] = [
    &[("<<", Op::Shl), (">>", Op::Shr)],
    &[("+", Op::Add), ("-", Op::Sub)],
    &[("*", Op::Mul), ("/", Op::Div), ("%", Op::Rem)],
];

impl Parser<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn binary(&mut self, level: usize) {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        self.binary(level + 1);
        while let Some((_, op)) = operators.iter().find(|(sign, _)| self.eat(sign)) {
            self.binary(level + 1);
            self.code.push(*op);
        }
    }

    fn unary(&mut self) {
        if self.eat("-") {
            self.unary();
            self.code.push(Op::Neg);
        } else if self.eat("(") {
            self.binary(0);
            assert!(self.eat(")"));
        } else {
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '?';
            let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
            let word = &self.rest[..end];
            self.code.push(self.name(word));
            self.rest = self.rest[end..].trim_start();
        }
    }

    fn name(&self, word: &str) -> Op {
        let position = |names: &[&str]| names.iter().position(|name| *name == word).map(|k| k as u32);
        if word == "?" {
            return Op::Unknown;
        }
        match (word.parse(), position(self.scope.indices), position(self.scope.sizes)) {
            (Ok(number), ..) => Op::Number(number),
            (_, Some(index), _) => Op::Index(index),
            (.., Some(size)) => Op::Size(size),
            _ => panic!("`{word}` is unknown"),
        }
    }
}
