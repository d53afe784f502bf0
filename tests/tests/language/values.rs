//! Outputs, and how tasks take them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[task]
fn text() -> String {
    "a text".to_owned()
}

#[task]
fn numbers() -> Vec<u32> {
    vec![3, 4, 5]
}

#[task]
fn array() -> [u8; 3] {
    [1, 2, 3]
}

#[task]
fn boxed() -> Box<[i64]> {
    Box::new([-1, 1])
}

#[task]
fn shared() -> Arc<Vec<u32>> {
    Arc::new(vec![7, 8])
}

#[task]
fn path() -> PathBuf {
    PathBuf::from("a/b")
}

#[task]
fn count() -> usize {
    7
}

#[task]
fn pair() -> (u8, char) {
    (1, 'x')
}

#[task]
fn nothing() {}

#[task]
fn maybe() -> Option<&'static str> {
    Some("static")
}

#[task]
fn map() -> BTreeMap<String, Vec<(u32, f64)>> {
    BTreeMap::from([("one".to_owned(), vec![(1, 1.5)])])
}

#[task]
fn function() -> fn(u32) -> u32 {
    |x| x + 1
}

#[task]
fn object() -> Box<dyn Fn(u32) -> u32 + Send + Sync> {
    Box::new(|x| 2 * x)
}

#[task(depends = [text, numbers, array, boxed, shared, path])]
fn derefs(text: &str, numbers: &[u32], array: &[u8], boxed: &[i64], shared: &[u32], path: &Path) -> String {
    format!("{text} {numbers:?} {array:?} {boxed:?} {shared:?} {}", path.display())
}

#[task(depends = [text, numbers, array, boxed, shared])]
#[allow(clippy::ptr_arg, clippy::borrowed_box, reason = "the very types of the outputs")]
fn exact(
    text: &String,
    numbers: &Vec<u32>,
    array: &[u8; 3],
    boxed: &Box<[i64]>,
    shared: &Arc<Vec<u32>>,
) -> usize {
    text.len() + numbers.len() + array.len() + boxed.len() + shared.len()
}

#[task(depends = [shared])]
#[allow(clippy::ptr_arg, reason = "one step of two")]
fn one_step(shared: &Vec<u32>) -> usize {
    shared.len()
}

#[task(depends = [count, pair, nothing, maybe, array])]
fn copies(
    count: usize,
    pair: (u8, char),
    nothing: (),
    maybe: Option<&'static str>,
    mut array: [u8; 3],
) -> String {
    array[0] = 9;
    format!("{count} {pair:?} {nothing:?} {maybe:?} {array:?}")
}

#[task(depends = [count, pair, nothing, maybe])]
fn borrows(count: &usize, pair: &(u8, char), nothing: &(), maybe: &Option<&'static str>) -> String {
    format!("{count} {pair:?} {nothing:?} {maybe:?}")
}

#[task(depends = [map, function, object])]
fn calls(
    map: &BTreeMap<String, Vec<(u32, f64)>>,
    function: fn(u32) -> u32,
    object: &(dyn Fn(u32) -> u32 + Send + Sync),
) -> u32 {
    map.values().flatten().map(|&(n, _)| object(function(n))).sum()
}

dag! {
    graph Takes -> (derefs, exact, one_step, copies, borrows, calls) {
        derefs, exact, one_step, copies, borrows, calls,
        text, numbers, array, boxed, shared, path, count, pair, nothing, maybe, map, function, object,
    }
}

#[test]
fn are_borrowed_and_copied() {
    assert_eq!(
        Everywhere::new().agree(|executor| Takes.run(executor).unwrap()),
        (
            "a text [3, 4, 5] [1, 2, 3] [-1, 1] [7, 8] a/b".to_owned(),
            16,
            2,
            "7 (1, 'x') () Some(\"static\") [9, 2, 3]".to_owned(),
            "7 (1, 'x') () Some(\"static\")".to_owned(),
            4,
        )
    );
}

#[test]
fn tasks_can_be_called_as_functions() {
    assert_eq!(exact(&text(), &numbers(), &array(), &boxed(), &shared()), 16);
    assert_eq!([1, 2].map(function()), [2, 3]);
}

dag! {
    graph One -> count { count }
    graph OneInParentheses -> (count) { count }
    graph Two -> (count, text) { text, count }
    graph Unit -> nothing { nothing }
    graph NoOutput { count, text }
    graph EmptyOutputs -> () { count }
    graph Empty {}
    graph EmptyWithInput(_unused: u32) {}
}

#[test]
fn of_a_graph_are_one_or_several_or_none() {
    let all = Everywhere::new();
    assert_eq!(all.agree(|executor| One.run(executor).unwrap()), 7);
    assert_eq!(all.agree(|executor| One {}.run(executor).unwrap()), 7);
    assert_eq!(all.agree(|executor| OneInParentheses.run(executor).unwrap()), 7);
    assert_eq!(all.agree(|executor| Two.run(executor).unwrap()), (7, "a text".to_owned()));
    all.agree(|executor| Unit.run(executor).unwrap());
    all.agree(|executor| NoOutput.run(executor).unwrap());
    all.agree(|executor| EmptyOutputs.run(executor).unwrap());
    all.agree(|executor| Empty.run(executor).unwrap());
    all.agree(|executor| EmptyWithInput { _unused: 1 }.run(executor).unwrap());
}

/// Between threads it moves; it is not cloned.
#[derive(Debug, PartialEq, Eq)]
struct Unique(u64);

#[task]
fn unique() -> Unique {
    Unique(u64::MAX)
}

#[task(depends = [unique])]
fn seen(unique: &Unique) -> u64 {
    unique.0
}

dag! { graph Output -> (unique, seen) { unique, seen } }

#[test]
fn an_output_of_the_graph_can_be_borrowed_before() {
    assert_eq!(
        Everywhere::new().agree(|executor| Output.run(executor).unwrap()),
        (Unique(u64::MAX), u64::MAX)
    );
}

/// Aligned more strictly than any header.
#[repr(align(128))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Aligned(u8);

#[task]
fn aligned(n: u8) -> Aligned {
    Aligned(n)
}

#[task]
fn address(a: &Aligned, b: &Aligned) -> usize {
    std::ptr::from_ref(a).addr() % 128 + std::ptr::from_ref(b).addr() % 128
}

dag! { graph Alignment -> (a, off) { small = aligned(1), a = aligned(2), byte = byte(), b = aligned(3), off = address(&a, &b) } }

#[task]
fn byte() -> u8 {
    1
}

#[test]
fn are_aligned() {
    assert_eq!(Everywhere::new().agree(|executor| Alignment.run(executor).unwrap()), (Aligned(2), 0));
}
