//! Every form of expression as an argument, with inputs and tasks in it.

#![allow(
    unused_qualifications,
    non_camel_case_types,
    non_upper_case_globals,
    unreachable_patterns,
    unused_parens,
    unused_unsafe
)]
#![allow(clippy::all, reason = "each form stands for itself")]

use std::sync::Arc;

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    x: u32,
    y: u32,
}

#[derive(Debug)]
struct Pair<'a>(&'a [u32], u32);

mod kind {
    pub(super) const A: u32 = 1;
    pub(super) const B: u32 = 2;
}

const fn double(n: u32) -> u32 {
    2 * n
}

macro_rules! sum {
    ($($value:expr),* $(,)?) => { 0 $(+ $value)* };
}

macro_rules! pairs {
    ($($key:expr => $value:expr),*) => { [$(($key, $value)),*] };
}

macro_rules! with {
    ($name:ident = $value:expr; $body:expr) => {{
        let $name = $value;
        $body
    }};
}

#[task]
fn t() -> bool {
    true
}

#[task]
fn s() -> bool {
    false
}

#[task]
fn a() -> u32 {
    3
}

#[task]
fn x() -> u32 {
    5
}

#[task]
fn p() -> Point {
    Point { x: 1, y: 2 }
}

#[task]
fn list() -> Vec<u32> {
    vec![1, 2, 3]
}

#[task]
fn name() -> String {
    "name".to_owned()
}

#[task]
fn shared() -> Arc<str> {
    "shared".into()
}

#[task]
fn is(value: bool) -> bool {
    value
}

#[task]
fn us(value: u32) -> u32 {
    value
}

#[task]
fn text(value: &str) -> String {
    value.to_owned()
}

#[task]
fn owned(value: Vec<u32>) -> Vec<u32> {
    value
}

#[task]
fn pair(value: Pair<'_>) -> u32 {
    value.0.len() as u32 + value.1
}

#[task]
fn maybe(value: Option<u32>) -> u32 {
    value.unwrap_or(0)
}

dag! {
    graph Operators(w: bool, n: u32) -> (or, bits, mixed, negated, deref, cast, ranges, assigned, compared) {
        t, s, a, x, list,
        or = is(w || t || s),
        bits = us(n | a | x),
        mixed = is(w | t || s && !t || n < a && a << 1 > x),
        negated = us(!a & 0xff),
        deref = us(*&a + *(&x)),
        cast = us(a as u64 as u32 + (x as u8) as u32),
        ranges = us((a..x).chain(a..=x).count() as u32),
        assigned = us({ let mut all = a; all += x; all = all * 2; all }),
        compared = is(a == 3 && x != a && (a, x) < (x, a)),
    }
}

#[test]
fn operators() {
    let run = Everywhere::new().agree(|executor| Operators { w: false, n: 8 }.run(executor).unwrap());
    assert_eq!(run, (true, 15, true, 252, 8, 8, 5, 16, true));
}

dag! {
    graph Patterns(m: u32, kind: u32) -> (literal, field, shorthand, path, bound, slice, nested, otherwise, each, tuple) {
        a, x, p, list,
        literal = us(if let Point { x: 1, .. } = p { a } else { 0 }),
        field = us({ let Point { x: y, .. } = p; x + y }),
        shorthand = us({ let Point { x, y } = p; x + y + a }),
        path = us(match m { kind::A => kind, kind::B => a, _ => 0 }),
        bound = us(match a { x @ 3..=9 if x > m => x + m, x | x => x }),
        slice = us(match &list[..] { [first, .., a] => first * 10 + a, _ => a }),
        nested = us(match Some((a, x)) { Some((x, 5 | 6)) => x, Some((a, _)) => a, None => x }),
        otherwise = us({ let Some(a) = (m == 2).then_some(a) else { panic!("no {m}") }; a }),
        each = us({ let mut all = 0; for (a, x) in list.iter().zip([x, a]) { all += a * x; } all + a }),
        tuple = us((|Point { x, .. }: Point, (a, _): (u32, u32)| -> u32 { a * x })(p, (a, x))),
    }
}

#[test]
fn patterns() {
    let run = Everywhere::new().agree(|executor| Patterns { m: 2, kind: 7 }.run(executor).unwrap());
    assert_eq!(run, (3, 6, 6, 3, 5, 13, 3, 3, 14, 3));
}

dag! {
    graph Blocks(n: u32) -> (unsafely, labelled, looped, whiled, closure, returned, constant, items, asynchronous, attributes, statement) {
        a, x, list,
        // SAFETY: nothing in it is unsafe.
        unsafely = us(unsafe { a }),
        labelled = us('a: { if n > 0 { break 'a a; } x }),
        looped = us({ let mut k = 0; loop { k += a; if k > n { break k + x } } }),
        whiled = us({ let mut k = n; while k > a { k -= 1; } let mut it = list.iter(); while let Some(a) = it.next() { k += a; } k }),
        closure = us((|| -> u32 { a })() + (move |x: u32| x + a)(1)),
        returned = us((|| { if n == 0 { return a; } x })()),
        constant = us(const { double(4) } + [a; 2].len() as u32 + <u32 as From<u8>>::from(1)),
        items = us({ const a: u32 = 10; fn x(n: u32) -> u32 { n + a } x(n) }),
        asynchronous = us({ let future = async { a }; drop(future); x }),
        attributes = us({ #[cfg(any())] let _ = "no"; #[allow(unused_parens)] let b = (a); b }),
        statement = us({ struct x { a: u32 } let x = x { a }; x.a }),
    }
}

