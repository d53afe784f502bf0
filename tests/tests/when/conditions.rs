//! What may stand behind `when`, and which names it sees.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

const LIMIT: u32 = 3;
const NONE: Option<u32> = None;

#[task]
fn number(n: u32) -> u32 {
    n
}

#[task]
fn text(n: u32) -> String {
    n.to_string()
}

#[task]
fn length(text: &str) -> usize {
    text.len()
}

#[task]
fn owned(text: String) -> usize {
    text.len()
}

fn is_small<A: Into<u64>, B>(n: A, _: B) -> bool {
    n.into() < 3
}

/// Something to match.
#[derive(Clone, Copy)]
enum Mode {
    Off,
    Plain(u32),
    Named { from: u32, to: u32 },
}

dag! {
    /// Names that are words of the language.
    graph Words(when: bool, on: bool, wanted: u32, each: bool) -> (a, b, c, d, e, f) {
        a = number(1) when when,
        b = number(2) when on on 0,
        c = number(3) when when && on && wanted > 1 on 1,
        d = number(4) after [a] when !on,
        e = number(5) after [a, b] when on == each on wanted,
        f = number(wanted) when wanted == 2 && each,
    }
}

#[test]
fn words_of_the_language_are_names() {
    let run = |when, on, wanted, each| {
        Everywhere::new().agree(|executor| Words { when, on, wanted, each }.run(executor).unwrap())
    };
    assert_eq!(run(true, false, 2, true), (Some(1), None, None, Some(4), None, Some(2)));
    assert_eq!(run(true, true, 2, true), (Some(1), Some(2), Some(3), None, Some(5), Some(2)));
    assert_eq!(run(false, true, 0, false), (None, Some(2), None, None, None, None));
}

