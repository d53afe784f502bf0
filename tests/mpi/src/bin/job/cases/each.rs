//! Tasks that run once for each element of an output.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Failure, Observer, Recorder, RunSummary, Serial, TaskEvent, dag, task};
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

/// What no other task makes, and what cannot be copied.
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

#[task]
fn ten_jobs() -> Vec<u32> {
    (0..10).collect()
}

/// Takes long, and tells which process has run it.
#[task]
fn long(job: u32, name: &str) -> (u32, u32, usize) {
    thread::sleep(Duration::from_millis(20));
    (job, std::process::id(), name.len())
}

#[task]
fn names() -> Vec<String> {
    (0..10).map(|k| "x".repeat(10_000 * k)).collect()
}

#[task]
fn long_name(name: String, jobs: &[u32]) -> (String, u32) {
    thread::sleep(Duration::from_millis(20));
    assert_eq!(jobs.len(), 10);
    (name, std::process::id())
}

#[task]
fn many() -> Vec<u64> {
    (0..200_000).collect()
}

/// Takes about a microsecond.
#[task]
fn short(x: &u64) -> u64 {
    for _ in 0..100 {
        std::hint::black_box(x);
    }
    *x
}

dag! {
    graph Long(name: String) -> long { ten_jobs, long(each ten_jobs, &name) }
    graph LongByValue -> long_name { ten_jobs, names, long_name(each names, &ten_jobs) }
    graph Short -> short { many, short(each &many) }
}

/// Ranks that have nothing to do run elements of others: a few long ones, and many short ones.
pub fn spread(mpi: Mpi, _: &[&str]) {
    for threads in [1, 2] {
        let mpi = mpi.clone().schedule(Schedule::Dynamic).threads(threads);
        let least = mpi.ranks().min(3);
        let by_borrowing = || {
            let recorder = Recorder::new();
            let long = Long { name: "four".into() }.run(&mpi.clone().observe(&recorder)).unwrap();
            assert!(long.iter().zip(0..).all(|(&(job, _, len), k)| (job, len) == (k, 4)), "{long:?}");
            let ranks: BTreeSet<_> = long.iter().map(|&(_, process, _)| process).collect();
            if mpi.rank() == 0 {
                // Whoever ran elements is known afterwards, and for how long.
                let report = recorder.recording().unwrap().report();
                let busy: BTreeSet<_> = report.workers.iter().map(|worker| worker.rank).collect();
                assert!(busy.len() >= ranks.len(), "{report}");
            }
            ranks.len() >= least
        };
        let by_value = || {
            let long = LongByValue.run(&mpi).unwrap();
            assert!(long.iter().zip(0..).all(|((name, _), k)| name.len() == 10_000 * k));
            let ranks: BTreeSet<_> = long.iter().map(|&(_, process)| process).collect();
            ranks.len() >= least
        };
        // A rank that waits for a core is not idle.
        assert!((0..20).any(|_| by_borrowing()), "no elements were lent on {} ranks", mpi.ranks());
        assert!((0..20).any(|_| by_value()), "no elements by value were lent on {} ranks", mpi.ranks());
        assert!(Short.run(&mpi).unwrap().iter().copied().eq(0..200_000));
    }
}

#[task]
fn hundred() -> Vec<String> {
    (0..100).map(|k| k.to_string()).collect()
}

/// Fails at some elements, by an error or a panic.
#[task]
fn fragile(text: String, first: u32, panics: bool) -> Result<String, String> {
    let number: u32 = text.parse().unwrap();
    thread::sleep(Duration::from_micros(300));
    if number >= first && number % 3 == first % 3 {
        assert!(!panics, "{number} panics");
        return Err(format!("{number} is wrong"));
    }
    Ok(text)
}

#[task]
fn after(all: &[String]) -> usize {
    all.len()
}

#[task]
fn other() -> u32 {
    7
}

dag! {
    graph Fragile(first: u32, panics: bool) -> (after, other) {
        hundred,
        fragile(each hundred, first, panics),
        after(&fragile),
        other,
    }
}

/// Counts the failures that it is told of, and those that runs end with.
#[derive(Default)]
struct Failures {
    told: AtomicUsize,
    ended: AtomicUsize,
}

impl Observer for Failures {
    fn failed(&self, event: &TaskEvent<'_>, _: &Failure) {
        assert_eq!(event.task.name().to_string(), "fragile");
        assert!(event.element.is_some());
        self.told.fetch_add(1, Ordering::Relaxed);
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        self.ended.fetch_add(run.failed, Ordering::Relaxed);
    }
}

/// Elements that fail on any rank: the same error on all, and of the first one where all run. Rank 0 is told
/// of one failure, however many ranks have some.
pub fn fail(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        for panics in [false, true] {
            for first in [0, 37, 98] {
                let graph = || Fragile { first, panics };
                let failures = Failures::default();
                let error = graph().run(&mpi.clone().keep_going().observe(&failures)).unwrap_err();
                assert_eq!(error.task(), Some(&*format!("fragile[{first}]")));
                assert_eq!(failures.ended.into_inner(), 1);
                let told = failures.told.into_inner();
                assert!(if mpi.rank() == 0 { told == 1 } else { told <= 1 }, "told of {told} failures");
                assert_eq!(error.is_panic(), panics);
                assert_eq!(error.skipped(), ["after"]);
                let error = graph().run(&mpi).unwrap_err();
                let task = error.task().unwrap();
                let element = task.strip_prefix("fragile[").unwrap().strip_suffix(']').unwrap();
                assert_eq!(element.parse::<u32>().unwrap() % 3, first % 3, "{error}");
                assert!(error.to_string().contains(&format!("{element} ")), "{error}");
                assert_eq!(error.is_panic(), panics);
            }
        }
        let whole = Fragile { first: 100, panics: true }.run(&mpi).unwrap();
        assert_eq!(whole, (100, 7));
    });
}
