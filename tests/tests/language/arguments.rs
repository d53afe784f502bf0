//! Arguments: Rust expressions over inputs and tasks.

use std::collections::BTreeMap;

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[task]
fn number(n: i64) -> i64 {
    n
}

#[task]
fn list(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[task]
fn text(text: String) -> String {
    text
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn optional(xs: Option<&Vec<i64>>, or: i64) -> i64 {
    xs.map_or(or, |xs| xs.len() as i64)
}

#[task]
fn nested(pair: (&Vec<i64>, Option<(&i64, i64)>), all: [&i64; 2]) -> i64 {
    pair.0.len() as i64 + pair.1.map_or(0, |(a, b)| a * b) + all.into_iter().sum::<i64>()
}

struct Point {
    a: i64,
    b: i64,
}

#[task]
fn distance(point: Point) -> i64 {
    point.a.abs() + point.b.abs()
}

#[task]
fn apply(function: impl_fn::Function<'_>, to: i64) -> i64 {
    function(to)
}

mod impl_fn {
    pub(super) type Function<'a> = &'a dyn Fn(i64) -> i64;
}

const OFFSET: i64 = 100;

dag! {
    graph Expressions<'m>(n: i64, names: Vec<String>, map: &'m BTreeMap<String, i64>) -> (
        sum, range, optional, none, nested, minus, call, field, point, shorthand, block, matched,
        closure, shadowed, formatted, looked_up, method, generic, cast, conditional, referenced,
    ) {
        a = number(n),
        b = number(n + 1),
        xs = list(a),
        sum(&xs),
        range = sum(&xs[1..b as usize - 1]),
        optional(Some(&xs), 0),
        none = optional(None, if a > b { 1 } else { -1 }),
        nested((&xs, Some((&a, b))), [&a, &b]),
        minus = number(-a - b * OFFSET),
        call = number(sum(&[a, 1000]) + sum),
        field = number((a, b).1),
        point = distance(Point { a: b, b: a }),
        shorthand = distance(Point { a, b: -1 }),
        block = number({ let b = a + 1; let a = b * 2; a + 1 }),
        matched = number(match a { 0 => b, a if a > 100 => a, other => other * b }),
        closure = apply(&|b| a * b, b),
        shadowed = apply(&|a: i64| a - 1, a),
        formatted = text(format!("{} {}", a, names[0])),
        looked_up = number(map["x"] + map.get("y").copied().unwrap_or(b)),
        method = number(a.pow(2) + names.len() as i64),
        generic = number([a, b].into_iter().map(i128::from).collect::<Vec<i128>>().len() as i64),
        cast = number(a as u8 as i64),
        conditional = number(if a < b && a != b { a } else if a == 0 { b } else { 0 }),
        referenced = sum(&[a, b, *&a & b, *map.values().next().unwrap()]),
    }
}

#[test]
fn may_be_any_expression() {
    let map = BTreeMap::from([("x".to_owned(), 7)]);
    Everywhere::new().each(|executor| {
        let graph = Expressions { n: 4, names: vec!["name".to_owned(), String::new()], map: &map };
        let outputs = graph.run(executor).unwrap();
        let (sum, range, optional, none, nested, minus, call, field, point, shorthand, block, ..) = &outputs;
        assert_eq!([*sum, *range, *optional, *none, *nested, *minus], [6, 6, 4, -1, 4 + 20 + 9, -504]);
        assert_eq!([*call, *field, *point, *shorthand, *block], [1010, 5, 9, 5, 11]);
    });
}

dag! {
    graph Inputs(a: u32, b: Vec<u32>, c: Option<String>) -> (first, second, third) {
        first = width(a, a),
        second = width(b.len() as u32, b[0]),
        third = name(c.as_deref().unwrap_or("none")),
    }
}

dag! {
    // A name that an argument binds hides a task of that name in its scope, and only there.
    graph Bindings(n: i64) -> sum {
        a = number(n), o = some(n),
        in_let = number({ let a = a + 1; let b = a; a + b }),
        in_if = number(if let Some(a) = o && a > 100 { a } else { a + 1 }),
        in_for = number({ let mut sum = 0; for a in 0..a { sum += a } sum + a }),
        in_while = number({ let mut rest = vec![1, 2]; let mut sum = a; while let Some(a) = rest.pop() { sum += a; } sum }),
        in_match = number(match o { Some(a) if a > 100 => a, None => 0, Some(_) => a }),
        in_closure = number({ let f = |a: i64| a * 2; f(a) + a }),
        sum(&[in_let, in_if, in_for, in_while, in_match, in_closure]),
    }
}

#[task]
fn some(n: i64) -> Option<i64> {
    Some(n)
}

#[test]
fn may_bind_the_names_of_tasks() {
    let sum = (5 + 1) * 2 + (5 + 1) + (10 + 5) + (5 + 3) + 5 + (10 + 5);
    assert_eq!(Everywhere::new().agree(|executor| Bindings { n: 5 }.run(executor).unwrap()), sum);
}

#[task]
fn width(a: u32, b: u32) -> u32 {
    a * b
}

#[task]
fn name(name: &str) -> String {
    name.to_uppercase()
}

#[test]
fn may_use_inputs_as_a_closure_uses_what_it_captures() {
    let run = Everywhere::new()
        .agree(|executor| Inputs { a: 3, b: vec![5, 6], c: Some("x".to_owned()) }.run(executor).unwrap());
    assert_eq!(run, (9, 10, "X".to_owned()));
}

#[task]
fn fallible(n: i64) -> Result<i64, String> {
    if n < 0 { Err(format!("{n} is negative")) } else { Ok(n) }
}

dag! {
    // The output of a fallible task is its `Ok` value, in an argument as well.
    graph Fallible(n: i64) -> (twice, sum) {
        n_checked = fallible(n),
        twice = fallible(n_checked * 2),
        sum(&[twice, n_checked]),
    }
}

#[test]
fn see_the_ok_value_of_a_fallible_task() {
    assert_eq!(Everywhere::new().agree(|executor| Fallible { n: 3 }.run(executor).unwrap()), (6, 9));
    Everywhere::new().each(|executor| {
        assert_eq!(Fallible { n: -3 }.run(executor).unwrap_err().task(), Some("n_checked"));
    });
}

#[task]
fn places(text: &str, xs: &[i64]) -> usize {
    text.len() + xs.len()
}

dag! {
    graph Captures<'n>(name: &'n str, title: String, width: usize) -> (padded, together, family, hidden) {
        one = number(1),
        some = list(3),
        cell[i in 0..2] = number(i as i64 + 5),
        padded = text(format!("{name:>width$}|{one:0width$}|{{name}}")),
        together = text([format!("{title}{}", name.len()), format!("{one} {name}", name = one + 1)].concat()),
        family = text(format!("{cell:?} {some:?} {0}", one)),
        hidden = text(Some("inner").map_or_else(String::new, |one| format!("{one}!"))),
        places(&format!("{some:?}"), &some),
        each_index[i in 0..2] = text(format!("{i}")),
    }
}

