//! How attributes and arguments take outputs that may not be there.

use std::fmt::{self, Display};

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[task]
fn number(n: u32) -> u32 {
    n
}

#[task]
fn text(n: u32) -> String {
    n.to_string()
}

#[task]
fn list(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task]
fn boxed(n: u32) -> Box<[u32]> {
    (0..n).collect()
}

/// Of an `Option` in its own right.
#[task]
fn half(n: u32) -> Option<u32> {
    n.is_multiple_of(2).then_some(n / 2)
}

#[task(depends = [text])]
fn lent(text: Option<&str>) -> usize {
    text.map_or(99, str::len)
}

#[task(depends = [text])]
fn lent_as_it_is(text: Option<&String>) -> usize {
    text.map_or(99, String::len)
}

#[task(depends = [text])]
#[allow(clippy::ref_option, reason = "one of the forms")]
fn lent_whole(text: &Option<String>) -> usize {
    text.as_ref().map_or(99, String::len)
}

#[task(depends = [text])]
fn lent_as_object(text: Option<&dyn Display>) -> String {
    text.map_or_else(String::new, |text| text.to_string())
}

#[task(depends = [text])]
fn with_lifetime<'a>(text: Option<&'a str>, other: &'a str) -> usize {
    text.unwrap_or(other).len()
}

#[task(depends = [text])]
fn order_only() -> u32 {
    5
}

#[task(depends = [text])]
fn renamed(#[from(text)] words: ::core::option::Option<&str>) -> usize {
    words.map_or(98, str::len)
}

#[task(depends = [lent])]
fn upstream(lent: usize, #[from(text)] words: Option<&str>) -> usize {
    lent + words.map_or(97, str::len)
}

#[task(depends = [text])]
fn taken(text: Option<String>) -> usize {
    text.map_or(99, |text| text.len())
}

#[task(depends = [number])]
fn copied(number: Option<u32>) -> u32 {
    number.unwrap_or(99)
}

#[task(depends = [number])]
fn copied_again(number: Option<u32>, #[from(number)] again: Option<&u32>) -> u32 {
    number.unwrap_or(99) + again.copied().unwrap_or(1)
}

#[task(depends = [list])]
fn sliced(list: Option<&[u32]>) -> u32 {
    list.map_or(99, |list| list.iter().sum())
}

#[task(depends = [boxed])]
fn unboxed(boxed: Option<&[u32]>) -> u32 {
    boxed.map_or(99, |list| list.iter().sum())
}

dag! {
    graph Attributes(n: u32, plot: bool) -> (lent, lent_as_it_is, lent_whole, lent_as_object, with_lifetime, order_only, renamed, upstream) {
        text(n) when plot,
        lent,
        lent_as_it_is,
        lent_whole,
        lent_as_object,
        with_lifetime("other"),
        order_only,
        renamed,
        upstream,
    }
}

dag! {
    graph Values(n: u32, plot: bool) -> (taken, copied, copied_again, sliced, unboxed, number) {
        text(n) when plot,
        number(n) when plot,
        list(n) when plot,
        boxed(n) when plot,
        taken, copied, copied_again, sliced, unboxed,
    }
}

#[test]
fn attributes_take_options() {
    let run = |n, plot| Everywhere::new().agree(|executor| Attributes { n, plot }.run(executor).unwrap());
    assert_eq!(run(12, true), (2, 2, 2, "12".to_owned(), 2, 5, 2, 4));
    assert_eq!(run(12, false), (99, 99, 99, String::new(), 5, 5, 98, 99 + 97));
    let run = |n, plot| Everywhere::new().agree(|executor| Values { n, plot }.run(executor).unwrap());
    assert_eq!(run(3, true), (1, 3, 6, 3, 3, Some(3)));
    assert_eq!(run(3, false), (99, 99, 100, 99, 99, None));
}

#[task(depends = [half])]
fn half_lent(half: Option<&u32>) -> u32 {
    half.copied().unwrap_or(50)
}

#[task(depends = [half])]
#[allow(clippy::ref_option, reason = "one of the forms")]
fn half_whole(half: &Option<u32>) -> u32 {
    half.unwrap_or(51)
}

#[task(depends = [half])]
fn half_taken(half: Option<u32>) -> u32 {
    half.unwrap_or(52)
}

#[task(depends = [half])]
fn nested_lent(half: Option<&Option<u32>>) -> String {
    format!("{half:?}")
}

