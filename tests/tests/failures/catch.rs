//! Tasks with `catch`, whose `Err` is their output.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{Executor, Observer, Rayon, Serial, TaskEvent, dag, task};
use dag_tests::{Everywhere, Ledger, Token, pool};

use crate::log::Log;

#[task(catch)]
fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[task(depends = [parse])]
fn described(parse: &Result<u32, std::num::ParseIntError>) -> String {
    match parse {
        Ok(number) => format!("{number}"),
        Err(error) => format!("none: {error}"),
    }
}

#[task]
fn or_zero(number: Result<u32, std::num::ParseIntError>) -> u32 {
    number.unwrap_or(0)
}

dag! {
    graph One<'a>(text: &'a str) -> (described, number, parse) {
        parse(text),
        described,
        number = or_zero(parse.clone()),
    }
}

#[test]
fn an_error_is_the_output() {
    Everywhere::new().agree(|executor| {
        assert_eq!(One { text: "17" }.run(executor).unwrap(), ("17".to_owned(), 17, Ok(17)));
        let (described, number, parse) = One { text: "x" }.run(executor).unwrap();
        assert_eq!((described.as_str(), number), ("none: invalid digit found in string", 0));
        assert!(parse.is_err());
    });
}

#[test]
fn what_is_caught_is_told() {
    let log = Log::default();
    Everywhere::observed_by(&log).agree(|executor| {
        drop(One { text: "x" }.run(executor).unwrap());
        log.take()
    });
    drop(One { text: "x" }.run(&Serial.observe(&log)).unwrap());
    let lines = ["3 finished, 0 failed, 0 skipped, 1 caught", "parse caught: invalid digit found in string"];
    assert_eq!(log.take(), lines);
}

/// Is neither `Display` nor `Debug`.
#[derive(Clone)]
struct Silent;

#[derive(Debug)]
struct Structured {
    #[allow(dead_code)] // It is shown.
    line: u32,
}

#[task(catch)]
fn silent() -> Result<(), Silent> {
    Err(Silent)
}

#[task(catch)]
fn structured() -> Result<u8, Structured> {
    Err(Structured { line: 3 })
}

#[task(catch)]
fn fmt() -> std::fmt::Result {
    Err(std::fmt::Error)
}

dag! { graph Errors { silent, structured, fmt } }

#[test]
fn any_error_can_be_caught_and_told() {
    let log = Log::default();
    Errors.run(&Serial.observe(&log)).unwrap();
    let expected = [
        "3 finished, 0 failed, 0 skipped, 3 caught",
        "fmt caught: an error occurred when formatting an argument",
        "silent caught: failures::catch::Silent",
        "structured caught: Structured { line: 3 }",
    ];
    assert_eq!(log.take(), expected);
}

/// An error whose text panics.
struct Explosive;

impl std::fmt::Display for Explosive {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::panic::resume_unwind(Box::new("no words"))
    }
}

#[task(catch)]
fn explosive() -> Result<(), Explosive> {
    Err(Explosive)
}

dag! { graph Explosives -> explosive { explosive } }

#[test]
fn an_error_whose_text_panics_is_caught() {
    let log = Log::default();
    assert!(Explosives.run(&Serial.observe(&log)).unwrap().is_err());
    assert_eq!(log.take(), ["1 finished, 0 failed, 0 skipped, 1 caught", "explosive caught: "]);
}

#[task(catch)]
fn panics() -> Result<(), String> {
    std::panic::resume_unwind(Box::new("not an `Err`"))
}

dag! { graph Panics { panics } }

#[test]
fn a_panic_is_not_caught() {
    Everywhere::new().agree(|executor| {
        let error = Panics.run(executor).unwrap_err();
        assert!(error.is_panic());
        error.to_string()
    });
}

/// Fails in `caught`.
struct Fails;

impl Observer for Fails {
    fn caught(&self, _: &TaskEvent<'_>, _: &dag_runtime::Failure) {
        std::panic::resume_unwind(Box::new("the observer has failed"))
    }
}

#[test]
fn an_observer_that_panics_fails_the_task() {
    Everywhere::observed_by(&Fails).agree(|executor| {
        let error = One { text: "x" }.run(executor).unwrap_err();
        assert_eq!(error.task(), Some("parse"));
        assert_eq!(error.to_string(), "task `parse` of graph `One` panicked: the observer has failed");
        assert_eq!(error.skipped(), ["described", "number"]);
    });
}

// Elements.

#[task]
fn numbers(count: u32) -> Vec<u32> {
    (0..count).collect()
}

fn only_even(number: u32) -> Result<u32, String> {
    if number.is_multiple_of(2) { Ok(number) } else { Err(format!("{number} is odd")) }
}

#[task(depends = [numbers], each = numbers, catch)]
fn borrowed(numbers: &u32) -> Result<u32, String> {
    only_even(*numbers)
}

#[task(depends = [numbers], each = numbers, catch)]
fn copied(numbers: u32) -> Result<u32, String> {
    only_even(numbers)
}

#[task(catch)]
fn even(number: u32) -> Result<u32, String> {
    only_even(number)
}