#[test]
fn blocks() {
    let run = Everywhere::new().agree(|executor| Blocks { n: 7 }.run(executor).unwrap());
    assert_eq!(run, (3, 3, 14, 9, 7, 5, 11, 17, 5, 3, 3));
}

dag! {
    graph Places<'b>(boxed: &'b (u32, Vec<u32>)) -> (
        length, first, tail, method, field, reference, paren, arc, format, iterated, inputs, taken
    ) {
        a, p, list, name, shared,
        length = us(list.len() as u32),
        first = us(list[0] + list[list.len() - 1]),
        tail = owned(list[1..].to_vec()),
        method = us(a.pow(2) + list.iter().map(|n| n * a).sum::<u32>()),
        field = us(p.x + (p).y),
        reference = text(&name[..2]),
        paren = us((&list).len() as u32 + (list).len() as u32),
        arc = text(&*shared),
        format = text(&format!("{name} {} {a:>w$} {list:?}", name.len(), w = a as usize)),
        iterated = us(list.iter().zip(&list).map(|(a, b)| a * b).sum()),
        inputs = pair(Pair(&boxed.1[..1], boxed.0)),
        other = list(),
        taken = owned({ other }.into_iter().rev().collect()),
    }
}

#[test]
fn places_are_shared() {
    let boxed = &(4, vec![1, 2]);
    let run = Everywhere::new().agree(|executor| Places { boxed }.run(executor).unwrap());
    let texts = ["na", "shared", "name 4   3 [1, 2, 3]"].map(str::to_owned);
    let [reference, arc, format] = texts;
    assert_eq!(run, (3, 4, vec![2, 3], 27, 3, reference, 6, arc, format, 14, 5, vec![3, 2, 1]));
}

dag! {
    graph Macros(n: u32) -> (added, matched, keyed, bound, vector, asserted, inner, named) {
        t, s, a, x, list,
        added = us(sum!(a, x, n, sum!(a, { let a = 1; a }))),
        matched = is(matches!(list.first(), Some(&x) if x + a > n) || matches!(a, kind::A | kind::B) || s),
        keyed = us(pairs!(a => x, n => a).iter().map(|(a, x)| a * x).sum()),
        bound = us(with!(k = a + x; k * n)),
        vector = owned(vec![a; a as usize]),
        asserted = is({ assert!(a > 0, "no {a}"); assert_eq!(a, 3, "{x}"); debug_assert!(t); a == 3 }),
        inner = us(sum!(if t { a } else { x }, match n { a => a })),
        named = text(concat!(stringify!(a), "!", "{x}")),
    }
}

#[test]
fn macros() {
    let run = Everywhere::new().agree(|executor| Macros { n: 2 }.run(executor).unwrap());
    assert_eq!(run, (14, true, 21, 16, vec![3; 3], true, 5, "a!{x}".to_owned()));
}

mod stages {
    use dag_runtime::task;

    #[task]
    pub(super) fn a() -> u32 {
        4
    }

    #[task]
    pub(super) fn name() -> String {
        "stage".to_owned()
    }

    #[task]
    pub(super) fn four() -> u32 {
        4
    }

    pub(super) mod inner {
        #[dag_runtime::task]
        pub(in super::super) fn a(n: u32) -> u32 {
            n + 100
        }
    }
}

dag! {
    graph Paths -> (stages::a, borrowed, called, macros, crate::expressions::stages::inner::a, lengths, each) {
        stages::a, stages::name, crate::expressions::stages::inner::a(stages::a),
        borrowed = us(*&stages::a + stages::a),
        called = us(stages::inner::a(1) + stages::a),
        macros = us(sum!(stages::a, crate::expressions::stages::inner::a)),
        lengths = us(stages::name.len() as u32),
        each = us(each numbers::numbers) after [stages::name],
        numbers::numbers,
    }
}

mod numbers {
    #[dag_runtime::task]
    pub(super) fn numbers() -> Vec<u32> {
        vec![7, 8]
    }
}

#[test]
fn paths() {
    let run = Everywhere::new().agree(|executor| Paths.run(executor).unwrap());
    assert_eq!(run, (4, 8, 105, 108, 104, 5, vec![7, 8]));
}

/// Arguments that a macro passes on as fragments.
macro_rules! graph {
    ($graph:ident, $value:expr, $path:path, $name:ident, $literal:literal, $block:block, $type:ty, $pattern:pat) => {
        dag! {
            graph $graph(n: u32) -> (value, product, path, named, literal, block, typed, matched, place) {
                a, x, list, $path,
                value = us($value),
                product = us($value * 2),
                path = us($path + $name),
                named = us($name.pow(2)),
                literal = us(($literal as i32).pow(2) as u32 + n),
                block = us($block + n),
                typed = us(a as $type as u32),
                matched = us(match a { $pattern => n, _ => a }),
                place = us(list.len() as u32 + list[$value as usize - 8]),
            }
        }
    };
}

graph!(Fragments, a + x, stages::four, a, -2, { a * x }, u8, 1 | 3);

#[test]
fn fragments() {
    let run = Everywhere::new().agree(|executor| Fragments { n: 6 }.run(executor).unwrap());
    assert_eq!(run, (8, 16, 7, 9, 10, 21, 3, 6, 4));
}

dag! {
    graph Optional(n: Option<u32>) -> (tried, both) {
        a,
        tried = maybe((|| Some(n? + a))()),
        both = maybe(n.map(|n| n + a).or(Some(a))),
    }
}

#[test]
fn closures_see_inputs() {
    let run = Everywhere::new().agree(|executor| Optional { n: Some(1) }.run(executor).unwrap());
    assert_eq!(run, (4, 4));
}
