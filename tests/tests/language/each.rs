//! Tasks that run once for each element of the output of a dependency, by their attribute.

use std::fmt::Display;
use std::num::ParseIntError;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use dag_runtime::{Serial, dag, task};
use dag_tests::Everywhere;

#[task]
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[task(depends = [words], each = words)]
fn length(words: &str) -> usize {
    words.len()
}

#[task(depends = [length], each = length)]
fn double(length: usize) -> usize {
    2 * length
}

#[task(depends = [double])]
fn total(double: &[usize]) -> usize {
    double.iter().sum()
}

dag! {
    graph Lengths<'a>(text: &'a str) -> (length, total) { total, double, length, words(text) }
}

#[test]
fn a_task_runs_once_for_each_element() {
    for text in ["", "one", "one two three", &"word ".repeat(1000)] {
        let lengths: Vec<_> = text.split_whitespace().map(str::len).collect();
        let total = 2 * lengths.iter().sum::<usize>();
        let found = Everywhere::new().agree(|executor| Lengths { text }.run(executor).unwrap());
        assert_eq!(found, (lengths, total));
    }
}

#[test]
fn the_table_has_one_task_for_all_elements() {
    assert_eq!(Lengths::TABLE.len(), 4);
    assert!(Lengths::TABLE.find("length").is_some());
}

#[task]
fn array() -> [u8; 3] {
    [1, 2, 3]
}

#[task]
fn boxed() -> Box<[String]> {
    ["a", "bc"].map(String::from).into()
}

#[task]
fn shared() -> Arc<[u16]> {
    [4, 5, 6].into()
}

#[task]
fn shared_vec() -> Arc<Vec<f64>> {
    Arc::new(vec![0.5, 1.5])
}

#[task]
fn paths() -> Vec<PathBuf> {
    ["x/y", "z"].map(PathBuf::from).into()
}

#[task]
fn lists() -> Vec<Vec<f64>> {
    vec![vec![1.0, 2.0], vec![], vec![3.0]]
}

#[task(depends = [array], each = array)]
fn of_array(array: &u8) -> u8 {
    array + 1
}

#[task(depends = [array], each = array)]
fn of_array_by_value(array: u8) -> u8 {
    array + 1
}

#[task(depends = [boxed], each = boxed)]
fn of_boxed(boxed: &str) -> usize {
    boxed.len()
}

#[task(depends = [shared], each = shared)]
fn of_shared(shared: u16) -> u16 {
    shared
}

#[task(depends = [shared_vec], each = shared_vec)]
fn of_shared_vec(shared_vec: &f64) -> f64 {
    2.0 * shared_vec
}

#[task(depends = [paths], each = paths)]
fn of_paths(paths: &Path) -> Option<String> {
    Some(paths.file_name()?.to_str()?.to_owned())
}

#[task(depends = [lists], each = lists)]
fn of_lists(lists: &[f64]) -> f64 {
    lists.iter().sum()
}

#[task(depends = [array], each = array)]
fn of_objects(array: &dyn Display) -> String {
    array.to_string()
}

dag! {
    graph Sources -> (
        of_array, of_array_by_value, of_boxed, of_shared, of_shared_vec, of_paths, of_lists, of_objects
    ) {
        array, boxed, shared, shared_vec, paths, lists,
        of_array, of_array_by_value, of_boxed, of_shared, of_shared_vec, of_paths, of_lists, of_objects,
    }
}

#[test]
fn whatever_gives_a_slice_gives_elements() {
    let found = Everywhere::new().agree(|executor| Sources.run(executor).unwrap());
    let names = vec![Some("y".to_owned()), Some("z".to_owned())];
    let texts = ["1", "2", "3"].map(String::from).to_vec();
    let expected = (
        vec![2, 3, 4],
        vec![2, 3, 4],
        vec![1, 2],
        vec![4, 5, 6],
        vec![1.0, 3.0],
        names,
        vec![3.0, 0.0, 3.0],
        texts,
    );
    assert_eq!(found, expected);
}

#[task]
fn numbers(n: usize) -> Vec<String> {
    (0..n).map(|k| k.to_string()).collect()
}