#[task(depends = [borrowed])]
fn sum(borrowed: &[Result<u32, String>]) -> u32 {
    borrowed.iter().flatten().sum()
}

dag! {
    graph Elements(count: u32) -> (sum, copied, lent, from_family) {
        numbers(count),
        borrowed,
        copied,
        sum,
        lent = even(each numbers),
        from_family = even(each part),
        part[i in 0..3] = first(&numbers, i),
    }
}

#[task]
fn first(numbers: &[u32], i: usize) -> u32 {
    numbers.get(i).copied().unwrap_or(9)
}

#[test]
fn each_element_has_a_result() {
    for count in [0, 1, 3, 1000] {
        let (sum, copied, lent, from_family) =
            Everywhere::new().agree(|executor| Elements { count }.run(executor).unwrap());
        let all: Vec<_> = (0..count).map(only_even).collect();
        assert_eq!((&copied, &lent), (&all, &all));
        assert_eq!(sum, all.iter().flatten().sum::<u32>());
        assert_eq!(from_family.len(), 3);
    }
}

#[test]
fn elements_that_are_caught_are_told_with_their_numbers() {
    let log = Log::default();
    Everywhere::observed_by(&log).agree(|executor: &dyn Executor<Elements>| {
        Elements { count: 5 }.run(executor).unwrap();
        let lines = log.take();
        let expected = [
            "9 finished, 0 failed, 0 skipped, 7 caught",
            "borrowed[1] caught: 1 is odd",
            "borrowed[3] caught: 3 is odd",
            "copied[1] caught: 1 is odd",
            "copied[3] caught: 3 is odd",
            "from_family[1] caught: 1 is odd",
            "lent[1] caught: 1 is odd",
            "lent[3] caught: 3 is odd",
        ];
        assert_eq!(lines, expected);
    });
}

// Families.

dag! {
    graph Family[n] -> (part, good) {
        part[i in 0..n] = even(i as u32),
        good = count(&part),
    }
}

dag! {
    graph Constant -> (part, good) {
        part[i in 0..4] = even(i as u32),
        good = count(&part[..]),
    }
}

#[task]
fn count(parts: &[Result<u32, String>]) -> usize {
    parts.iter().flatten().count()
}

#[test]
fn members_have_results() {
    let all: Vec<_> = (0..4).map(only_even).collect();
    Everywhere::new().agree(|executor| assert_eq!(Family { n: 4 }.run(executor).unwrap(), (all.clone(), 2)));
    Everywhere::new().agree(|executor| assert_eq!(Constant.run(executor).unwrap(), (all.clone(), 2)));
}

// Drops.

#[task(catch)]
fn token(ledger: &Arc<Ledger>, fails: bool) -> Result<Token, Token> {
    if fails { Err(ledger.token("error")) } else { Ok(ledger.token("output")) }
}

#[task]
fn tokens(ledger: &Arc<Ledger>, count: usize) -> Vec<Token> {
    (0..count).map(|_| ledger.token("element")).collect()
}

#[task(catch)]
fn alternating(token: Token, calls: &AtomicUsize, panics: bool) -> Result<Token, Token> {
    let call = calls.fetch_add(1, Ordering::Relaxed);
    if panics && call == 7 {
        std::panic::resume_unwind(Box::new("seven"));
    }
    if call.is_multiple_of(2) { Ok(token) } else { Err(token) }
}

#[task]
fn look(_token: &Result<Token, Token>, _tokens: &[Result<Token, Token>]) {}

dag! {
    graph Tokens(ledger: Arc<Ledger>, calls: AtomicUsize, fails: bool, panics: bool) -> kept {
        token(&ledger, fails),
        tokens(&ledger, 20),
        alternating(each tokens, &calls, panics),
        look(&token, &alternating),
        kept = token(&ledger, !fails),
    }
}

impl Tokens {
    fn new(ledger: &Arc<Ledger>, fails: bool, panics: bool) -> Self {
        Tokens { ledger: Arc::clone(ledger), calls: AtomicUsize::new(0), fails, panics }
    }
}

#[test]
fn each_value_is_dropped_once() {
    for (fails, panics) in [(false, false), (true, false), (false, true), (true, true)] {
        Everywhere::new().each(|executor| {
            let ledger = Arc::new(Ledger::default());
            let result = Tokens::new(&ledger, fails, panics).run(executor);
            assert_eq!(result.is_ok(), !panics);
            assert_eq!(ledger.alive(), usize::from(!panics));
            drop(result);
            assert_eq!(ledger.alive(), 0);
            for (name, count) in ledger.counts() {
                assert_eq!(count.made, count.dropped, "{name}");
            }
        });
    }
}

#[test]
fn an_error_is_dropped_after_its_last_reader() {
    let ledger = Arc::new(Ledger::default());
    let kept = Tokens::new(&ledger, true, false).run(&Serial).unwrap();
    assert!(kept.is_ok() && !ledger.is_alive("error"));
    drop(kept);
    let rayon = Rayon::on_pool(Arc::clone(pool(2)));
    drop(Tokens::new(&ledger, false, false).run(&rayon).unwrap());
    assert_eq!(ledger.alive(), 0);
}