#[test]
fn format_strings_capture_inputs_and_outputs() {
    let graph = || Captures { name: "x", title: "T".to_owned(), width: 3 };
    let expected = ["  x|001|{name}", "T11 2", "[5, 6] [0, 1, 2] 1", "inner!"].map(str::to_owned);
    let (padded, together, family, hidden) =
        Everywhere::new().agree(|executor| graph().run(executor).unwrap());
    assert_eq!([padded, together, family, hidden], expected);
}

dag! {
    graph Borrowed(n: i64) -> (references, places, whole) {
        a = number(n),
        b = number(n + 1),
        xs = list(a),
        references = number(i64::from((&a).max(&b) == &b && (&xs).len() > (&xs[1..]).len())),
        places = number(a.pow(2) + xs[0] + xs.iter().chain(&xs).chain(xs.last()).sum::<i64>() + xs.len() as i64),
        whole = number(sum(&xs) + [xs.as_slice(), &xs].concat().len() as i64),
    }
}

/// No lint reports these either: the user does not decide how an output is borrowed.
#[test]
fn may_borrow_as_one_likes() {
    let run = Everywhere::new().agree(|executor| Borrowed { n: 3 }.run(executor).unwrap());
    assert_eq!(run, (1, 9 + 6 + 2 + 3, 3 + 6));
}

dag! {
    graph Formatted -> (line, length) {
        word = text("word".to_owned()),
        line = text({
            assert_eq!(word, "word", "{}", word);
            format!("{} {:?}", word, word)
        }),
        length = number(word.len() as i64),
    }
}

/// As in plain code, `word` is only borrowed.
#[test]
fn are_borrowed_by_macros_that_format() {
    let run = Everywhere::new().agree(|executor| Formatted.run(executor).unwrap());
    assert_eq!(run, ("word \"word\"".to_owned(), 4));
}