#[task(depends = [half])]
#[allow(clippy::ref_option, reason = "one of the forms")]
fn nested_whole(half: &Option<Option<u32>>) -> String {
    format!("{half:?}")
}

#[task(depends = [half])]
#[allow(clippy::option_option, reason = "one of the forms")]
fn nested_taken(half: Option<Option<u32>>) -> String {
    format!("{half:?}")
}

dag! {
    graph Plain(n: u32) -> (half_lent, half_whole, half_taken, half) {
        half(n), half_lent, half_whole, half_taken,
    }
}

dag! {
    graph Nested(n: u32, plot: bool) -> (nested_lent, nested_whole, nested_taken, half, inner) {
        half(n) when plot,
        nested_lent, nested_whole, nested_taken,
        inner = number(n) when let Some(Some(n)) = half,
    }
}

#[test]
fn tasks_that_return_options_themselves() {
    let run = |n| Everywhere::new().agree(|executor| Plain { n }.run(executor).unwrap());
    assert_eq!(run(4), (2, 2, 2, Some(2)));
    assert_eq!(run(5), (50, 51, 52, None));
    let run = |n, plot| Everywhere::new().agree(|executor| Nested { n, plot }.run(executor).unwrap());
    let all = |text: &str| (text.to_owned(), text.to_owned(), text.to_owned());
    for (n, plot, text, half, inner) in [
        (4, true, "Some(Some(2))", Some(Some(2)), Some(2)),
        (5, true, "Some(None)", Some(None), None),
        (4, false, "None", None, None),
    ] {
        let (a, b, c) = all(text);
        assert_eq!(run(n, plot), (a, b, c, half, inner));
    }
}

/// Neither `Clone` nor `Copy`.
#[derive(Debug, PartialEq)]
struct Own(u32);

impl Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[task]
fn own(n: u32) -> Own {
    Own(n)
}

#[task]
fn any_text(text: Option<&dyn Display>, fallback: &str) -> String {
    text.map_or_else(|| fallback.to_owned(), ToString::to_string)
}

#[task]
#[allow(clippy::ref_option, reason = "one of the forms")]
fn any_own(own: &Option<Own>) -> u32 {
    own.as_ref().map_or(99, |own| own.0)
}

#[task]
fn take_own(own: Option<Own>) -> Option<Own> {
    own
}

#[task]
fn sum(all: &[Option<&Own>]) -> u32 {
    all.iter().flatten().map(|own| own.0).sum()
}

dag! {
    graph Arguments(n: u32, plot: bool) -> (object, whole, moved, lists, inside, expression) {
        a = own(n) when plot,
        b = own(n + 1) when !plot,
        c = own(n + 2),
        object = any_text(a.as_ref().map(|a| a as &dyn Display), "nothing"),
        whole = any_own(&a),
        lists = sum(&[a.as_ref(), b.as_ref(), Some(&c)]),
        inside = number(match &b { Some(Own(b)) => *b, None => 0 }),
        expression = number(if let Some(a) = &a { a.0 } else { n * 10 }),
        d = own(n + 1) when !plot,
        moved = take_own(d),
    }
}

#[test]
fn arguments_take_options() {
    let run = |n, plot| Everywhere::new().agree(|executor| Arguments { n, plot }.run(executor).unwrap());
    assert_eq!(run(1, true), ("1".to_owned(), 1, None, 1 + 3, 0, 1));
    assert_eq!(run(1, false), ("nothing".to_owned(), 99, Some(Own(2)), 2 + 3, 2, 10));
}

/// A path to another `Option`, and a name for the usual one.
mod other {
    pub(super) type Maybe<T> = Option<T>;

    #[derive(Debug, PartialEq)]
    pub(super) struct Wrap<T>(pub(super) T);
}

#[task]
fn wrapped(n: u32) -> other::Wrap<u32> {
    other::Wrap(n)
}

#[task(depends = [wrapped])]
fn unwrapped(wrapped: Option<&other::Wrap<u32>>) -> other::Maybe<u32> {
    wrapped.map(|wrapped| wrapped.0)
}

dag! {
    graph Paths(plot: bool) -> (unwrapped, again) {
        wrapped(4) when plot,
        unwrapped,
        again = number(n) when let other::Maybe::Some(n) = unwrapped,
    }
}

#[test]
fn paths_of_types() {
    let run = |plot| Everywhere::new().agree(|executor| Paths { plot }.run(executor).unwrap());
    assert_eq!(run(true), (Some(4), Some(4)));
    assert_eq!(run(false), (None, None));
}