#[task]
fn in_array() -> [String; 2] {
    ["7", "8"].map(String::from)
}

#[task(depends = [numbers], each = numbers)]
fn moved(mut numbers: String) -> String {
    numbers.push('!');
    numbers
}

#[task(depends = [in_array], each = in_array)]
fn moved_from_array(in_array: String) -> Box<str> {
    in_array.into()
}

#[task(depends = [moved_from_array], each = moved_from_array)]
fn moved_again(moved_from_array: Box<str>) -> Vec<Box<str>> {
    vec![moved_from_array]
}

dag! {
    graph Moves(n: usize) -> (moved, moved_again) { numbers(n), in_array, moved, moved_from_array, moved_again }
}

#[test]
fn elements_are_moved_out_of_what_nobody_else_reads() {
    for n in [0, 1, 500] {
        let (moved, again) = Everywhere::new().agree(|executor| Moves { n }.run(executor).unwrap());
        assert!(moved.into_iter().eq((0..n).map(|k| format!("{k}!"))));
        assert_eq!(again, [[Box::from("7")], [Box::from("8")]]);
    }
}

trait Name: Send + Sync {
    fn name(&self) -> u8;
}

impl Name for u8 {
    fn name(&self) -> u8 {
        *self
    }
}

#[task]
fn values() -> [Box<u8>; 2] {
    [Box::new(1), Box::new(2)]
}

#[task]
fn statics() -> [&'static u8; 2] {
    [&3, &4]
}

#[task(depends = [values], each = values)]
fn of_moved_object(values: Box<dyn Name>) -> u8 {
    values.name()
}

#[task(depends = [statics], each = statics)]
fn of_copied_object(statics: &'static dyn Name) -> u8 {
    statics.name()
}

dag! { graph Objects -> (statics, of_moved_object, of_copied_object) { values, statics, of_moved_object, of_copied_object } }

#[test]
fn elements_become_trait_objects() {
    let found = Everywhere::new().agree(|executor| Objects.run(executor).unwrap());
    assert_eq!(found, ([&3, &4], vec![1, 2], vec![3, 4]));
}

#[task]
fn factor() -> u64 {
    10
}

#[task]
fn names() -> Vec<&'static str> {
    vec!["k", "m"]
}

/// Takes all that a parameter can be beside the element.
#[task(depends = [numbers, factor, names, array], each = numbers)]
fn with_others<'a>(
    numbers: &'a str,
    suffix: String,
    factor: u64,
    names: &[&str],
    unit: &'a str,
    #[from(factor)] again: &u64,
    scale: f32,
) -> Result<String, ParseIntError> {
    let number: u64 = numbers.parse()?;
    Ok(format!("{}{suffix}{}{unit}{again}{scale}", number * factor, names.join("")))
}

dag! {
    graph Others<'a>(n: usize, suffix: String, unit: &'a str) -> with_others {
        numbers(n), factor, names, array,
        with_others(suffix, unit, 0.5),
    }
}

#[test]
fn each_element_gets_the_other_parameters() {
    let others = |n| Others { n, suffix: "-".to_owned(), unit: "s" };
    let found = Everywhere::new().agree(|executor| others(20).run(executor).unwrap());
    assert!(found.into_iter().eq((0..20).map(|k| format!("{}-kms100.5", k * 10))));
}

#[task(depends = [words])]
fn count(words: &[String]) -> usize {
    words.len()
}

/// An element of one task that is upstream only, and the output of another one as a whole.
#[task(depends = [count], each = words)]
fn share(#[from(words)] word: &str, count: usize) -> f64 {
    word.len() as f64 / count as f64
}

dag! {
    graph Indirect<'a>(text: &'a str) -> share { words(text), count, share }
}

#[test]
fn elements_of_an_indirect_dependency() {
    assert_eq!(
        Everywhere::new().agree(|executor| Indirect { text: "ab abcd" }.run(executor).unwrap()),
        [1.0, 2.0]
    );
}

dag! {
    graph Instances<'a>(text: &'a str) -> (first, second) {
        words(text),
        first = length,
        count,
        second = share,
    }
}