dag! {
    /// Tasks that are called like words of the language.
    graph Tasks(plot: bool) -> (when, on, r#if, last) {
        when = number(1) when plot,
        on = number(2) when when.is_some() on 0,
        r#if = number(3) when on.is_none(),
        last = number(r#if.unwrap_or(9) + when.unwrap_or(0)) after [on, when] when when == Some(1) || on.is_none(),
    }
}

#[test]
fn words_of_the_language_are_tasks() {
    let run = |plot| Everywhere::new().agree(|executor| Tasks { plot }.run(executor).unwrap());
    assert_eq!(run(true), (Some(1), Some(2), None, Some(10)));
    assert_eq!(run(false), (None, None, Some(3), Some(3)));
}

dag! {
    graph Forms<'a>(n: u32, mode: Mode, name: Option<&'a str>, list: &'a [u32], r#type: u32) ->
        (if_else, matched, block, generic, closure, macros, raw, either, range, constant, not, cast, method, letters)
    {
        if_else = number(0) when if n > 3 { name.is_some() } else { true },
        matched = number(1) when match mode { Mode::Off => false, Mode::Plain(n) => n > 1, Mode::Named { .. } => true },
        block = number(2) when { let n = n + 1; n > 3 },
        generic = number(3) when is_small::<u32, u8>(n, 1),
        closure = number(4) when list.iter().any(|&x| x == n && x > 0),
        macros = number(5) when matches!(mode, Mode::Plain(x) if x == n),
        raw = number(r#type) when r#type == n,
        either = number(7) when n == 1 || n == 2 && name.is_none(),
        range = number(8) when (1..=LIMIT).contains(&n),
        constant = number(9) when NONE.is_none() && LIMIT == 3,
        not = number(10) when !(n < 3),
        cast = number(11) when n as usize > list.len(),
        method = number(12) when list.get(n as usize).is_some_and(|x| *x > 1),
        letters = number(13) when 'a' < 'b' && "when" != "on",
    }
}

#[test]
fn conditions_of_every_form() {
    let run = |n, mode, name: Option<&'static str>, list: &'static [u32]| {
        Everywhere::new().agree(|executor| {
            let all = Forms { n, mode, name, list, r#type: 2 }.run(executor).unwrap();
            let (a, b, c, d, e, f, g, h, i, j, k, l, m, o) = all;
            [a, b, c, d, e, f, g, h, i, j, k, l, m, o].into_iter().flatten().collect::<Vec<u32>>()
        })
    };
    assert_eq!(run(2, Mode::Plain(2), None, &[0, 1, 2]), [0, 1, 3, 4, 5, 2, 7, 8, 9, 12, 13]);
    assert_eq!(run(1, Mode::Off, None, &[]), [0, 3, 7, 8, 9, 11, 13]);
    assert_eq!(run(5, Mode::Named { from: 1, to: 2 }, None, &[]), [1, 2, 9, 10, 11, 13]);
    assert_eq!(run(5, Mode::Off, Some("x"), &[0; 6]), [0, 2, 9, 10, 13]);
}

dag! {
    graph Lets<'a>(mode: Mode, name: Option<&'a str>, pair: (u32, Option<u32>), picture: Option<String>) ->
        (plain, named, chain, hidden, at, either, slice, nested, none, moved, tuple, ranged)
    {
        plain = number(n) when let Mode::Plain(n) = mode,
        named = number(from + to) when let Mode::Named { from, to } = mode,
        chain = number(n + 1) when let (n, Some(m)) = pair && n > m && let Some(name) = name && name.len() > 1,
        // It hides the input and the task of its name.
        hidden = number(plain) when let Some(plain) = plain && let Some(name) = name && plain as usize > name.len(),
        at = number(all.0 + n) when let all @ (n, _) = pair,
        either = number(n) when let Mode::Plain(n) | Mode::Named { from: n, .. } = mode,
        slice = number(*first) when pair.0 < 9 && let [first, .., last] = &[pair.0, 2, 3] && first < last,
        nested = number(*n) when let Some(n) = &chain && let Some(4..=9) = pair.1,
        none = text(1) when let None = pair.1,
        moved = owned(picture) when let Some(picture) = picture && !picture.is_empty(),
        tuple = number(a + b) when let (Some(a), Some(b)) = (plain, hidden),
        ranged = number(7) when let (0..=3, _) = pair,
    }
}

type LetsOutput = (
    Option<u32>,
    Option<u32>,
    Option<u32>,
    Option<u32>,
    Option<u32>,
    Option<u32>,
    Option<u32>,
    Option<u32>,
    Option<String>,
    Option<usize>,
    Option<u32>,
    Option<u32>,
);

#[test]
fn names_that_conditions_bind() {
    let run = |mode, name: Option<&'static str>, pair, picture: Option<&str>| -> LetsOutput {
        Everywhere::new().agree(|executor| {
            let picture = picture.map(str::to_owned);
            Lets { mode, name, pair, picture }.run(executor).unwrap()
        })
    };
    let (some, none) = (Some::<u32>, None::<u32>);
    assert_eq!(
        run(Mode::Plain(5), Some("abc"), (7, Some(4)), Some("xy")),
        (some(5), none, some(8), some(5), some(14), some(5), none, some(8), None, Some(2), some(10), none)
    );
    assert_eq!(
        run(Mode::Named { from: 1, to: 2 }, None, (2, None), Some("")),
        (none, some(3), none, none, some(4), some(1), some(2), none, Some("1".into()), None, none, some(7))
    );
    assert_eq!(
        run(Mode::Off, None, (3, Some(1)), None),
        (none, none, none, none, some(6), none, none, none, None, None, none, some(7))
    );
}

dag! {
    graph Chain(n: u32) -> (a, b, c, d, e) {
        a = text(n) when n > 0,
        b = length(a) when let Some(a) = &a,
        c = number(*b as u32) when let Some(b) = &b && *b > 1,
        d = text(c + 1) when let Some(c) = c,
        e = owned(format!("{d}{d}")) when let Some(d) = d.as_deref(),
    }
}

#[test]
fn chains_of_optional_outputs() {
    let run = |n| Everywhere::new().agree(|executor| Chain { n }.run(executor).unwrap());
    assert_eq!(run(0), (None, None, None, None, None));
    assert_eq!(run(1), (Some("1".into()), Some(1), None, None, None));
    assert_eq!(run(12), (Some("12".into()), Some(2), Some(2), Some("3".into()), Some(2)));
}

dag! {
    graph Taken(n: u32, plot: bool) -> (a, c, d, e) {
        text(n) when n > 0,
        a = owned(text) when let Some(text) = text,
        b = text(n + 1) when n > 1,
        // Where `plot` is false, nobody takes it.
        c = owned(b) when plot && let Some(b) = b,
        copied = number(n) when n > 0,
        d = number(copied) when let Some(copied) = copied && copied > 1,
        e = number(copied.unwrap_or(7)),
    }
}

#[test]
fn outputs_by_value() {
    let run = |n, plot| Everywhere::new().agree(|executor| Taken { n, plot }.run(executor).unwrap());
    assert_eq!(run(0, true), (None, None, None, 7));
    assert_eq!(run(1, true), (Some(1), None, None, 1));
    assert_eq!(run(12, true), (Some(2), Some(2), Some(12), 12));
    assert_eq!(run(12, false), (Some(2), None, Some(12), 12));
}

fn parsed(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

dag! {
    graph Fails<'a>(text: &'a str) -> last {
        first = number(1),
        checked = number(first) when parsed(text)? > first,
        last = number(checked.unwrap_or(0)),
    }
}

#[test]
fn a_condition_may_fail() {
    let run = |text| {
        Everywhere::new().agree(|executor| {
            Fails { text }.run(executor).map_err(|error| {
                (error.to_string(), error.skipped().map(|task| task.to_string()).collect::<Vec<_>>())
            })
        })
    };
    assert_eq!(run("0"), Ok(0));
    assert_eq!(run("2"), Ok(1));
    let error = "task `checked` of graph `Fails` failed: invalid digit found in string".to_owned();
    assert_eq!(run("x"), Err((error, vec!["last".to_owned()])));
}
