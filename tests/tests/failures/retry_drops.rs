//! What tasks with `retry` take by value: clones for all attempts but the last.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dag_runtime::{Executor, Observer, Rayon, Serial, dag, task};
use dag_tests::{Everywhere, Ledger, Token, pool};

/// A token that can be cloned.
#[derive(Debug)]
struct Copies {
    ledger: Arc<Ledger>,
    name: &'static str,
    _token: Token,
}

impl Copies {
    fn new(ledger: &Arc<Ledger>, name: &'static str) -> Self {
        Copies { ledger: Arc::clone(ledger), name, _token: ledger.token(name) }
    }
}

impl Clone for Copies {
    fn clone(&self) -> Self {
        Copies::new(&self.ledger, self.name)
    }
}

/// What happens in the calls of a task: this many `Err`s, then an `Ok` or a panic.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Script {
    errors: u32,
    panics: bool,
}

#[derive(Debug)]
struct Calls {
    script: Script,
    made: AtomicU32,
}

impl Calls {
    fn new(script: Script) -> Self {
        Calls { script, made: AtomicU32::new(0) }
    }

    fn call<T>(&self, value: T) -> Result<T, String> {
        let call = self.made.fetch_add(1, Ordering::Relaxed);
        let Script { errors, panics } = self.script;
        match call < errors {
            true => Err(format!("call {call}")),
            false if panics => std::panic::resume_unwind(Box::new("told to")),
            false => Ok(value),
        }
    }
}

#[task]
fn source(ledger: &Arc<Ledger>, name: &'static str) -> Copies {
    Copies::new(ledger, name)
}

#[task(depends = [source], retry = 2)]
fn by_attribute(source: Copies, calls: &Calls) -> Result<Copies, String> {
    calls.call(source)
}

#[task(retry = 2)]
fn by_argument(
    mut first: Copies,
    second: &mut Copies,
    third: Copies,
    calls: &Calls,
) -> Result<Copies, String> {
    std::mem::swap(&mut first, second);
    drop(first);
    calls.call(third)
}

dag! {
    graph Values(ledger: Arc<Ledger>, calls: Calls, others: Calls, input: Copies) -> end {
        source(&ledger, "source"),
        by_attribute(&calls),
        second = source(&ledger, "second"),
        part[i in 0..2] = source(&ledger, "part"),
        by_argument(part[1], &mut second, input, &others),
        end = join(&by_attribute, &by_argument),
    }
}

#[task]
fn join(_first: &Copies, _second: &Copies) {}

#[test]
fn each_value_is_dropped_once_whatever_happens_in_which_attempt() {
    let scripts = || (0..=3).flat_map(|errors| [false, true].map(|panics| Script { errors, panics }));
    for (calls, others) in scripts().flat_map(|calls| scripts().map(move |others| (calls, others))) {
        let run = |executor: &dyn Executor<Values>| {
            let ledger = Arc::new(Ledger::default());
            let input = Copies::new(&ledger, "input");
            let (first, second) = (Calls::new(calls), Calls::new(others));
            let result =
                Values { ledger: Arc::clone(&ledger), calls: first, others: second, input }.run(executor);
            let is_fine = |script: Script| script.errors < 3 && !script.panics;
            assert_eq!(result.is_ok(), is_fine(calls) && is_fine(others), "{calls:?} {others:?}");
            drop(result);
            assert_eq!(ledger.alive(), 0, "{calls:?} {others:?}");
            for (name, count) in ledger.counts() {
                assert_eq!(count.made, count.dropped, "{name} {calls:?} {others:?}");
            }
        };
        if calls.errors == others.errors {
            Everywhere::new().each(run);
            Everywhere::new().keep_going(true).each(run);
        } else {
            run(&Serial);
            run(&Serial.keep_going());
        }
    }
}

dag! {
    graph Original(ledger: Arc<Ledger>, calls: Calls) -> by_attribute {
        source(&ledger, "source"),
        by_attribute(&calls),
        look(&by_attribute, &ledger),
    }
}

#[task]
fn look(_by_attribute: &Copies, ledger: &Arc<Ledger>) {
    assert_eq!(ledger.alive(), 1, "the original is dropped when the task that took a clone has ended");
}

#[test]
fn the_original_of_a_clone_is_dropped_when_the_task_has_ended() {
    for errors in 0..=2 {
        let script = Script { errors, panics: false };
        let made = |executor: &dyn Executor<Original>| {
            let ledger = Arc::new(Ledger::default());
            let graph = Original { ledger: Arc::clone(&ledger), calls: Calls::new(script) };
            drop(graph.run(executor).unwrap());
            assert_eq!(ledger.alive(), 0);
            ledger.counts()["source"].made
        };
        // The third attempt is the last one, and takes the original.
        let expected = [2, 3, 3][errors as usize];
        assert_eq!(Everywhere::new().agree(made), expected);
        assert_eq!(Everywhere::new().keep_going(true).agree(made), expected);
    }
}

// Elements.

#[task]
fn sources(ledger: &Arc<Ledger>) -> Vec<Copies> {
    (0..6).map(|_| Copies::new(ledger, "element")).collect()
}

/// Fails in the attempts that the number says, a digit for the errors of each element. Panics at a 9.
#[derive(Debug)]
struct Digits {
    digits: [u32; 6],
    attempts: [AtomicU32; 6],
    next: AtomicU32,
}

#[task(depends = [sources], each = sources, retry = 2)]
fn elements(sources: Copies, digits: &Digits) -> Result<Copies, String> {
    digits.call(sources)
}

#[task(retry = 2, catch)]
fn caught(element: Copies, digits: &Digits) -> Result<Copies, String> {
    digits.call(element)
}

impl Digits {
    fn new(digits: [u32; 6]) -> Self {
        Digits { digits, attempts: Default::default(), next: AtomicU32::new(0) }
    }

    /// The elements that are being called come one after the other on one thread.
    fn call(&self, value: Copies) -> Result<Copies, String> {
        let k = self.next.load(Ordering::Relaxed) as usize % 6;
        let attempt = self.attempts[k].fetch_add(1, Ordering::Relaxed);
        if self.digits[k] == 9 {
            std::panic::resume_unwind(Box::new("told to"));
        }
        let fails = attempt < self.digits[k];
        if !fails || attempt == 2 {
            self.next.fetch_add(1, Ordering::Relaxed);
        }
        if fails { Err("told to".into()) } else { Ok(value) }
    }
}

dag! {
    graph Elements(ledger: Arc<Ledger>, a: Digits, b: Digits) -> elements {
        sources(&ledger),
        elements(&a),
        others = sources(&ledger),
        caught(each others, &b),
    }
}

#[test]
fn each_element_is_dropped_once_whatever_happens_in_which_attempt() {
    for place in 0..6 {
        for digit in [0, 1, 2, 3, 9] {
            let digits = |at: usize, digit| {
                let mut digits = [0, 1, 2, 0, 2, 1];
                digits[at] = digit;
                Digits::new(digits)
            };
            let run = |executor: &dyn Executor<Elements>| {
                let ledger = Arc::new(Ledger::default());
                let (a, b) = (digits(place, digit), digits(5 - place, digit));
                let result = Elements { ledger: Arc::clone(&ledger), a, b }.run(executor);
                assert_eq!(result.is_ok(), digit < 3);
                drop(result);
                assert_eq!(ledger.alive(), 0, "digit {digit} at {place}");
            };
            run(&Serial);
            run(&Serial.keep_going());
            run(&Serial.observe(&Silent));
            run(&Rayon::on_pool(Arc::clone(pool(1))));
        }
    }
}

struct Silent;

impl Observer for Silent {}
