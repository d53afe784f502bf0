//! Tasks that run once for each element of an output.

use std::sync::Barrier;

use dag_runtime::{Mpi, Schedule, Serial, dag, task};
use serde::{Deserialize, Serialize};

use super::each_way;

#[task]
fn texts(count: u32) -> Vec<String> {
    (0..count).map(|k| k.to_string()).collect()
}

#[task(depends = [texts], each = texts)]
fn parse(texts: &str, wrong: u32) -> Result<u64, String> {
    let number = texts.parse::<u32>().map_err(|error| error.to_string())?;
    if number >= wrong { Err(format!("{number} is too large")) } else { Ok(u64::from(number)) }
}

#[task(depends = [parse])]
fn sum(parse: &[u64]) -> u64 {
    parse.iter().sum()
}

dag! {
    graph Sum(count: u32, wrong: u32) -> (sum, parse) { texts(count), parse(wrong), sum }
}

/// They give what they give elsewhere; a failure is that of an element.
pub fn each(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        for count in [0, 1, 10, 1000, 30_000] {
            let (sum, all) = Sum { count, wrong: u32::MAX }.run(&mpi).unwrap();
            assert_eq!(all, (0..u64::from(count)).collect::<Vec<_>>());
            assert_eq!(sum, all.iter().sum());
        }
        let error = Sum { count: 30, wrong: 17 }.run(&mpi.clone().keep_going()).unwrap_err();
        assert_eq!(error.task(), Some("parse[17]"));
        assert_eq!(error.skipped(), ["sum"]);
        assert!(error.to_string().ends_with("17 is too large"), "{error}");
        let error = Sum { count: 3000, wrong: 2990 }.run(&mpi).unwrap_err();
        let element = error.task().unwrap().strip_prefix("parse[").unwrap().strip_suffix(']').unwrap();
        assert!((2990..3000).contains(&element.parse().unwrap()), "{error}");
        assert!(error.to_string().ends_with(&format!("{element} is too large")), "{error}");
        assert_eq!(error.skipped(), ["sum"]);
    });
}

/// What no other task makes, and what can not be copied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Page {
    number: usize,
    words: Vec<String>,
}

#[task]
fn pages(count: usize) -> Vec<Page> {
    let words = |number| (0..number % 7).map(|k| format!("{number}-{k}")).collect();
    (0..count).map(|number| Page { number, words: words(number) }).collect()
}

#[task]
fn weights(count: usize) -> Vec<f64> {
    (0..count).map(|k| k as f64).collect()
}

/// Takes each page, and borrows what others borrow too.
#[task]
fn weigh(mut page: Page, weights: &[f64], label: &str) -> Page {
    page.words.push(format!("{label}{}", weights[page.number]));
    page
}

#[task]
fn count(page: &Page) -> Vec<u32> {
    page.words.iter().map(|word| word.len() as u32).collect()
}

#[task]
fn total(counts: Vec<u32>) -> u32 {
    counts.iter().sum()
}

#[task]
fn both(a: f64, b: &u32) -> f64 {
    a * f64::from(*b)
}

#[task]
fn ten(x: usize) -> Vec<u32> {
    (0..10).map(|k| (10 * x + k) as u32).collect()
}

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

#[task]
fn head(lists: &[u32]) -> u32 {
    lists.iter().sum()
}

#[task]
fn pair(a: usize) -> [String; 2] {
    [a.to_string(), "x".repeat(a)]
}

#[task]
fn length(text: String) -> usize {
    text.len()
}

dag! {
    graph Pages(size: usize, label: &'static str) -> (total, both, weigh_again) {
        pages(size),
        weights(size),
        weigh(each pages, &weights, label),
        weigh_again = weigh(each kept, &weights, "again "),
        kept = same(each &weigh),
        counts = count(each &weigh),
        total(each counts),
        both(each weights, &one),
        one = double(21),
    }

    graph Lists -> (heads, lengths, doubles) {
        list[x in 0..9] = ten(x),
        heads = head(each &list),
        doubles[x in 0..9] = double(each list[x]),
        pair(30),
        lengths = length(each pair),
    }
}

#[task]
fn same(page: &Page) -> Page {
    page.clone()
}

/// Elements by value and borrowed, of what was made for each element, of families and arrays.
pub fn nested(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        for size in [0, 1, 12, 3000] {
            let expected = Pages { size, label: "=" }.run(&Serial).unwrap();
            assert_eq!(Pages { size, label: "=" }.run(&mpi).unwrap(), expected, "{size}");
        }
        assert_eq!(Lists.run(&mpi).unwrap(), Lists.run(&Serial).unwrap());
    });
}

static MEETING: Barrier = Barrier::new(3);

#[task]
fn guests() -> Vec<u32> {
    (0..30).collect()
}

/// Ends when three of them run at once.
#[task]
fn meet(guest: &u32) -> u32 {
    MEETING.wait();
    *guest
}

dag! { graph Meeting -> meet { guests on 0, meet(each &guests) on 0 } }

/// A rank's threads run elements side by side.
pub fn side_by_side(mpi: Mpi, _: &[&str]) {
    let mpi = mpi.threads(3).schedule(Schedule::Static);
    assert_eq!(Meeting.run(&mpi).unwrap(), (0..30).collect::<Vec<_>>());
}
