//! Tasks that run once for each element of the output of a dependency, by their attribute.

mod kinds;

use std::num::ParseIntError;

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

use kinds::array;

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

#[task]
fn factor() -> u64 {
    10
}

#[task]
fn names() -> Vec<&'static str> {
    vec!["k", "m"]
}

/// Has every kind of parameter besides the element.
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

/// Takes an element of an indirect dependency, and the whole output of another one.
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