#[test]
fn instances() {
    let found = Everywhere::new().agree(|executor| Instances { text: "abc de f" }.run(executor).unwrap());
    assert_eq!(found, (vec![3, 2, 1], vec![1.0, 2.0 / 3.0, 1.0 / 3.0]));
}

#[task]
fn units() -> Vec<()> {
    vec![(); 100]
}

#[task(depends = [units], each = units)]
fn nothing(_x: &u8, #[from(units)] unit: ()) {
    unit
}

#[task(depends = [units], each = units)]
fn something(units: &()) -> Result<u8, String> {
    let () = units;
    Ok(1)
}

dag! {
    graph Units<'a>(x: &'a u8) -> (nothing, something) { units, nothing(x), something }
}

#[test]
fn elements_and_outputs_without_a_size() {
    let found = Everywhere::new().agree(|executor| Units { x: &0 }.run(executor).unwrap());
    assert_eq!(found, (vec![(); 100], vec![1; 100]));
}

mod stages {
    use dag_runtime::task;

    #[task]
    pub(super) fn r#type() -> Vec<i64> {
        vec![-1, 1]
    }
}

#[task(depends = [stages::r#type], each = stages::r#type)]
fn absolute(r#type: &i64) -> i64 {
    r#type.abs()
}

dag! { graph Paths -> absolute { stages::r#type, absolute } }

#[test]
fn each_names_a_path() {
    assert_eq!(Everywhere::new().agree(|executor| Paths.run(executor).unwrap()), [1, 1]);
}

#[task]
fn not_sync() -> Vec<Rc<u32>> {
    vec![Rc::new(1), Rc::new(2)]
}

#[task(depends = [not_sync], each = not_sync)]
fn counted(not_sync: Rc<u32>) -> Rc<u32> {
    not_sync
}

dag! { graph Local -> counted { not_sync, counted } }

#[test]
fn outputs_of_one_thread() {
    assert_eq!(Local.run(&Serial).unwrap(), [Rc::new(1), Rc::new(2)]);
    assert_eq!(Local.run(&Serial.keep_going()).unwrap(), [Rc::new(1), Rc::new(2)]);
}

#[test]
fn the_function_stays_as_it_is() {
    assert_eq!(length("four"), 4);
    assert_eq!(moved("a".to_owned()), "a!");
}

#[task]
fn list(i: usize) -> Vec<String> {
    (0..i).map(|k| format!("{i}.{k}")).collect()
}

#[task(depends = [lists_of], each = lists_of)]
fn sizes(lists_of: &[String]) -> usize {
    lists_of.len()
}

#[task(depends = [moved_lists], each = moved_lists)]
fn joined(moved_lists: Vec<String>, separator: &str) -> String {
    moved_lists.join(separator)
}

#[task]
fn checked(word: &str, bad: &str) -> Result<Box<str>, String> {
    if word == bad { Err(format!("`{word}` is bad")) } else { Ok(word.into()) }
}

dag! {
    graph Families(bad: String) -> (sizes, row, joined) {
        lists_of[i in 0..4] = list(i),
        sizes,
        row[i in 1..4] = checked(each &lists_of[i], &bad),
        moved_lists[i in 0..3] = list(i),
        joined("+"),
    }
}

#[test]
fn elements_of_families_and_of_their_members() {
    let families = |bad: &str| Families { bad: bad.to_owned() };
    let (sizes, rows, joined) = Everywhere::new().agree(|executor| families("").run(executor).unwrap());
    assert_eq!(sizes, [0, 1, 2, 3]);
    assert!(rows.iter().map(|row| row.concat()).eq(["1.0", "2.02.1", "3.03.13.2"]));
    assert_eq!(joined, ["", "1.0", "2.0+2.1"]);
    for keep_going in [false, true] {
        let error = Everywhere::new()
            .keep_going(keep_going)
            .agree(|executor| families("3.1").run(executor).unwrap_err().to_string());
        assert_eq!(error, "task `row[3][1]` of graph `Families` failed: `3.1` is bad");
    }
}
